/** How long a text is kept. */
export interface SessionKeeping {
  /** Until it is forgotten, in milliseconds. */
  readonly idleMs: number;
  /** How many names are kept in memory; a store that has room of its own may keep more. */
  readonly most: number;
}

/**
 * What is remembered of sessions, and of answers that others continue. Gateways that share a store
 * share their sessions. Of two that write under one name at once, the last is kept.
 */
export interface SessionStore {
  /** The text that was kept last under a name; `undefined` where there is none or its time has passed. */
  find(name: string): Promise<string | undefined>;
  /** Keeps a text of up to a few kilobytes under a name of up to 1 kB. */
  keep(name: string, text: string, keeping: SessionKeeping): Promise<void>;
}
