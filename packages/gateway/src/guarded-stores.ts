import { ApiError } from './http/api-error.js';
import type { AnswerStore } from './idempotency/answer-store.js';
import type { LockoutStore } from './lockout/lockout-store.js';
import type { SessionStore } from './session/session-store.js';

/** A store that failed. */
export interface StoreFailure {
  readonly store: 'answers' | 'lockouts' | 'sessions';
  readonly error: unknown;
}

type OnFailure = (failure: StoreFailure) => void;

/** A store of answers whose failures are reported, and refuse the request that needs it. */
export function guardAnswers(store: AnswerStore, onFailure: OnFailure): AnswerStore {
  return {
    claim: (claim) => orRefuse('answers', store.claim(claim), onFailure),
    finish: (id, record) =>
      store.finish(id, record).catch((error) => onFailure({ store: 'answers', error })),
  };
}

/** A store of lock-outs whose failures are reported, and refuse the request that needs it. */
export function guardLockouts(store: LockoutStore, onFailure: OnFailure): LockoutStore {
  return {
    admit: (address, client) => orRefuse('lockouts', store.admit(address, client), onFailure),
    noteWrong: (...wrong) => orRefuse('lockouts', store.noteWrong(...wrong), onFailure),
  };
}

/** A store of sessions whose failures are reported; what cannot be kept is not, and nothing else fails for it. */
export function guardSessions(store: SessionStore, onFailure: OnFailure): SessionStore {
  return {
    find: (name) => orRefuse('sessions', store.find(name), onFailure),
    keep: (...kept) =>
      store.keep(...kept).catch((error) => onFailure({ store: 'sessions', error })),
  };
}

/** What a store says. @throws ApiError 503 when it fails: what should have been kept is not done without. */
async function orRefuse<T>(
  store: StoreFailure['store'],
  asked: Promise<T>,
  onFailure: OnFailure,
): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    onFailure({ store, error });
    throw new ApiError(503, `The ${store} store is currently unavailable.`, {
      code: 'store_unavailable',
      retryAfterMs: 1000,
    });
  }
}
