import type { SessionStore } from '../../session/session-store.js';
import type { Handlers, ProcessChannel } from './process-channel.js';

type Kept = Parameters<SessionStore['keep']>;

/** The sessions of the first process, for a worker: one session meets many workers. */
export class WorkerSessionStore implements SessionStore {
  readonly #channel: ProcessChannel;

  constructor(channel: ProcessChannel) {
    this.#channel = channel;
  }

  async find(name: string): Promise<string | undefined> {
    return (await this.#channel.ask('find-session', name)) as string | undefined;
  }

  async keep(...kept: Kept): Promise<void> {
    await this.#channel.ask('keep-session', kept);
  }
}

/** What a worker may ask of a store of sessions. */
export function sessionsForWorker(store: SessionStore): Handlers {
  return {
    'find-session': (name) => store.find(name as string),
    'keep-session': (kept) => store.keep(...(kept as Kept)),
  };
}
