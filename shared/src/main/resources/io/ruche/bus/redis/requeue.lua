-- Repeats entries of a stream, or brings dead letters back, as new entries at the end: a command
-- that has ended is open again, and what an earlier delivery of it still says is ignored.
-- A dead letter, or one that is asked for by its id, is wanted now, so it loses the time at which it
-- would have expired; of many that are repeated together those that have expired stay so.
-- KEYS  stream to read
-- ARGV  'history'|'dead', job prefix, bell channel, first entry, last entry, how many at most,
--       id to match ('' = all), client to match ('' = all)
-- Reply: {repeated, entries looked at, last entry looked at ('' = none)}
local dead = ARGV[1] == 'dead'
local extra = {stream = true, entry = true, reason = true, attempts = true}
local wanted = dead or ARGV[7] ~= ''
local repeated, rung, last = 0, {}, ''
local entries = redis.call('XRANGE', KEYS[1], ARGV[4], ARGV[5], 'COUNT', ARGV[6])
for _, found in ipairs(entries) do
  last = found[1]
  local fields, value = {}, {}
  for i = 1, #found[2], 2 do
    local name = found[2][i]
    value[name] = found[2][i + 1]
    if not (dead and extra[name]) and not (wanted and name == 'expires') then
      fields[#fields + 1] = name
      fields[#fields + 1] = found[2][i + 1]
    end
  end
  local job = ARGV[2] .. (value.type or '') .. ':' .. (value.client or '') .. ':' .. (value.id or '')
  local current = redis.call('HGET', job, 'entry')
  -- An earlier replay has left a newer copy, which is the one to repeat.
  local superseded = not dead and current and current ~= found[1]
  local asked = (ARGV[7] == '' or value.id == ARGV[7]) and (ARGV[8] == '' or value.client == ARGV[8])
  if asked and not superseded and #fields > 0 then
    local stream = dead and value.stream or KEYS[1]
    local entry = redis.call('XADD', stream, '*', unpack(fields))
    if current then
      redis.call('HSET', job, 'entry', entry)
      redis.call('HDEL', job, 'state', 'reason', 'attempts', 'type', 'result')
      -- What is left of its life may not last until its new end, which gives it a new one.
      redis.call('PERSIST', job)
    end
    if dead then
      redis.call('XDEL', KEYS[1], found[1])
    end
    rung[stream] = true
    repeated = repeated + 1
  end
end
for stream in pairs(rung) do
  redis.call('PUBLISH', ARGV[3], stream)
end
return {repeated, #entries, last}
