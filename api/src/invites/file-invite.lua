-- Lists an invite where it belongs: among its maker's invites, or among everybody's. Doing it twice is harmless.
--
-- KEYS  1 all invites   2 the open ones   3 those that have ended, sorted sets by the time they were made;
--       and where everybody's are listed   4 the open ones by when they expire   5 ended ones by when they go
-- ARGV  1 the invite   2 'open', 'ended', or 'gone' for nowhere   3 when it was made
--       4 when it expires, or ''   5 when it goes, in milliseconds
local id, status, made = ARGV[1], ARGV[2], ARGV[3]

local function list(key, score)
  if score then redis.call('ZADD', key, score, id) else redis.call('ZREM', key, id) end
end

list(KEYS[1], status ~= 'gone' and made)
list(KEYS[2], status == 'open' and made)
list(KEYS[3], status == 'ended' and made)
if KEYS[4] then
  list(KEYS[4], status == 'open' and ARGV[4] ~= '' and ARGV[4])
  list(KEYS[5], status == 'ended' and ARGV[5])
end
return 1
