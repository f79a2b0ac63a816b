-- Holds, renews or takes over a lease without any clock: who waits for it watches the beat, and
-- takes over when the beat it saw last has stood still for long enough by its own monotonic time.
-- KEYS  lease
-- ARGV  holder, '1' to take a lease that nobody holds, the beat seen standing still ('' = none)
-- Reply: {holder, epoch, beat}
local now = redis.call('HMGET', KEYS[1], 'holder', 'epoch', 'beat')
local holder, epoch, beat = now[1] or '', tonumber(now[2] or '0'), tonumber(now[3] or '0')
local free = holder == '' and ARGV[2] == '1'
local dead = holder ~= '' and holder ~= ARGV[1] and now[2] .. '.' .. now[3] == ARGV[3]
if free or dead then
  -- The time keeps epochs rising even when this Redis was emptied and others were not.
  local time = redis.call('TIME')
  epoch = math.max(epoch + 1, time[1] * 1000 + math.floor(time[2] / 1000))
  holder = ARGV[1]
end
if holder == ARGV[1] then
  beat = beat + 1
  redis.call('HSET', KEYS[1], 'holder', holder, 'epoch', string.format('%.0f', epoch), 'beat', beat)
end
return {holder, string.format('%.0f', epoch), tostring(beat)}
