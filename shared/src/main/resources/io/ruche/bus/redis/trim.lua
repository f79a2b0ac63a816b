-- Removes old entries of a stream, never above what its slowest group still needs, and notes how
-- far each group has finished.
-- KEYS  stream, checkpoints
-- ARGV  oldest entry to keep by age, entries to keep, how many to remove at most
-- Reply: {removed, entries left, oldest entry not finished by all groups ('' = all finished)}
local stream = KEYS[1]
if redis.call('EXISTS', stream) == 0 then
  return {0, 0, ''}
end
local function less(a, b)
  local ams, aseq = string.match(a, '(%d+)-?(%d*)')
  local bms, bseq = string.match(b, '(%d+)-?(%d*)')
  ams, bms = tonumber(ams), tonumber(bms)
  if ams ~= bms then
    return ams < bms
  end
  return (tonumber(aseq) or 0) < (tonumber(bseq) or 0)
end
local needed
local groups = redis.call('XINFO', 'GROUPS', stream)
if #groups == 0 then
  -- Nobody has read it yet, which is not to say that nobody will.
  return {0, redis.call('XLEN', stream), ''}
end
for _, group in ipairs(groups) do
  local info = {}
  for i = 1, #group, 2 do
    info[group[i]] = group[i + 1]
  end
  local pending = redis.call('XPENDING', stream, info.name)
  local finished = info['last-delivered-id']
  local next = redis.call('XRANGE', stream, '(' .. finished, '+', 'COUNT', 1)[1]
  local oldest = next and next[1]
  if pending[1] > 0 then
    oldest = pending[2]
    local before = redis.call('XREVRANGE', stream, '(' .. oldest, '-', 'COUNT', 1)[1]
    finished = before and before[1] or '0'
  end
  redis.call('HSET', KEYS[2], stream .. '|' .. info.name, finished)
  if oldest and (not needed or less(oldest, needed)) then
    needed = oldest
  end
end
local entries, limit, bound = redis.call('XLEN', stream), tonumber(ARGV[3]), ARGV[1]
local last = redis.call('XREVRANGE', stream, '+', '-', 'COUNT', 1)[1]
local surplus = entries - tonumber(ARGV[2])
if surplus > 0 then
  limit = math.min(limit, math.max(surplus, 100))
  bound = needed or last[1]
elseif needed and less(needed, bound) then
  bound = needed
end
-- In whole nodes and to a limit: quick, and never a long stop of everything else.
local removed = redis.call('XTRIM', stream, 'MINID', '~', bound, 'LIMIT', limit)
return {removed, entries - removed, needed or ''}
