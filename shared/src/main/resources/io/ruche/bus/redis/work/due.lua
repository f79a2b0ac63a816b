-- Takes what is due from the parking place of one command.
-- KEYS  parking place
-- ARGV  group, consumer, how many at most
-- Reply: {stream, delivery count, {entry, {fields}}} per delivery
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local most = tonumber(ARGV[3])
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, most)
-- What is further away than its own wait was parked before the clock was set back.
local far = redis.call('ZRANGEBYSCORE', KEYS[1], now + 1, '+inf', 'WITHSCORES', 'LIMIT', 0, most)
for i = 1, #far, 2 do
  if tonumber(far[i + 1]) > now + tonumber(string.match(far[i], '|(%d+)$')) then
    due[#due + 1] = far[i]
  end
end
local out = {}
for _, member in ipairs(due) do
  if #out < most then
    local stream, entry, counts = string.match(member, '^(.*)|(.*)|(.*)|.*$')
    redis.call('ZREM', KEYS[1], member)
    local pending = redis.pcall('XPENDING', stream, ARGV[1], entry, entry, 1)
    pending = not pending.err and pending[1]
    if pending then
      local count = pending[4] + tonumber(counts)
      local claimed = redis.call('XCLAIM', stream, ARGV[1], ARGV[2], 0, entry, 'RETRYCOUNT', count)[1]
      if claimed then
        out[#out + 1] = {stream, count, claimed}
      end
    end
  end
end
return out
