-- Makes sure that a consumer group exists. A lost one begins again where all before was finished;
-- what ended after that is recognised by its job when it is delivered a second time.
-- KEYS  stream, checkpoints
-- ARGV  group
-- Reply: where a group that was made begins, or '' when there was one
local field = KEYS[1] .. '|' .. ARGV[1]
local from = '0'
if redis.call('EXISTS', KEYS[1]) == 1 then
  from = redis.call('HGET', KEYS[2], field) or '0'
  local info = redis.call('XINFO', 'STREAM', KEYS[1])
  local last = '0-0'
  for i = 1, #info, 2 do
    if info[i] == 'last-generated-id' then
      last = info[i + 1]
    end
  end
  -- A stream that was deleted and began again under a clock set back is younger than its checkpoint.
  local lastms, fromms = string.match(last, '^(%d+)'), string.match(from, '^(%d+)')
  if tonumber(fromms) > tonumber(lastms) then
    from = '0'
  end
end
local made = redis.pcall('XGROUP', 'CREATE', KEYS[1], ARGV[1], from, 'MKSTREAM')
if made.err then
  return string.find(made.err, 'BUSYGROUP', 1, true) and '' or redis.error_reply(made.err)
end
return from
