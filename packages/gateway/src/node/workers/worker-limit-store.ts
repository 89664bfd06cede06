import type {
  LimitCount,
  LimitCounter,
  LimitDecision,
  LimitRequest,
  LimitSettlement,
  LimitStore,
} from '../../limits/limit-store.js';
import type { Handlers, ProcessChannel } from './process-channel.js';

/** The store of the first process, for a worker. */
export class WorkerLimitStore implements LimitStore {
  readonly #channel: ProcessChannel;
  readonly #settling = new Set<Promise<unknown>>();

  constructor(channel: ProcessChannel) {
    this.#channel = channel;
  }

  async reserve(request: LimitRequest): Promise<LimitDecision> {
    return (await this.#channel.ask('reserve', request)) as LimitDecision;
  }

  async settle(settlement: LimitSettlement): Promise<void> {
    const settling = this.#channel.ask('settle', settlement);
    this.#settling.add(settling);
    try {
      await settling;
    } finally {
      this.#settling.delete(settling);
    }
  }

  async read(counters: readonly LimitCounter[]): Promise<readonly LimitCount[]> {
    return (await this.#channel.ask('read', counters)) as readonly LimitCount[];
  }

  /** Closes nothing but waits for what is under way: the store belongs to the first process. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#settling);
  }
}

/**
 * What a worker may ask of a store. What it set aside and did not settle counts as used when it ends:
 * nobody knows what became of its calls.
 */
export function storeForWorker(store: LimitStore): {
  readonly handlers: Handlers;
  settleAll(): Promise<void>;
} {
  const open = new Map<string, readonly number[]>();
  const handlers: Handlers = {
    reserve: async (value) => {
      const request = value as LimitRequest;
      const decision = await store.reserve(request);
      if (decision.isReserved) {
        open.set(
          request.id,
          request.claims.map(({ amount }) => amount),
        );
      }
      return decision;
    },
    settle: async (value) => {
      const settlement = value as LimitSettlement;
      open.delete(settlement.id);
      await store.settle(settlement);
    },
    read: (value) => store.read(value as readonly LimitCounter[]),
  };
  return {
    handlers,
    async settleAll() {
      const settlements = [...open].map(([id, amounts]) => store.settle({ id, amounts }));
      open.clear();
      await Promise.allSettled(settlements);
    },
  };
}
