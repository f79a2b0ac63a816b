-- Commits how deliveries ended: result, events, dead letter and acknowledgement in one step, and
-- only for who still owns the delivery, so that a zombie's late result changes nothing.
-- KEYS  events, dead letters
-- ARGV  group, consumer, ms of remembrance, bell channel, number of endings, then per ending:
--       stream, entry, delivery count, job, state, reason, result type, result,
--       number of events, then per event: number of field strings, fields...
-- Reply per ending: 1 committed, 0 not this consumer's any more, -1 ended before
local events, dead = KEYS[1], KEYS[2]
local group, consumer, ttl = ARGV[1], ARGV[2], tonumber(ARGV[3])
local out, at, ring = {}, 6, false
for n = 1, tonumber(ARGV[5]) do
  local stream, entry, count, job, state = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3], ARGV[at + 4]
  local reason = ARGV[at + 5]
  local owned = redis.pcall('XPENDING', stream, group, entry, entry, 1)
  owned = not owned.err and owned[1]
  local mine = owned and owned[2] == consumer and tostring(owned[4]) == count
  local known = redis.call('HMGET', job, 'entry', 'state')
  -- The job may have ended already (its group was lost and recreated) or have been queued again as
  -- another entry (a replay): then this delivery has nothing to say.
  local open = not known[1] or (known[1] == entry and not known[2])
  out[n] = mine and (open and 1 or -1) or 0
  local emit = out[n] == 1
  if mine then
    redis.call('XACK', stream, group, entry)
  end
  if emit then
    if state == 'failed' then
      local original = redis.call('XRANGE', stream, entry, entry)[1]
      local fields = original and original[2] or {}
      for _, extra in ipairs({'stream', stream, 'entry', entry, 'reason', reason, 'attempts', count}) do
        fields[#fields + 1] = extra
      end
      redis.call('XADD', dead, '*', unpack(fields))
    end
    if known[1] then
      redis.call('HSET', job, 'state', state, 'reason', reason, 'attempts', count,
        'type', ARGV[at + 6], 'result', ARGV[at + 7])
      -- A result is kept as long as the id was; where little of the life that the append gave is
      -- gone, what is left is enough. One that was replayed has had no end to its life since.
      if redis.call('PTTL', job) < ttl - math.min(3600000, ttl / 2) then
        redis.call('PEXPIRE', job, ARGV[3])
      end
    end
  end
  local first = at + 9
  for e = 1, tonumber(ARGV[at + 8]) do
    local last = first + tonumber(ARGV[first])
    if emit then
      redis.call('XADD', events, '*', unpack(ARGV, first + 1, last))
      ring = true
    end
    first = last + 1
  end
  at = first
end
if ring then
  redis.call('PUBLISH', ARGV[4], events)
end
return out
