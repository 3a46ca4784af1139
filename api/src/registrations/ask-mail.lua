-- Notes that a mail is asked for, unless one was asked for a moment ago, or too many lately.
--
-- KEYS  1 the registration, a hash
-- ARGV  1 deadline in Redis's milliseconds   2 least milliseconds between two
--       3 how many in a while at most   4 the while in milliseconds
-- Gives 0, or the milliseconds to wait, or -1 where the deadline has passed.
local least, most, while_ = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if now > tonumber(ARGV[1]) then return -1 end
local known = redis.call('HMGET', KEYS[1], 'askedAt', 'mails', 'mailsSince')
local asked, mails, since = tonumber(known[1]) or 0, tonumber(known[2]) or 0, tonumber(known[3]) or 0
if now < asked + least then return asked + least - now end
if now >= since + while_ then mails, since = 0, now end
if mails >= most then return since + while_ - now end
redis.call('HSET', KEYS[1], 'askedAt', now, 'mail', 'pending', 'mails', mails + 1, 'mailsSince', since)
return 0
