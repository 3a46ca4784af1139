-- One page of a sorted set by time, newest first.
--
-- KEYS  1 the sorted set
-- ARGV  1 how many   2 the last one seen, or ''   3 its time, for where it has left the set since
-- Gives members and times in turn.
local index, count, last = KEYS[1], tonumber(ARGV[1]), ARGV[2]
local first = 0
if last ~= '' then
  local rank = redis.call('ZREVRANK', index, last)
  first = rank and rank + 1 or redis.call('ZCOUNT', index, '(' .. ARGV[3], '+inf')
end
return redis.call('ZRANGE', index, first, first + count - 1, 'REV', 'WITHSCORES')
