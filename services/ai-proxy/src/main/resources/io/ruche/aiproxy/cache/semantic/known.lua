-- Messages that were answered in one context. KEYS[1] their stream; ARGV[1] the latest id that is known, '' for none,
-- ARGV[2] how many at most, ARGV[3] how old at most in ms.
-- Answers 3 for each, oldest first: id, key of the answer, vector.
local time = redis.call('TIME')
local from = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000) - tonumber(ARGV[3]))
if ARGV[1] ~= '' and tonumber(string.match(ARGV[1], '^%d+')) >= tonumber(from) then
  from = '(' .. ARGV[1]
end
local found = {}
for _, entry in ipairs(redis.call('XRANGE', KEYS[1], from, '+', 'COUNT', ARGV[2])) do
  found[#found + 1] = entry[1]
  found[#found + 1] = entry[2][2]
  found[#found + 1] = entry[2][4]
end
return found
