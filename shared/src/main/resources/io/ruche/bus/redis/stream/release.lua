-- Gives up a lease that is still one's own.
-- KEYS  lease
-- ARGV  holder
if redis.call('HGET', KEYS[1], 'holder') == ARGV[1] then
  redis.call('HSET', KEYS[1], 'holder', '')
end
return 1
