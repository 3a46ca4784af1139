-- Keeps whether a member is told by mail who joined, and in which language.
--
-- KEYS  1 the member's settings, a hash
-- ARGV  1 deadline in Redis's milliseconds   2 '1', or '' for no mails   3 a BCP 47 tag
-- Gives 1, or 0 where the deadline has passed and nothing was written.
local time = redis.call('TIME')
if time[1] * 1000 + math.floor(time[2] / 1000) > tonumber(ARGV[1]) then return 0 end
if ARGV[2] == '1' then
  redis.call('HSET', KEYS[1], 'mails', '1', 'language', ARGV[3])
else
  redis.call('HDEL', KEYS[1], 'mails', 'language')
end
return 1
