-- What a member hasn't looked at yet of those who joined by their links.
--
-- KEYS  1 the joins, a sorted set by time   2 the member's settings, a hash
-- ARGV  1 how many of the newest are given
-- Gives how many there are, the settings (`mails`, `language`, `mailedTo`), and the newest with their times, in turn.
local settings = redis.call('HMGET', KEYS[2], 'mails', 'language', 'mailedTo')
return {
  redis.call('ZCARD', KEYS[1]),
  settings[1] or '', settings[2] or '', settings[3] or '',
  redis.call('ZRANGE', KEYS[1], 0, tonumber(ARGV[1]) - 1, 'REV', 'WITHSCORES'),
}
