-- Counts who joined, period by period.
--
-- KEYS  1 accounts by when they joined, a sorted set
-- ARGV  the beginnings of the periods in milliseconds, oldest first; the last one has no end
-- Gives how many there are in all, then those of each period.
local counts = { redis.call('ZCARD', KEYS[1]) }
for i, from in ipairs(ARGV) do
  counts[i + 1] = redis.call('ZCOUNT', KEYS[1], from, ARGV[i + 1] and '(' .. ARGV[i + 1] or '+inf')
end
return counts
