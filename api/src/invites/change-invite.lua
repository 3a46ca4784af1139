-- Changes an invite, unless it is gone or would then be for fewer people than have joined.
--
-- KEYS  1 the invite, a hash
-- ARGV  1 deadline in Redis's milliseconds   2 what changes in the text (JSON); the rest of it stays
--       3… fields and values; an empty `maxUses` is any number
-- Gives 1, 0 where the deadline has passed, -1 where there is no such invite, -2 where too many have joined already
-- (those who are signing up right now count, too). Nothing is written but with 1.
local time = redis.call('TIME')
if time[1] * 1000 + math.floor(time[2] / 1000) > tonumber(ARGV[1]) then return 0 end
local known = redis.call('HMGET', KEYS[1], 'data', 'uses', 'reserved')
if not known[1] then return -1 end
for i = 3, #ARGV, 2 do
  local most = ARGV[i] == 'maxUses' and tonumber(ARGV[i + 1])
  if most and most < known[2] + (known[3] or 0) then return -2 end
end
local data = cjson.decode(known[1])
for name, value in pairs(cjson.decode(ARGV[2])) do data[name] = value end
redis.call('HSET', KEYS[1], 'data', cjson.encode(data), unpack(ARGV, 3))
return 1
