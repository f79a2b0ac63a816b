-- Makes the new owner of a partition the owner of all its deliveries, oldest first, once the fence
-- keeps the former one from reading on. It counts no delivery: most of them only wait in line.
-- KEYS  stream, fence of the partition
-- ARGV  group, consumer, epoch, entry after which to go on, how many at most
-- Reply: {last entry looked at ('' = none left), {stream, delivery count, {entry, {fields}}}...}
local raised, mine = tonumber(redis.call('GET', KEYS[2]) or '0'), tonumber(ARGV[3])
if raised > mine then
  return redis.error_reply('FENCED a newer owner has the partition')
end
redis.call('SET', KEYS[2], ARGV[3])
local out = {''}
for _, pending in ipairs(redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[4], '+', ARGV[5])) do
  local entry = pending[1]
  out[1] = entry
  redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, entry, 'JUSTID')
  local found = redis.call('XRANGE', KEYS[1], entry, entry)[1]
  if found then
    out[#out + 1] = {KEYS[1], pending[4], found}
  else
    redis.call('XACK', KEYS[1], ARGV[1], entry)
  end
end
return out
