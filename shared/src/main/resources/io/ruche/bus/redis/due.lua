-- Takes what is due from the parking place.
-- KEYS  parking place
-- ARGV  group, consumer, how many at most, prefix of the streams to take from
-- Reply: {stream, delivery count, {entry, {fields}}} per delivery
local now = redis.call('TIME')
local ms = now[1] * 1000 + math.floor(now[2] / 1000)
local out, most = {}, tonumber(ARGV[3])
-- Looks past what other commands have parked, up to a bound.
for _, member in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ms, 'LIMIT', 0, most + 256)) do
  local bar = string.find(member, '|', 1, true)
  local stream, entry = string.sub(member, 1, bar - 1), string.sub(member, bar + 1)
  if #out < most and (stream == ARGV[4] or string.sub(stream, 1, #ARGV[4] + 1) == ARGV[4] .. ':') then
    redis.call('ZREM', KEYS[1], member)
    local claimed = redis.pcall('XCLAIM', stream, ARGV[1], ARGV[2], 0, entry)
    if not claimed.err and claimed[1] then
      local pending = redis.call('XPENDING', stream, ARGV[1], entry, entry, 1)[1]
      out[#out + 1] = {stream, pending[4], claimed[1]}
    end
  end
end
return out
