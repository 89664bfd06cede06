import type { Redis } from 'ioredis';

/** What a replica reports of a counter, and asks for. */
export interface SliceRequest {
  readonly key: string;
  readonly limit: number;
  /** What requests that wait are short of. */
  readonly need: number;
  /** What it would like to have in hand. */
  readonly slice: number;
  /** Used since it last said so. */
  readonly used: number;
  /** What it gives back. */
  readonly back: number;
  /** What it allowed itself while Redis was away. */
  readonly owed: number;
  readonly ttlMs: number;
  /** Which life of the counter it knows; empty where none. */
  readonly epoch: string;
  readonly newEpoch: string;
  /** The most that it saw handed out in that life. */
  readonly seen: number;
}

/** Where the counter stands then. */
export interface SliceAnswer {
  readonly given: number;
  /** Handed out to all replicas, used or not. */
  readonly granted: number;
  readonly used: number;
  readonly epoch: string;
}

/**
 * Hands out a part of a budget. What is handed out never exceeds the limit, but for what replicas owe.
 * Slices get smaller as the budget does, so that little is stuck in replicas that do not need it. A
 * counter that Redis lost is restored from what the replicas saw of it.
 */
const SCRIPT = `
local stored = redis.call('HMGET', KEYS[1], 'granted', 'used', 'epoch')
local granted, used, epoch = tonumber(stored[1]) or 0, tonumber(stored[2]) or 0, stored[3]
local limit, need, slice = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
if not epoch then epoch = ARGV[9] end
if ARGV[8] ~= '' and ARGV[8] ~= epoch then granted = math.max(granted, tonumber(ARGV[10])) end
granted = math.max(0, granted + tonumber(ARGV[6]) - tonumber(ARGV[5]))
used = used + tonumber(ARGV[4])
local left = math.max(0, limit - granted)
local given = math.min(left, math.max(need, math.min(slice, math.floor(left / 8))))
granted = granted + given
local text = function(number) return string.format('%.0f', number) end
redis.call('HSET', KEYS[1], 'granted', text(granted), 'used', text(used), 'epoch', epoch)
redis.call('PEXPIRE', KEYS[1], ARGV[7])
return { text(given), text(granted), text(used), epoch }
`;

/** Asks Redis, in one step. */
export async function requestSlice(redis: Redis, request: SliceRequest): Promise<SliceAnswer> {
  const { key, limit, need, slice, used, back, owed, ttlMs, epoch, newEpoch, seen } = request;
  const numbers = [limit, need, slice, used, back, owed, ttlMs];
  const answer: unknown = await redis.eval(SCRIPT, 1, key, ...numbers, epoch, newEpoch, seen);
  const [given, granted, total, life] = Array.isArray(answer) ? answer.map(String) : [];
  return {
    given: Number(given),
    granted: Number(granted),
    used: Number(total),
    epoch: life ?? '',
  };
}
