import { randomUUID } from 'node:crypto';
import { EmbedLLMError } from '@embedllm/core';
import type { Backbone } from '../connection/backbone.js';
import { notForLong } from '../connection/not-for-long.js';
import { scanKeys } from '../connection/scan-keys.js';

/** How often a coordinator says that it is there, */
const ALIVE_MS = 10_000;
/** and how long it is believed. */
const BELIEVED_MS = 60_000;

/**
 * Adds a coordinator, or keeps it for longer, unless another run is coordinated there.
 *
 * KEYS: the coordinators by when they are forgotten. ARGV: run, coordinator, milliseconds.
 */
const TAKE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
local start = ARGV[1] .. ' '
for _, holder in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  if string.sub(holder, 1, #start) ~= start then return 0 end
end
redis.call('ZADD', KEYS[1], now + ARGV[3], start .. ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
`;

/** What says that someone coordinates what lies in a folder of the storage. */
export class RunLease {
  readonly #backbone: Backbone;
  readonly #key: string;
  readonly #run: string;
  /** Of this coordinator: the run continues until the last of them ends. */
  readonly #id = randomUUID();
  #timer: NodeJS.Timeout | undefined;

  private constructor(backbone: Backbone, folder: string, run: string) {
    this.#backbone = backbone;
    this.#key = keyOf(backbone, folder);
    this.#run = run;
  }

  /**
   * Says so until it is ended. Several may coordinate the same run: its jobs are the same.
   *
   * @param run - Differs where what is computed differs; without spaces.
   * @throws EmbedLLMError `invalid-argument` where another run is coordinated there.
   */
  static async take(backbone: Backbone, folder: string, run: string): Promise<RunLease> {
    const lease = new RunLease(backbone, folder, run);
    if (!(await lease.#renew())) {
      throw new EmbedLLMError(
        `Another process is working on ${folder} in ${backbone.storage.address} with other data or settings. Wait for it to finish, or choose another place. If it was killed, its lock expires after ${BELIEVED_MS / 1000} s.`,
        { code: 'invalid-argument' },
      );
    }
    lease.#timer = setInterval(() => void lease.#renew().catch(() => {}), ALIVE_MS);
    return lease;
  }

  async end(): Promise<void> {
    clearInterval(this.#timer);
    const { redis } = this.#backbone;
    await notForLong(redis, redis.zrem(this.#key, `${this.#run} ${this.#id}`));
  }

  async #renew(): Promise<boolean> {
    const { redis } = this.#backbone;
    return (await redis.eval(TAKE, 1, this.#key, this.#run, this.#id, BELIEVED_MS)) === 1;
  }
}

/** Whether someone coordinates what lies in a folder. */
export async function isCoordinated(backbone: Backbone, folder: string): Promise<boolean> {
  return (await backbone.redis.exists(keyOf(backbone, folder))) === 1;
}

/** The folders that someone coordinates, and the run of each. */
export async function listCoordinated(
  backbone: Backbone,
): Promise<{ readonly folder: string; readonly run: string }[]> {
  const start = keyOf(backbone, '');
  const keys = await scanKeys(backbone.redis, `${start}*`);
  return Promise.all(
    keys.map(async (key) => {
      const [holder = ''] = await backbone.redis.zrange(key, 0, '0');
      return { folder: key.slice(start.length), run: holder.split(' ')[0] ?? '' };
    }),
  );
}

/** The same for all versions: they share the storage. */
function keyOf({ name }: Backbone, folder: string): string {
  return `${name}:run:${folder}`;
}
