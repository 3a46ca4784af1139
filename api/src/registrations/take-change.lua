-- Takes one of the changes of address that a sign-up may make, and notes where to.
--
-- KEYS  1 the registration, a hash   2 its invite, a hash
-- ARGV  1 deadline in Redis's milliseconds   2 how many there are   3 the new address
--       4 how many answers of "taken" a link may give in a while   5 the while in milliseconds
-- Gives a code and, with -8, the milliseconds to wait:
--    1 taken, go on       0 none is left       -1 the deadline has passed
--   -8 the link's holders have been told "taken" so often that they may be trying out who is a member
local registration, invite = KEYS[1], KEYS[2]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if now > tonumber(ARGV[1]) then return { -1 } end
local known = redis.call('HMGET', invite, 'taken', 'takenSince')
local ends = (tonumber(known[2]) or 0) + ARGV[5]
if now < ends and (tonumber(known[1]) or 0) >= tonumber(ARGV[4]) then return { -8, tostring(ends - now) } end

local changes = tonumber(redis.call('HGET', registration, 'changes') or '0')
if changes >= tonumber(ARGV[2]) then return { 0 } end
redis.call('HSET', registration, 'changes', changes + 1, 'mended:' .. changes + 1, ARGV[3])
return { 1 }
