import {
  type LockoutSettings,
  type LockoutStore,
  MemoryLockoutStore,
  type WrongKey,
} from '@embedllm/gateway';
import type { RedisLink } from './redis-link.js';

/** How long a right key is remembered at its address, */
const RIGHT_MS = 24 * 3_600_000;
/** how long a replica remembers that without asking, */
const OWN_MS = 300_000;
/** and for how many. */
const MOST_OWN = 10_000;

const ADMIT = `
local locked = redis.call('PTTL', KEYS[1])
if locked > 0 and redis.call('SISMEMBER', KEYS[2], ARGV[1]) == 0 then return locked end
redis.call('SADD', KEYS[2], ARGV[1])
redis.call('PEXPIRE', KEYS[2], ARGV[2])
return 0
`;

const NOTE_WRONG = `
local locked = redis.call('PTTL', KEYS[1])
if locked > 0 then return { locked, 0 } end
local now = tonumber(ARGV[2])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - tonumber(ARGV[4]))
redis.call('ZADD', KEYS[2], now, ARGV[1])
redis.call('PEXPIRE', KEYS[2], ARGV[4])
if redis.call('ZCARD', KEYS[2]) < tonumber(ARGV[3]) then return { 0, 0 } end
redis.call('DEL', KEYS[2])
redis.call('SET', KEYS[1], '1', 'PX', ARGV[5])
return { tonumber(ARGV[5]), 1 }
`;

/**
 * Lock-outs that replicas share. While Redis is away, each replica counts for itself. A right key is looked
 * up once in five minutes, so that requests do not wait for it.
 */
export class RedisLockoutStore implements LockoutStore {
  readonly #link: RedisLink;
  readonly #name: string;
  readonly #own = new MemoryLockoutStore();
  /** Until when a client is known at an address; the least recently asked first. */
  readonly #right = new Map<string, number>();

  constructor(link: RedisLink, name: string) {
    this.#link = link;
    this.#name = name;
  }

  async admit(address: string, client: string): Promise<number> {
    const pair = JSON.stringify([address, client]);
    if ((this.#right.get(pair) ?? 0) > performance.now()) return 0;
    let lockedMs: number;
    try {
      const { lock, right } = this.#keysOf(address);
      lockedMs = Number(
        await this.#link.call((redis) => redis.eval(ADMIT, 2, lock, right, client, RIGHT_MS)),
      );
    } catch {
      return this.#own.admit(address, client);
    }
    if (lockedMs > 0) return lockedMs;
    await this.#own.admit(address, client);
    this.#right.delete(pair);
    this.#right.set(pair, performance.now() + OWN_MS);
    for (const oldest of this.#right.keys()) {
      if (this.#right.size <= MOST_OWN) break;
      this.#right.delete(oldest);
    }
    return 0;
  }

  async noteWrong(
    address: string,
    fingerprint: string,
    settings: LockoutSettings,
  ): Promise<WrongKey> {
    const own = await this.#own.noteWrong(address, fingerprint, settings);
    const { wrongKeys, windowMs, lockMs } = settings;
    const { lock, wrong } = this.#keysOf(address);
    try {
      const answer: unknown = await this.#link.call((redis) =>
        redis.eval(
          ...[NOTE_WRONG, 2, lock, wrong],
          ...[fingerprint, Date.now(), wrongKeys, windowMs, lockMs],
        ),
      );
      const [lockedMs = 0, isFirst = 0] = Array.isArray(answer) ? answer.map(Number) : [];
      return { lockedMs, isFirst: isFirst === 1 };
    } catch {
      return own;
    }
  }

  #keysOf(address: string): { lock: string; right: string; wrong: string } {
    const prefix = `${this.#name}:lockout:`;
    return {
      lock: `${prefix}lock:${address}`,
      right: `${prefix}right:${address}`,
      wrong: `${prefix}wrong:${address}`,
    };
  }
}
