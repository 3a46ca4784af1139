-- Writes a new invite. One that is there stays as it is: the same request came twice.
--
-- KEYS  1 the invite, a hash
-- ARGV  1 deadline in Redis's milliseconds   2 what is kept as one text (JSON)   3… fields and values
-- Gives 1 where it is there now, or 0 where the deadline has passed and nothing was written.
local time = redis.call('TIME')
if time[1] * 1000 + math.floor(time[2] / 1000) > tonumber(ARGV[1]) then return 0 end
if redis.call('EXISTS', KEYS[1]) == 1 then return 1 end
redis.call('HSET', KEYS[1], 'data', ARGV[2], unpack(ARGV, 3))
return 1
