-- Notes that somebody joined by a link of a member's, for when the member looks next.
--
-- KEYS  1 the joins that the member hasn't looked at, a sorted set by time   2 the member's settings, a hash
-- ARGV  1 who joined, a text   2 how many are remembered   3 for how many milliseconds
--       4 how long a mail waits for more of them   5 least milliseconds between two mails
-- Gives 0, or where the member wants to be told by mail the moment when that is due, in Redis's milliseconds.
-- A second call for the same one changes nothing.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[1], 'NX', now, ARGV[1])
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -(tonumber(ARGV[2]) + 1))
redis.call('PEXPIRE', KEYS[1], ARGV[3])
local settings = redis.call('HMGET', KEYS[2], 'mails', 'mailedTo')
if settings[1] ~= '1' then return 0 end
return math.max(now + tonumber(ARGV[4]), (tonumber(settings[2]) or 0) + tonumber(ARGV[5]))
