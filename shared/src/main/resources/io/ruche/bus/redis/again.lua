-- Counts one more delivery of an entry that its owner keeps, so that the late result of the former
-- attempt is refused.
-- KEYS  stream
-- ARGV  group, consumer, entry, delivery count
-- Reply: the new count, or 0 when the entry is not this consumer's any more
local owned = redis.pcall('XPENDING', KEYS[1], ARGV[1], ARGV[3], ARGV[3], 1)
owned = not owned.err and owned[1]
if not owned or owned[2] ~= ARGV[2] or tostring(owned[4]) ~= ARGV[4] then
  return 0
end
redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, ARGV[3])
return owned[4] + 1
