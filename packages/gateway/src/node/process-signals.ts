/** What signals ask for. */
export interface SignalActions {
  readonly close: () => unknown;
  readonly reload: () => unknown;
}

/**
 * Listens to SIGTERM, SIGINT and SIGHUP from its creation. Until it knows what to do, a SIGHUP is
 * ignored, because what is being read is new anyway, and the others end the process as ever.
 */
export class ProcessSignals {
  #actions: SignalActions | undefined;
  readonly #onStop = (): void => void this.#actions?.close();
  readonly #onReload = (): void => void this.#actions?.reload();

  constructor() {
    process.on('SIGHUP', this.#onReload);
  }

  start(actions: SignalActions): void {
    this.#actions = actions;
    process.on('SIGTERM', this.#onStop);
    process.on('SIGINT', this.#onStop);
  }

  /** Leaves the signals to whoever else cares. */
  stop(): void {
    process.off('SIGTERM', this.#onStop);
    process.off('SIGINT', this.#onStop);
    process.off('SIGHUP', this.#onReload);
  }
}
