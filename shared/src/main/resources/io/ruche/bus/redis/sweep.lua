-- Counts dead letters, or drops them for good.
-- KEYS  dead letters
-- ARGV  first entry, last entry, how many to look at, type to match ('' = all), '1' to drop
-- Reply: {matched, entries looked at, last entry looked at ('' = none)}
local matched, last = 0, ''
local entries = redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[2], 'COUNT', ARGV[3])
for _, found in ipairs(entries) do
  last = found[1]
  local asked = ARGV[4] == ''
  for i = 1, #found[2], 2 do
    asked = asked or (found[2][i] == 'type' and found[2][i + 1] == ARGV[4])
  end
  if asked then
    matched = matched + 1
    if ARGV[5] == '1' then
      redis.call('XDEL', KEYS[1], last)
    end
  end
end
return {matched, #entries, last}
