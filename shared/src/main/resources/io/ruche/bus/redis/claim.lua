-- Takes over deliveries of a consumer that is dead, oldest first, and forgets it when it has none.
-- KEYS  stream
-- ARGV  group, new consumer, dead consumer, how many at most
-- Reply: {stream, delivery count, {entry, {fields}}} per delivery
local pending = redis.pcall('XPENDING', KEYS[1], ARGV[1], '-', '+', ARGV[4], ARGV[3])
if pending.err then
  return {}
end
local out = {}
for n = 1, #pending do
  local entry = pending[n][1]
  local claimed = redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, entry)[1]
  if claimed then
    out[#out + 1] = {KEYS[1], pending[n][4] + 1, claimed}
  else
    -- Deleted from the stream while it was pending: nothing is left to deliver.
    redis.call('XACK', KEYS[1], ARGV[1], entry)
  end
end
-- Deleting a consumer drops what it has pending, so never the one that has just got it.
if #pending < tonumber(ARGV[4]) and ARGV[3] ~= ARGV[2] then
  redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[3])
end
return out
