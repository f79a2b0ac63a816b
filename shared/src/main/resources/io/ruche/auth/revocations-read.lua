-- Answers {list, number of its oldest entry, number of its newest, hashes added after ARGV[2]...}.
-- ARGV[1] is the list that the reader knows (another one is read from its start), ARGV[3] the name a
-- new list gets.
local first = redis.call('ZRANGE', KEYS[1], 0, 1, 'WITHSCORES')
if #first == 0 then
  redis.call('ZADD', KEYS[1], 0, 'board:' .. ARGV[3])
  return {ARGV[3], '0', '0'}
end
local list = string.sub(first[1], 7)
local since = list == ARGV[1] and ARGV[2] or '0'
local last = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')[2]
local answer = {list, first[4] or '0', last}
for _, hash in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. since, '+inf')) do
  answer[#answer + 1] = hash
end
return answer
