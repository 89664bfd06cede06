/**
 * Claims a name, or says what is known of it.
 *
 * KEYS: the entry. ARGV: fingerprint, id, lease.
 */
export const CLAIM = `
local stored = redis.call('HMGET', KEYS[1], 'fingerprint', 'state')
if not stored[1] then
  redis.call('HSET', KEYS[1], 'fingerprint', ARGV[1], 'state', 'claimed', 'id', ARGV[2])
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
  return 'claimed'
end
if stored[1] ~= ARGV[1] then return 'different' end
if stored[2] == 'answered' then return 'answered' end
return 'open'
`;

/** Keeps a claim for longer, where it is still ours. KEYS: the entry. ARGV: id, lease. */
export const RENEW = `
local stored = redis.call('HMGET', KEYS[1], 'id', 'state')
if stored[1] == ARGV[1] and stored[2] == 'claimed' then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 1
`;

/**
 * Keeps what came of a claim, and makes room: answers that are too old are forgotten, then the oldest.
 *
 * KEYS: the entry, the list of answers by time, their bytes. ARGV: id, head (empty for no answer), body,
 * longest age, most bytes, time, bytes, channel.
 */
export const FINISH = `
local stored = redis.call('HMGET', KEYS[1], 'id', 'state')
if stored[1] ~= ARGV[1] or stored[2] ~= 'claimed' then return 0 end
if ARGV[2] == '' then
  redis.call('DEL', KEYS[1])
else
  local maxAge, now = tonumber(ARGV[4]), tonumber(ARGV[6])
  redis.call('HSET', KEYS[1], 'state', 'answered', 'head', ARGV[2], 'body', ARGV[3])
  redis.call('PEXPIRE', KEYS[1], maxAge)
  redis.call('ZADD', KEYS[2], now, ARGV[7] .. '|' .. KEYS[1])
  local total = redis.call('INCRBY', KEYS[3], ARGV[7])
  local drop = function(member)
    local bytes, key = string.match(member, '^(%d+)|(.*)$')
    redis.call('ZREM', KEYS[2], member)
    redis.call('DEL', key)
    total = redis.call('DECRBY', KEYS[3], bytes)
  end
  for _, member in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now - maxAge)) do drop(member) end
  while total > tonumber(ARGV[5]) do
    local oldest = redis.call('ZRANGE', KEYS[2], 0, 0)
    if not oldest[1] then break end
    drop(oldest[1])
  end
end
redis.call('PUBLISH', ARGV[8], KEYS[1])
return 1
`;
