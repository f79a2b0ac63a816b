-- Moves an event that the broker will never take to the dead letters.
-- KEYS  events, dead letters
-- ARGV  group, entry, reason
local original = redis.call('XRANGE', KEYS[1], ARGV[2], ARGV[2])[1]
if original then
  local fields = original[2]
  for _, extra in ipairs({'stream', KEYS[1], 'entry', ARGV[2], 'reason', ARGV[3], 'attempts', '1'}) do
    fields[#fields + 1] = extra
  end
  redis.call('XADD', KEYS[2], '*', unpack(fields))
end
return redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
