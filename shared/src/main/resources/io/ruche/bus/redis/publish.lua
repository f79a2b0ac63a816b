-- Adds one event to be forwarded.
-- KEYS  events
-- ARGV  most entries, bell channel, number of field strings, fields...
if redis.call('XLEN', KEYS[1]) >= tonumber(ARGV[1]) then
  return redis.error_reply('FULL ' .. KEYS[1] .. ' has reached its bound')
end
local entry = redis.call('XADD', KEYS[1], '*', unpack(ARGV, 4))
redis.call('PUBLISH', ARGV[2], KEYS[1])
return entry
