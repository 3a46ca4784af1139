-- Takes one of the changes of address that a sign-up may make.
--
-- KEYS  1 the registration, a hash
-- ARGV  1 deadline in Redis's milliseconds   2 how many there are
-- Gives 1, 0 where none is left, -1 where the deadline has passed.
local time = redis.call('TIME')
if time[1] * 1000 + math.floor(time[2] / 1000) > tonumber(ARGV[1]) then return -1 end
if tonumber(redis.call('HGET', KEYS[1], 'changes') or '0') >= tonumber(ARGV[2]) then return 0 end
redis.call('HINCRBY', KEYS[1], 'changes', 1)
return 1
