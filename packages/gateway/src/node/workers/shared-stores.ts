import type { AnswerStore } from '../../idempotency/answer-store.js';
import type { LimitStore } from '../../limits/limit-store.js';
import type { LockoutStore } from '../../lockout/lockout-store.js';
import type { SessionStore } from '../../session/session-store.js';
import type { CircuitStore } from '../../upstream/circuit-store.js';
import type { Handlers, ProcessChannel } from './process-channel.js';
import { answersForWorker } from './worker-answer-store.js';
import { circuitsForWorker } from './worker-circuit-store.js';
import { storeForWorker } from './worker-limit-store.js';
import { lockoutsForWorker } from './worker-lockout-store.js';
import { sessionsForWorker } from './worker-session-store.js';

/** What the first process keeps for all workers. */
export interface SharedStores {
  readonly limits: LimitStore;
  readonly answers: AnswerStore;
  readonly lockouts: LockoutStore;
  readonly sessions: SessionStore;
  readonly circuits: CircuitStore;
}

/** What a worker may ask of them, and what is to be done with what it leaves behind. */
export function storesForWorker(
  { limits, answers, lockouts, sessions, circuits }: SharedStores,
  worker: () => ProcessChannel,
): { readonly handlers: Handlers; end(): Promise<void> } {
  const ofLimits = storeForWorker(limits);
  const ofAnswers = answersForWorker(answers);
  const ofCircuits = circuitsForWorker(circuits, worker);
  return {
    handlers: {
      ...ofLimits.handlers,
      ...ofAnswers.handlers,
      ...lockoutsForWorker(lockouts),
      ...sessionsForWorker(sessions),
      ...ofCircuits.handlers,
    },
    async end() {
      ofCircuits.leave();
      await Promise.all([ofLimits.settleAll(), ofAnswers.releaseAll()]);
    },
  };
}
