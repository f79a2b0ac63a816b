-- Takes over all deliveries of one partition for its new owner, oldest first, once the fence keeps
-- the former owner from reading on.
-- KEYS  stream, fence of the partition
-- ARGV  group, consumer, epoch, entry after which to go on, how many at most
-- Reply: {stream, delivery count, {entry, {fields}}} per delivery
local raised, mine = tonumber(redis.call('GET', KEYS[2]) or '0'), tonumber(ARGV[3])
if raised > mine then
  return redis.error_reply('FENCED a newer owner has the partition')
end
redis.call('SET', KEYS[2], ARGV[3])
local out = {}
for _, pending in ipairs(redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[4], '+', ARGV[5])) do
  local claimed = redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, pending[1])[1]
  if claimed then
    out[#out + 1] = {KEYS[1], pending[4] + 1, claimed}
  else
    redis.call('XACK', KEYS[1], ARGV[1], pending[1])
  end
end
return out
