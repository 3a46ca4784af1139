-- Spends the use that a sign-up reserved, and remembers who signed up. Where the reservation was released meanwhile, a
-- late account takes a free use if there is one.
--
-- KEYS  1 the invite, a hash   2 the registration, a hash   3 the invite's registrations, a sorted set
-- ARGV  1 deadline in Redis's milliseconds   2 id of the registration   3… fields and values of whoever signed up
-- Gives 1, 0 where the deadline has passed, -1 where no use is left. A second call changes nothing and gives 1.
local invite, registration = KEYS[1], KEYS[2]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local state = redis.call('HGET', registration, 'state')
if state == 'committed' then return 1 end
if now > tonumber(ARGV[1]) then return 0 end

local fields = redis.call('HMGET', invite, 'data', 'maxUses', 'uses', 'reserved')
if not fields[1] then return -1 end
if state == 'reserved' then
  redis.call('HINCRBY', invite, 'reserved', -1)
else
  local most = tonumber(fields[2])
  if most and (tonumber(fields[3]) or 0) + (tonumber(fields[4]) or 0) >= most then return -1 end
end
redis.call('HINCRBY', invite, 'uses', 1)
redis.call('HSET', invite, 'usedAt', now)
redis.call('HDEL', registration, 'answer')
redis.call('HSET', registration, 'state', 'committed', 'joinedAt', now, unpack(ARGV, 3))
redis.call('PERSIST', registration)
redis.call('ZADD', KEYS[3], now, ARGV[2])
return 1
