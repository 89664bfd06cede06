import { EmbedLLMError } from '@embedllm/core';
import type { Backbone } from '../connection/backbone.js';
import { notForLong } from '../connection/not-for-long.js';
import { scanKeys } from '../connection/scan-keys.js';

/** How often a coordinator says that it is there, */
const ALIVE_MS = 10_000;
/** and how long it is believed. */
const BELIEVED_MS = 60_000;

/** What says that someone coordinates what lies in a folder of the storage. */
export class RunLease {
  readonly #backbone: Backbone;
  readonly #key: string;
  readonly #run: string;
  readonly #timer: NodeJS.Timeout;

  private constructor(backbone: Backbone, folder: string, run: string) {
    this.#backbone = backbone;
    this.#key = keyOf(backbone, folder);
    this.#run = run;
    this.#timer = setInterval(() => void this.#renew().catch(() => {}), ALIVE_MS);
  }

  /**
   * Says so until it is ended. Several may coordinate the same run: its jobs are the same.
   *
   * @param run - Differs where what is computed differs.
   * @throws EmbedLLMError `invalid-argument` where another run is coordinated there.
   */
  static async take(backbone: Backbone, folder: string, run: string): Promise<RunLease> {
    const key = keyOf(backbone, folder);
    await backbone.redis.set(key, run, 'PX', BELIEVED_MS, 'NX');
    const holder = await backbone.redis.get(key);
    if (holder !== null && holder !== run) {
      throw new EmbedLLMError(
        `Another process works on ${folder} in ${backbone.storage.address}, with other data or settings. Wait for it, or choose another place; where it was killed, it is forgotten after ${BELIEVED_MS / 1000} s.`,
        { code: 'invalid-argument' },
      );
    }
    return new RunLease(backbone, folder, run);
  }

  async end(): Promise<void> {
    clearInterval(this.#timer);
    await notForLong(this.#backbone.redis.del(this.#key));
  }

  #renew(): Promise<unknown> {
    return this.#backbone.redis.set(this.#key, this.#run, 'PX', BELIEVED_MS);
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
  const runs = keys.length > 0 ? await backbone.redis.mget(keys) : [];
  return keys.map((key, index) => ({ folder: key.slice(start.length), run: runs[index] ?? '' }));
}

/** The same for all versions: they share the storage. */
function keyOf({ name }: Backbone, folder: string): string {
  return `${name}:run:${folder}`;
}
