# Leaves a file in the folder $1 when it has begun, and one when it is asked to end.
trap 'touch "$1/ended"; exit' TERM
touch "$1/began"
while :; do sleep 0.1; done
