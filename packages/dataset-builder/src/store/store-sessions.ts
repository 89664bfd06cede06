import { availableParallelism } from 'node:os';
import { EmbedLLMError } from '@embedllm/core';
import { type SessionSettings, type StoreLimits, StoreSession } from './store-session.js';

/** The sessions of one store, one at a time: a transaction belongs to its connection. */
export class StoreSessions {
  readonly #path: string;
  readonly #limits: StoreLimits;
  /** Open with no file but the store's own; closed while work has its own session. */
  #session: StoreSession | undefined;
  #closed = false;
  #busy: Promise<unknown> = Promise.resolve();

  constructor(path: string, limits: StoreLimits) {
    this.#path = path;
    this.#limits = limits;
  }

  /** Threads that work may use. */
  get threads(): number {
    return this.#limits.threads ?? availableParallelism();
  }

  /** Runs work in a session that may touch no file but the store's own. */
  run<T>(work: (session: StoreSession) => Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      this.#session ??= await StoreSession.open(this.#path, this.#limits);
      return work(this.#session);
    });
  }

  /** Runs work in a session of its own, which may touch the given files, and no other. */
  apart<T>(settings: SessionSettings, work: (session: StoreSession) => Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      this.#session?.close();
      this.#session = undefined;
      const session = await StoreSession.open(this.#path, { ...this.#limits, ...settings });
      try {
        return await work(session);
      } finally {
        session.close();
      }
    });
  }

  /** Closes the file; wait for what is running first. */
  close(): void {
    this.#closed = true;
    this.#session?.close();
    this.#session = undefined;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#busy.then(() => {
      if (this.#closed)
        throw new EmbedLLMError('The store is closed.', { code: 'invalid-argument' });
      return work();
    });
    this.#busy = turn.catch(() => {});
    return turn;
  }
}
