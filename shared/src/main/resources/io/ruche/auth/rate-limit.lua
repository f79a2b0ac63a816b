-- A bucket of N tokens, refilled evenly over a minute, kept as the one moment at which it will be
-- full again, in microseconds. KEYS[1] bucket, ARGV[1] N.
-- Answers {1 or 0 for allowed, tokens left, ms until the next token, ms until full}.
local n = tonumber(ARGV[1])
local step = math.ceil(60000000 / n)
local size = step * n
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]

-- A moment further ahead is from before a clock was set back or N was lowered.
local full = tonumber(redis.call('GET', KEYS[1]) or now)
full = math.min(math.max(full, now), now + size)

local allowed = full + step <= now + size
if allowed then
  full = full + step
  -- Past that moment the bucket is full, which is what an absent key means.
  redis.call('SET', KEYS[1], string.format('%.0f', full), 'PX', math.ceil((full - now) / 1000))
end
local left = math.floor((now + size - full) / step)
local wait = 0
if left < 1 then
  wait = math.ceil((full + step - now - size) / 1000)
end
return {allowed and 1 or 0, left, wait, math.ceil((full - now) / 1000)}
