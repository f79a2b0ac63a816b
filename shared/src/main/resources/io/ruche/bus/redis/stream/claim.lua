-- Takes over deliveries of a consumer, oldest first: of a dead one, which is forgotten when it has
-- none left, or of one's own when the reply that brought them was lost.
-- KEYS  stream
-- ARGV  group, new consumer, former consumer, how many at most, entries to leave alone...
-- Reply: {stream, delivery count, {entry, {fields}}} per delivery
local most = tonumber(ARGV[4])
local keep = {}
for i = 5, #ARGV do
  keep[ARGV[i]] = true
end
local pending = redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', most + #ARGV - 4, ARGV[3])
local out = {}
for _, one in ipairs(pending) do
  local entry = one[1]
  if #out < most and not keep[entry] then
    local claimed = redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, entry)[1]
    if claimed then
      out[#out + 1] = {KEYS[1], one[4] + 1, claimed}
    else
      -- Deleted from the stream while it was pending: nothing is left to deliver.
      redis.call('XACK', KEYS[1], ARGV[1], entry)
    end
  end
end
if ARGV[2] ~= ARGV[3] and #pending < most then
  redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[3])
end
return out
