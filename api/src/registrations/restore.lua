-- Counts a sign-up again that Keycloak knows of and Redis doesn't: a backup was older than it. Never lowers a count.
--
-- KEYS  1 the invite, a hash   2 the registration, a hash   3 the invite's registrations, a sorted set
-- ARGV  1 deadline in Redis's milliseconds   2 id of the registration   3 when the account was made
--       4… fields and values of whoever signed up
-- Gives 1 where it was counted, 0 where it was counted already, -1 where there is no such invite, -2 where the deadline
-- has passed.
local time = redis.call('TIME')
if time[1] * 1000 + math.floor(time[2] / 1000) > tonumber(ARGV[1]) then return -2 end
if redis.call('EXISTS', KEYS[1]) == 0 then return -1 end
local state = redis.call('HGET', KEYS[2], 'state')
if state == 'committed' then return 0 end
if state == 'reserved' then redis.call('HINCRBY', KEYS[1], 'reserved', -1) end
redis.call('HINCRBY', KEYS[1], 'uses', 1)
local used = tonumber(redis.call('HGET', KEYS[1], 'usedAt')) or 0
if tonumber(ARGV[3]) > used then redis.call('HSET', KEYS[1], 'usedAt', ARGV[3]) end
redis.call('HSET', KEYS[2], 'state', 'committed', 'joinedAt', ARGV[3], unpack(ARGV, 4))
redis.call('PERSIST', KEYS[2])
redis.call('ZADD', KEYS[3], ARGV[3], ARGV[2])
return 1
