-- Parks a delivery until it is due. The entry stays pending, so it is never trimmed, under a name
-- that no process has, so that the late result of this attempt is refused.
-- KEYS  stream, parking place
-- ARGV  group, consumer, entry, delivery count, ms to wait, reason, job, '1' when the attempt counts
local owned = redis.pcall('XPENDING', KEYS[1], ARGV[1], ARGV[3], ARGV[3], 1)
owned = not owned.err and owned[1]
if not owned or owned[2] ~= ARGV[2] or tostring(owned[4]) ~= ARGV[4] then
  return 0
end
local now = redis.call('TIME')
local due = now[1] * 1000 + math.floor(now[2] / 1000) + ARGV[5]
redis.call('XCLAIM', KEYS[1], ARGV[1], '~parked', 0, ARGV[3], 'JUSTID')
redis.call('ZADD', KEYS[2], due, KEYS[1] .. '|' .. ARGV[3] .. '|' .. ARGV[8] .. '|' .. ARGV[5])
if redis.call('EXISTS', ARGV[7]) == 1 then
  redis.call('HSET', ARGV[7], 'reason', ARGV[6], 'attempts', ARGV[4])
end
return 1
