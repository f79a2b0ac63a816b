-- KEYS[1] session, ARGV tenant, name, key id, ms to live.
redis.call('HSET', KEYS[1], 'tenant', ARGV[1], 'name', ARGV[2], 'key', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return {}
