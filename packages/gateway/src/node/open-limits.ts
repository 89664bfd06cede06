import type { GatewayConfiguration } from '../configuration/configuration.js';
import { claimsOf } from '../limits/key-claims.js';
import type { LimitStore } from '../limits/limit-store.js';
import { MemoryLimitStore } from '../limits/memory-limit-store.js';
import { FileLimitStore } from './file-limit-store.js';
import { type GatewayEvent, messageOf } from './log-line.js';

/** Where a gateway keeps the limits of keys. */
export interface OpenLimits {
  readonly limitStore: LimitStore;
  readonly onLimitFailure: (error: unknown) => void;
  /** Closes the store, unless it was given from outside. */
  close(): Promise<void>;
  /** Does something, and closes the store if that fails. */
  orClose<T>(task: () => T | Promise<T>): Promise<T>;
}

/** Opens the store of a gateway: the one that was given, the ledger of the configuration, or memory. */
export async function openLimits(
  given: LimitStore | undefined,
  configuration: GatewayConfiguration,
  log: (event: GatewayEvent) => void,
): Promise<OpenLimits> {
  const limitStore = given ?? (await openStore(configuration, log));
  const close = async (): Promise<void> => {
    if (!given) await limitStore.close();
  };
  return {
    limitStore,
    onLimitFailure: (error) => {
      const message = `Key limits cannot be tracked. ${messageOf(error)}`;
      log({ level: 'error', event: 'limits-failed', message, error });
    },
    close,
    async orClose(task) {
      try {
        return await task();
      } catch (error) {
        await close();
        throw error;
      }
    },
  };
}

async function openStore(
  { limits, authentication }: GatewayConfiguration,
  log: (event: GatewayEvent) => void,
): Promise<LimitStore> {
  if (limits.ledger !== undefined) return await FileLimitStore.open({ path: limits.ledger });
  const names = authentication.keys
    .filter((key) => claimsOf(key.name, key.limits).some(({ window }) => window !== 'minute'))
    .map(({ name }) => name);
  if (names.length > 0) {
    const message = `What ${names.join(', ')} used is kept in memory, and forgotten at a restart. Set limits.ledger to keep it in a file.`;
    log({ level: 'warn', event: 'limits-in-memory', message });
  }
  return new MemoryLimitStore();
}
