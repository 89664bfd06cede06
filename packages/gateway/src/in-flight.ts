import { Cancellation } from './cancellation.js';

/** The requests that run. */
export class InFlight {
  readonly #running = new Set<Cancellation>();
  readonly #waiting: (() => void)[] = [];

  get size(): number {
    return this.#running.size;
  }

  /** Adds a request: it is cancelled by `abort`, and by whoever sees its client go. */
  add(): Cancellation {
    const cancellation = new Cancellation();
    this.#running.add(cancellation);
    return cancellation;
  }

  /** The request has ended. */
  end(cancellation: Cancellation): void {
    this.#running.delete(cancellation);
    if (this.#running.size > 0) return;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  async idle(): Promise<void> {
    if (this.#running.size === 0) return;
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  abort(reason: Error): void {
    for (const cancellation of this.#running) cancellation.abort(reason);
  }
}
