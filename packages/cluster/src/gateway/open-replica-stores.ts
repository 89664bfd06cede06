import type {
  AnswerStore,
  CircuitStore,
  LockoutStore,
  OutcomeStream,
  SessionStore,
} from '@embedllm/gateway';
import type { RedisLimitStore, RedisLimitStoreOptions } from './limit-store-options.js';
import { RedisAnswerStore } from './redis-answer-store.js';
import { RedisChannel } from './redis-channel.js';
import { RedisCircuitStore } from './redis-circuit-store.js';
import { checkLimitOptions } from './redis-limit-store.js';
import { RedisLink } from './redis-link.js';
import { RedisLockoutStore } from './redis-lockout-store.js';
import { RedisOutcomeStream } from './redis-outcome-stream.js';
import { RedisSessionStore } from './redis-session-store.js';
import { type ReloadNotices, redisReloadNotices } from './reload-notices.js';
import { SlicedLimitStore } from './sliced-limit-store.js';

/** All that replicas of a gateway share. Pass it to `serveGateway` or `createGateway`. */
export interface ReplicaStores {
  readonly limitStore: RedisLimitStore;
  readonly sessionStore: SessionStore;
  readonly answerStore: AnswerStore;
  readonly lockoutStore: LockoutStore;
  readonly circuitStore: CircuitStore;
  readonly outcomeStream: OutcomeStream;
  /** For what serves an artifact: tells the others that it is new. */
  readonly notices: ReloadNotices;
  /** Gives back what is in hand of limits, and disconnects. */
  close(): Promise<void>;
}

/**
 * Connects a replica of a gateway to what it shares with the others: limits, sessions, answers by
 * idempotency key, lock-outs, circuits and rests of upstreams, outcomes, and notices of reloads. No request
 * waits longer than `waitMs` for Redis.
 *
 * @throws EmbedLLMError `missing-dependency` without ioredis, `io` when Redis does not answer.
 */
export async function openReplicaStores(options: RedisLimitStoreOptions): Promise<ReplicaStores> {
  checkLimitOptions(options);
  const { name = 'embedllm' } = options;
  const link = await RedisLink.open(options);
  const channel = await RedisChannel.open(options).catch((error: unknown) => {
    link.close();
    throw error;
  });
  const limitStore = new SlicedLimitStore(options, link);
  const answerStore = new RedisAnswerStore(link, channel, name);
  const circuitStore = new RedisCircuitStore(link, channel, name);
  const outcomeStream = new RedisOutcomeStream(link, options, name);
  return {
    ...{ limitStore, answerStore, circuitStore, outcomeStream },
    sessionStore: new RedisSessionStore(link, name),
    lockoutStore: new RedisLockoutStore(link, name),
    notices: redisReloadNotices(link, channel, name),
    async close() {
      for (const store of [answerStore, circuitStore, outcomeStream]) store.close();
      channel.close();
      await limitStore.close();
    },
  };
}
