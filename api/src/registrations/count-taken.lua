-- Counts an answer that says "taken" to the holder of a link.
--
-- KEYS  1 the invite, a hash
-- ARGV  1 deadline in Redis's milliseconds   2 how many there may be in a while   3 the while in milliseconds
-- Gives 0, or the milliseconds to wait where there were too many already, or -1 where the deadline has passed.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if now > tonumber(ARGV[1]) then return -1 end
local known = redis.call('HMGET', KEYS[1], 'data', 'taken', 'takenSince')
if not known[1] then return 0 end
local ends = (tonumber(known[3]) or 0) + ARGV[3]
if now >= ends then redis.call('HSET', KEYS[1], 'takenSince', now, 'taken', 1)
elseif (tonumber(known[2]) or 0) >= tonumber(ARGV[2]) then return ends - now
else redis.call('HINCRBY', KEYS[1], 'taken', 1) end
return 0
