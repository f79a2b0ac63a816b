-- KEYS[1] session.
redis.call('DEL', KEYS[1])
return {}
