-- Counts one more attempt of an entry that its owner keeps, so that the late result of the former
-- attempt is refused. A repetition of this call counts nothing.
-- KEYS  stream
-- ARGV  group, consumer, entry, delivery count
-- Reply: the new count, or 0 when the entry is not this consumer's any more
local owned = redis.pcall('XPENDING', KEYS[1], ARGV[1], ARGV[3], ARGV[3], 1)
owned = not owned.err and owned[1]
if not owned or owned[2] ~= ARGV[2] then
  return 0
end
local counted = tonumber(ARGV[4]) + 1
if owned[4] == counted then
  return counted
end
if owned[4] ~= counted - 1 then
  return 0
end
redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, ARGV[3])
return counted
