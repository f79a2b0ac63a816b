-- Says what a process holds and has used of its tenant's limits, and draws more. KEYS[1] is the hash
-- of the tenant's processes, KEYS[2] the set of its budgets, every other key one limit.
-- ARGV[1] process, ARGV[2] number of the call, then 12 for each limit:
--   kind limit unit least want | bucket: window in us, change ('' for the rest)
--                              | pool: term, its start in ms, held, spent, told, how, ledger
-- Answers {'ok'} and 6 for each limit: state, granted, left, spent, flags, term. {'late'} when a later
-- call of the process has come before this one.
local process, call = ARGV[1], tonumber(ARGV[2])
local time = redis.call('TIME')
local us = time[1] * 1000000 + time[2]
local ms = math.floor(us / 1000)

local DEAD_MS, REAP_MS, LOOK_MS, LOOK_SOON_MS, AHEAD_MS = 10000, 2000, 60000, 5000, 5000
local UNSEEN_MS = 86400000

local beat = redis.call('HGET', KEYS[1], process)
if beat and tonumber(string.match(beat, '^%d+')) >= call then
  return {'late'}
end
redis.call('HSET', KEYS[1], process, string.format('%.0f %.0f', call, ms))

local function granted(left, unit, least, want)
  -- A bucket's level is a fraction that may miss a whole number by a rounding error.
  left = math.floor(left + 0.000001)
  if want < 1 or left < unit or left < 1 then
    return 0
  end
  return math.min(left, math.max(least, math.min(want, math.floor(left / 8))))
end

local function bucket(key, limit, unit, least, want, window, change)
  local old = redis.call('HMGET', key, 'used', 'at', 'limit')
  local used = 0
  if old[1] then
    used = math.max(0, old[1] - math.max(0, us - old[2]) * limit / window)
    if tonumber(old[3]) > limit then
      used = math.min(used, limit)
    end
  end
  used = math.max(0, used + change)
  local grant = granted(limit - used, unit, least, want)
  used = used + grant
  if used > 0 then
    redis.call('HSET', key, 'used', string.format('%.17g', used), 'at', string.format('%.0f', us),
      'limit', string.format('%.0f', limit))
    redis.call('PEXPIRE', key, math.ceil(used * window / limit / 1000))
  else
    redis.call('DEL', key)
  end
  return 'ok', grant, limit - used, 0, 0, ''
end

-- Takes away what processes held whose beat has stopped. Answers how much.
local function reap(key)
  local freed = 0
  local fields = redis.call('HGETALL', key)
  for i = 1, #fields, 2 do
    local holder = string.match(fields[i], '^h:(.*)')
    if holder and holder ~= process then
      local seen = redis.call('HGET', KEYS[1], holder)
      if not seen or ms - tonumber(string.match(seen, ' (%d+)$')) > DEAD_MS then
        freed = freed + tonumber(fields[i + 1])
        redis.call('HDEL', key, fields[i], 's:' .. holder)
      end
    end
  end
  return freed
end

-- Forgets budgets whose term is over and that nobody has used for a day, ten at most, and processes
-- that have been dead for an hour.
local function sweep()
  for _, key in ipairs(redis.call('SRANDMEMBER', KEYS[2], 10)) do
    local f = redis.call('HMGET', key, 'over', 'seen')
    if not f[1] or math.max(tonumber(f[1]), f[2] + UNSEEN_MS) < ms then
      redis.call('DEL', key)
      redis.call('SREM', KEYS[2], key)
    end
  end
  local all = redis.call('HGETALL', KEYS[1])
  for i = 1, #all, 2 do
    if ms - tonumber(string.match(all[i + 1], ' (%d+)$')) > 3600000 then
      redis.call('HDEL', KEYS[1], all[i])
    end
  end
end

local function pool(key, limit, unit, least, want, term, start, held, spent, told, how, ledger)
  local f = redis.call('HMGET', key, 'term', 'held', 'spent', 'h:' .. process, 's:' .. process,
    'reaped', 'looked', 'warned', 'exceeded')
  local money = term ~= ''
  if not f[1] and money and how ~= 'begin' then
    return 'absent', 0, 0, 0, 0, ''
  end
  local stored = f[1] or term
  if stored ~= term and (stored > term or tonumber(start) > ms + AHEAD_MS) then
    return 'other', 0, 0, 0, 0, stored
  end
  if not f[1] or stored ~= term then
    if f[1] then
      redis.call('DEL', key)
    end
    f = {term, 0, 0, false, false, ms, ms, 0, 0}
    if how == 'begin' then
      f[3], f[7] = ledger, 0
    end
  end
  local flags = 0
  local allHeld = f[2] + held - (f[4] or 0)
  local allSpent = f[3] + spent - (f[5] or told)
  if how == 'lift' and allSpent < tonumber(ledger) then
    allSpent = tonumber(ledger)
  end
  local reaped = tonumber(f[6])
  if ms - reaped > REAP_MS then
    reaped = ms
    allHeld = allHeld - reap(key)
  end
  local grant = granted(limit - allSpent - allHeld, unit, least, want)
  allHeld = math.max(0, allHeld + grant)
  held = held + grant
  local looked, warned, exceeded = tonumber(f[7]), tonumber(f[8]), tonumber(f[9])
  if money then
    if ms - looked > (how == 'look' and LOOK_SOON_MS or LOOK_MS) then
      looked = ms
      flags = flags + 1
    end
    if exceeded < limit and (allSpent >= limit or unit > limit - allSpent) then
      exceeded = limit
      warned = math.max(warned, limit)
      flags = flags + 4
    elseif warned < limit and allSpent >= limit * 0.8 then
      warned = limit
      flags = flags + 2
    end
  end
  local function whole(n)
    return string.format('%.0f', n)
  end
  redis.call('HSET', key, 'term', term, 'held', whole(allHeld), 'spent', whole(allSpent),
    'reaped', whole(reaped), 'looked', whole(looked), 'warned', whole(warned),
    'exceeded', whole(exceeded), 'h:' .. process, whole(held), 's:' .. process, whole(spent))
  if money then
    -- A month and a day after a month began another one has, and so for days.
    local length = #term > 7 and 2 * 86400000 or 62 * 86400000
    redis.call('HSET', key, 'over', whole(start + length), 'seen', whole(ms))
    if redis.call('SADD', KEYS[2], key) == 1 or flags % 2 == 1 then
      sweep()
    end
  elseif allHeld == 0 then
    redis.call('DEL', key)
  else
    redis.call('PEXPIRE', key, 3600000)
  end
  return 'ok', grant, limit - allSpent - allHeld, allSpent, flags, term
end

local answer = {'ok'}
for i = 3, #KEYS do
  local a = 3 + (i - 3) * 12
  local limit, unit = tonumber(ARGV[a + 1]), tonumber(ARGV[a + 2])
  local least, want = tonumber(ARGV[a + 3]), tonumber(ARGV[a + 4])
  local state, grant, left, spent, flags, term
  if ARGV[a] == 'bucket' then
    state, grant, left, spent, flags, term = bucket(KEYS[i], limit, unit, least, want,
      tonumber(ARGV[a + 5]), tonumber(ARGV[a + 6]))
  else
    state, grant, left, spent, flags, term = pool(KEYS[i], limit, unit, least, want, ARGV[a + 5],
      ARGV[a + 6], tonumber(ARGV[a + 7]), tonumber(ARGV[a + 8]), tonumber(ARGV[a + 9]),
      ARGV[a + 10], ARGV[a + 11])
  end
  local n = #answer
  answer[n + 1] = state
  answer[n + 2] = string.format('%.0f', grant)
  answer[n + 3] = string.format('%.6f', left)
  answer[n + 4] = string.format('%.0f', spent)
  answer[n + 5] = string.format('%.0f', flags)
  answer[n + 6] = term
end
return answer
