-- Writes a site and its programs whole, each part only if it is newer than what is known. No part is ever deleted: a
-- reader that comes between a deletion and a write would take an older copy for the newest.
-- KEYS: 1 the site's hash, 2 the network's positions, 3 the network's programs by site.
-- ARGV: 1 time to live in ms, 2 version, 3 site id, 4 longitude, 5 latitude, 6 name; then of each program four:
-- id, facts, version of the counts, counts.
local known = redis.call('HGET', KEYS[1], 'version')
if not known or tonumber(known) <= tonumber(ARGV[2]) then
  redis.call('HSET', KEYS[1], 'version', ARGV[2], 'name', ARGV[6])
  redis.call('GEOADD', KEYS[2], ARGV[4], ARGV[5], ARGV[3])
end
for i = 7, #ARGV, 4 do
  redis.call('HSET', KEYS[1], 'facts:' .. ARGV[i], ARGV[i + 1])
  redis.call('HSET', KEYS[3], ARGV[i], ARGV[3])
  local counts = redis.call('HGET', KEYS[1], 'counts:' .. ARGV[i])
  if not counts or tonumber(string.match(counts, '^%d+')) < tonumber(ARGV[i + 2]) then
    redis.call('HSET', KEYS[1], 'counts:' .. ARGV[i], ARGV[i + 3])
  end
end
if redis.call('PTTL', KEYS[1]) < 0 then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
end
return 1
