-- Removes an invite that ended long enough ago, with all that is kept of its registrations.
--
-- KEYS  1 the invite, a hash   2 its registrations, a sorted set
-- ARGV  1 deadline in Redis's milliseconds   2 the moment, in Redis's milliseconds, before which it must have ended
--       3 what the keys of its registrations begin with; hash tag included, so they are in the same slot
-- Gives 1 where it is gone now, 0 where it stays: it is open (again), ended later, or somebody is signing up.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if now > tonumber(ARGV[1]) then return 0 end
local fields = redis.call('HMGET', KEYS[1], 'revokedAt', 'maxUses', 'uses', 'usedAt', 'expiresAt', 'reserved')
local most, uses = tonumber(fields[2]), tonumber(fields[3]) or 0
local ended = tonumber(fields[1])
if not ended and most and uses >= most then ended = tonumber(fields[4]) end
if not ended then ended = tonumber(fields[5]) end
if not ended or ended >= tonumber(ARGV[2]) or (tonumber(fields[6]) or 0) > 0 then return 0 end

for _, id in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1)) do
  redis.call('UNLINK', ARGV[3] .. id)
end
redis.call('UNLINK', KEYS[1], KEYS[2])
return 1
