-- Notes who joined by a link, and who invited them. A second call moves nobody in time: they are counted once.
--
-- KEYS  1 accounts by when they joined, a sorted set   2 who they are and who invited them, a hash by account
-- ARGV  1 the account   2 who, a text   3 when, in milliseconds; '' for now
local when = tonumber(ARGV[3])
if not when then
  local time = redis.call('TIME')
  when = time[1] * 1000 + math.floor(time[2] / 1000)
end
redis.call('ZADD', KEYS[1], 'NX', when, ARGV[1])
return redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
