import type { LockoutSettings } from '../../configuration/lockout-settings.js';
import type { LockoutStore, WrongKey } from '../../lockout/lockout-store.js';
import type { Handlers, ProcessChannel } from './process-channel.js';

type Wrong = Parameters<LockoutStore['noteWrong']>;

/** Keys by address that are remembered; the ones that came first are asked for again. */
const MOST_KNOWN = 10_000;

/**
 * The lock-outs of the first process, for a worker. A key that was once taken from an address always is,
 * so that the first process is asked of it once.
 */
export class WorkerLockoutStore implements LockoutStore {
  readonly #channel: ProcessChannel;
  readonly #known = new Set<string>();

  constructor(channel: ProcessChannel) {
    this.#channel = channel;
  }

  async admit(address: string, client: string): Promise<number> {
    const pair = JSON.stringify([address, client]);
    if (this.#known.has(pair)) return 0;
    const lockedMs = (await this.#channel.ask('admit-key', [address, client])) as number;
    if (lockedMs > 0) return lockedMs;
    this.#known.add(pair);
    if (this.#known.size > MOST_KNOWN) {
      for (const oldest of this.#known) {
        this.#known.delete(oldest);
        break;
      }
    }
    return 0;
  }

  async noteWrong(
    address: string,
    fingerprint: string,
    settings: LockoutSettings,
  ): Promise<WrongKey> {
    const wrong: Wrong = [address, fingerprint, settings];
    return (await this.#channel.ask('wrong-key', wrong)) as WrongKey;
  }
}

/** What a worker may ask of a store of lock-outs. */
export function lockoutsForWorker(store: LockoutStore): Handlers {
  return {
    'admit-key': (value) => store.admit(...(value as [string, string])),
    'wrong-key': (value) => store.noteWrong(...(value as Wrong)),
  };
}
