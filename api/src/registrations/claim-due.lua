-- Takes work that is due off a schedule for a while: whoever takes it removes it when done, and where that one is
-- gone, it is due again after the while.
--
-- KEYS  1 the schedule, a sorted set by due time
-- ARGV  1 how much at most   2 the while in milliseconds
-- Gives what was taken.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, ARGV[1])
for _, member in ipairs(due) do redis.call('ZADD', KEYS[1], now + ARGV[2], member) end
return due
