-- Moves an event that the broker will never take to the dead letters. A repetition moves nothing.
-- KEYS  events, dead letters
-- ARGV  group, entry, reason
-- Reply: 1, or 0 when the event was not pending any more
local original = redis.call('XRANGE', KEYS[1], ARGV[2], ARGV[2])[1]
local pending = redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
if pending == 1 and original then
  local fields = original[2]
  for _, extra in ipairs({'stream', KEYS[1], 'entry', ARGV[2], 'reason', ARGV[3], 'attempts', '1'}) do
    fields[#fields + 1] = extra
  end
  redis.call('XADD', KEYS[2], '*', unpack(fields))
end
return pending
