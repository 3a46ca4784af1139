-- Notes that a mail is asked for, unless one was asked for a moment ago.
--
-- KEYS  1 the registration, a hash
-- ARGV  1 deadline in Redis's milliseconds   2 least milliseconds between two
-- Gives 0, or the milliseconds to wait, or -1 where the deadline has passed.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if now > tonumber(ARGV[1]) then return -1 end
local asked = tonumber(redis.call('HGET', KEYS[1], 'askedAt') or '0')
if now < asked + ARGV[2] then return asked + ARGV[2] - now end
redis.call('HSET', KEYS[1], 'askedAt', now, 'mail', 'pending')
return 0
