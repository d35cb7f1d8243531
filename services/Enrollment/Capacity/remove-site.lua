-- Forgets a site that the store does not have, and tells those who follow.
-- KEYS: 1 the site's hash, 2 the network's sites. ARGV: 1 site id, 2 channel, 3 message.
redis.call('DEL', KEYS[1])
redis.call('SREM', KEYS[2], ARGV[1])
redis.call('PUBLISH', ARGV[2], ARGV[3])
return 1
