-- Takes one use of an invite for one sign-up, until it is committed or released.
--
-- KEYS  1 the invite, a hash   2 the registration, a hash
-- ARGV  1 end of the lease in Redis's milliseconds   2 MAC of the request's body   3 deadline in Redis's milliseconds
--       4 how many answers of "taken" a link may give in a while   5 the while in milliseconds
-- Gives a code and, with 4, the answer to repeat, with -8, the milliseconds to wait:
--    1 reserved, go on          2 the same request is under way      3 it was committed
--    4 it was refused           -1 other body under this key         -2 no such invite
--   -3 revoked                  -4 expired                           -5 all uses spent
--   -6 all uses reserved        -7 the deadline has passed, or the lease has ended
--   -8 its holders have been told "taken" so often that they may be trying out who is a member
-- Only the call that gets 1 may go on to Keycloak. Everything but 1 changes nothing.
local invite, registration = KEYS[1], KEYS[2]
local lease, body = tonumber(ARGV[1]), ARGV[2]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local known = redis.call('HMGET', registration, 'state', 'body', 'answer')
if known[1] then
  if known[2] ~= body then return { -1 } end
  if known[1] == 'reserved' then return { 2 } end
  if known[1] == 'committed' then return { 3 } end
  if known[3] then return { 4, known[3] } end
end
if now >= lease or now > tonumber(ARGV[3]) then return { -7 } end

local fields = redis.call('HMGET', invite, 'data', 'revokedAt', 'expiresAt', 'maxUses', 'uses', 'reserved',
  'taken', 'takenSince')
local ends, most = tonumber(fields[3]), tonumber(fields[4])
local uses, reserved = tonumber(fields[5]) or 0, tonumber(fields[6]) or 0
if not fields[1] then return { -2 } end
if fields[2] and fields[2] ~= '' then return { -3 } end
if most and uses >= most then return { -5 } end
if ends and now >= ends then return { -4 } end
if most and uses + reserved >= most then return { -6 } end

local since = tonumber(fields[8]) or 0
if now < since + ARGV[5] and (tonumber(fields[7]) or 0) >= tonumber(ARGV[4]) then return { -8, tostring(since + ARGV[5] - now) } end

redis.call('HINCRBY', invite, 'reserved', 1)
redis.call('HSET', registration, 'state', 'reserved', 'body', body, 'lease', lease)
redis.call('PERSIST', registration)
return { 1 }
