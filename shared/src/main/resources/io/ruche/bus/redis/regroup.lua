-- Makes sure that a consumer group exists. A lost one begins again where all before was finished;
-- what ended after that is recognised by its job when it is delivered a second time.
-- KEYS  stream, checkpoints
-- ARGV  group
local from = redis.call('HGET', KEYS[2], KEYS[1] .. '|' .. ARGV[1]) or '0'
local made = redis.pcall('XGROUP', 'CREATE', KEYS[1], ARGV[1], from, 'MKSTREAM')
return made.err and '' or from
