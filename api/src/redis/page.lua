-- One page of a sorted set by time, newest first.
--
-- KEYS  1 the sorted set
-- ARGV  1 how many   2 the last one seen, or ''   3 its time, for where it has left the set since
-- Gives members and times in turn.
local index, count, last, time = KEYS[1], tonumber(ARGV[1]), ARGV[2], ARGV[3]

-- Where the last one seen would be, had it not left: after all of a later time, and those of its own that come before.
local function place()
  local before = redis.call('ZCOUNT', index, '(' .. time, '+inf')
  for _, member in ipairs(redis.call('ZRANGEBYSCORE', index, time, time)) do
    if member > last then before = before + 1 end
  end
  return before
end

local first = 0
if last ~= '' then
  local rank = redis.call('ZREVRANK', index, last)
  first = rank and rank + 1 or place()
end
return redis.call('ZRANGE', index, first, first + count - 1, 'REV', 'WITHSCORES')
