-- A member has looked at those who joined up to a moment.
--
-- KEYS  1 the joins, a sorted set by time
-- ARGV  1 deadline in Redis's milliseconds   2 the moment, in Redis's milliseconds
-- Gives 1, or 0 where the deadline has passed and nothing was written.
local time = redis.call('TIME')
if time[1] * 1000 + math.floor(time[2] / 1000) > tonumber(ARGV[1]) then return 0 end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[2])
return 1
