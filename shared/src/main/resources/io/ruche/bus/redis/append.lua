-- Appends a batch of commands of one tenant, in order, each once.
-- KEYS  fence, identities, events, dead letters
-- ARGV  epoch ('' = not fenced), entries per stream, ms of remembrance, identities per tenant,
--       bell channel, number of messages, then per message:
--       base stream, partition ('' = none), job, digest, number of field strings, fields...
-- Reply per message: {'new'|'known'|'conflict', stream, entry} or {'full'}
local fence, identities = KEYS[1], KEYS[2]
local epoch, most, ttl, remembered = ARGV[1], tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4])
if epoch ~= '' then
  local raised, mine = tonumber(redis.call('GET', fence) or '0'), tonumber(epoch)
  if raised > mine then
    return redis.error_reply('FENCED a newer ingress holds the lease')
  end
  if raised < mine then
    redis.call('SET', fence, epoch)
  end
end

-- Once one message finds no room the rest of the batch finds none either, or it would overtake.
local full = redis.call('XLEN', KEYS[3]) >= most or redis.call('XLEN', KEYS[4]) >= most
local room, rung, out, at = {}, {}, {}, 7
for m = 1, tonumber(ARGV[6]) do
  local stream, job, digest = ARGV[at], ARGV[at + 2], ARGV[at + 3]
  if ARGV[at + 1] ~= '' then
    stream = stream .. ':' .. ARGV[at + 1]
  end
  local first = at + 5
  local last = first + tonumber(ARGV[at + 4]) - 1
  local known = redis.call('HMGET', job, 'digest', 'entry', 'state', 'part')
  local held = ARGV[at] .. ((known[4] or '') ~= '' and ':' .. known[4] or '')
  if known[1] == digest and not known[3] and #redis.call('XRANGE', held, known[2], known[2]) == 0 then
    -- Its stream was deleted before the command could end: it counts as new.
    known[1] = false
  end
  if known[1] then
    if known[1] == digest then
      -- A write, so that the receipt of a repetition waits for the disk like the first one.
      redis.call('HINCRBY', job, 'repeats', 1)
      out[m] = {'known', held, known[2]}
    else
      out[m] = {'conflict', held, known[2]}
    end
  else
    room[stream] = room[stream] or most - redis.call('XLEN', stream)
    full = full or room[stream] <= 0
    if full then
      out[m] = {'full'}
    else
      room[stream] = room[stream] - 1
      local entry = redis.call('XADD', stream, '*', unpack(ARGV, first, last))
      redis.call('HSET', job, 'digest', digest, 'entry', entry, 'part', ARGV[at + 1])
      redis.call('PEXPIRE', job, ttl)
      if redis.call('RPUSH', identities, entry .. ' ' .. job) > remembered then
        -- The id may have been forgotten by its age and have come again since: only the job that
        -- this place stands for goes.
        local oldest, old = string.match(redis.call('LPOP', identities), '^(%S+) (.*)$')
        if redis.call('HGET', old, 'entry') == oldest then
          redis.call('UNLINK', old)
        end
      end
      rung[stream] = true
      out[m] = {'new', stream, entry}
    end
  end
  at = last + 1
end
for stream in pairs(rung) do
  redis.call('PUBLISH', ARGV[5], stream)
end
return out
