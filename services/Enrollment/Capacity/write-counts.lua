-- Writes the places of a program only if they are newer than what is known, and tells those who follow. On a hash that is
-- gone this leaves a part without a site, which readers take for missing; it is kept, so that an older copy that is on its way
-- cannot win.
-- KEYS: 1 the site's hash. ARGV: 1 time to live in ms, 2 program id, 3 version, 4 counts, 5 channel, 6 message.
local counts = redis.call('HGET', KEYS[1], 'counts:' .. ARGV[2])
local known = counts and tonumber(string.match(counts, '^%d+'))
if known and known >= tonumber(ARGV[3]) then
  return 0
end
redis.call('HSET', KEYS[1], 'counts:' .. ARGV[2], ARGV[4])
if redis.call('PTTL', KEYS[1]) < 0 then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
end
redis.call('PUBLISH', ARGV[5], ARGV[6])
return 1
