-- Adds a message that was answered to its context. KEYS[1] the stream; ARGV[1] key of the answer, ARGV[2] vector,
-- ARGV[3] how many are kept, ARGV[4] how long in ms.
redis.call('XADD', KEYS[1], 'MAXLEN', ARGV[3], '*', 'k', ARGV[1], 'v', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return {}
