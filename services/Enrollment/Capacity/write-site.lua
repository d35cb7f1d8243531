-- Writes a site and its programs' places whole, each part only if it is newer than what is known, or takes the place of exactly
-- the version that the store turned out not to have; tells those who follow if any part was. No part is ever deleted: a reader
-- that comes between a deletion and a write would take an older copy for the newest.
-- KEYS: 1 the site's hash, 2 the network's sites.
-- ARGV: 1 time to live in ms, 2 site id, 3 version, 4 version that gives way ('0': none), 5 site, 6 channel, 7 message; then of
-- each program four: id, version, version that gives way, counts.
local function stands(known, version, gives_way)
  return known and known >= tonumber(version) and known ~= tonumber(gives_way)
end
local written = 0
if not stands(tonumber(redis.call('HGET', KEYS[1], 'version')), ARGV[3], ARGV[4]) then
  redis.call('HSET', KEYS[1], 'version', ARGV[3], 'site', ARGV[5])
  written = 1
end
for i = 8, #ARGV, 4 do
  local field = 'counts:' .. ARGV[i]
  local counts = redis.call('HGET', KEYS[1], field)
  if not stands(counts and tonumber(string.match(counts, '^%d+')), ARGV[i + 1], ARGV[i + 2]) then
    redis.call('HSET', KEYS[1], field, ARGV[i + 3])
    written = 1
  end
end
redis.call('SADD', KEYS[2], ARGV[2])
for i = 1, 2 do
  if redis.call('PTTL', KEYS[i]) < 0 then
    redis.call('PEXPIRE', KEYS[i], ARGV[1])
  end
end
if written == 1 then
  redis.call('PUBLISH', ARGV[6], ARGV[7])
end
return written
