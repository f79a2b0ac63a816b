-- Reads new entries of one partition of an ordered command for its one owner.
-- KEYS  stream, fence of the partition
-- ARGV  group, consumer, epoch, how many at most
local raised, mine = tonumber(redis.call('GET', KEYS[2]) or '0'), tonumber(ARGV[3])
if raised > mine then
  return redis.error_reply('FENCED a newer owner has the partition')
end
if raised < mine then
  redis.call('SET', KEYS[2], ARGV[3])
end
local read = redis.call('XREADGROUP', 'GROUP', ARGV[1], ARGV[2], 'COUNT', ARGV[4], 'STREAMS', KEYS[1], '>')
return read and read[1] and read[1][2] or {}
