-- KEYS[1] session, ARGV[1] ms to live from now. Answers {tenant, name, key id}, or {} without one.
local found = redis.call('HMGET', KEYS[1], 'tenant', 'name', 'key')
if not found[3] then
  return {}
end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return found
