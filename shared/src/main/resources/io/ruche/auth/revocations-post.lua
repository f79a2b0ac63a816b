-- Adds hashes (ARGV[2..]) to the board KEYS[1]: a sorted set scored by an ever-growing number. The
-- member with score 0 names the list, so that readers notice one that was lost and begun again.
-- ARGV[1] is the name a new list gets. The oldest entries above 10,000 are dropped.
local top = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')[2]
if not top then
  redis.call('ZADD', KEYS[1], 0, 'board:' .. ARGV[1])
  top = 0
end
for i = 2, #ARGV do
  if not redis.call('ZSCORE', KEYS[1], ARGV[i]) then
    top = top + 1
    redis.call('ZADD', KEYS[1], top, ARGV[i])
  end
end
local excess = redis.call('ZCARD', KEYS[1]) - 10001
if excess > 0 then
  redis.call('ZREMRANGEBYRANK', KEYS[1], 1, excess)
end
return {}
