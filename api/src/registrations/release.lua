-- Gives back the use that a sign-up reserved.
--
-- KEYS  1 the invite, a hash   2 the registration, a hash
-- ARGV  1 deadline in Redis's milliseconds   2 the answer to repeat to the same request, or ''   3 how long it is kept
--       4 end of the lease that is released, or '' for whichever there is
-- Gives 1, 0 where there was nothing to give back, -1 where the deadline has passed.
local invite, registration = KEYS[1], KEYS[2]
local time = redis.call('TIME')
if time[1] * 1000 + math.floor(time[2] / 1000) > tonumber(ARGV[1]) then return -1 end
local known = redis.call('HMGET', registration, 'state', 'lease')
if known[1] ~= 'reserved' or (ARGV[4] ~= '' and known[2] ~= ARGV[4]) then return 0 end

redis.call('HINCRBY', invite, 'reserved', -1)
redis.call('HSET', registration, 'state', 'released')
if ARGV[2] ~= '' then redis.call('HSET', registration, 'answer', ARGV[2]) end
redis.call('PEXPIRE', registration, ARGV[3])
return 1
