/** The requests that run. */
export class InFlight {
  readonly #running = new Set<AbortController>();
  readonly #waiting: (() => void)[] = [];

  get size(): number {
    return this.#running.size;
  }

  /**
   * Adds a request.
   *
   * @param client - Aborted when the client goes away.
   * @returns a signal that is aborted then, or by `abort`, and the functions that abort it alone and
   * end the request.
   */
  add(client: AbortSignal): {
    readonly signal: AbortSignal;
    readonly abort: (reason: Error) => void;
    readonly end: () => void;
  } {
    const controller = new AbortController();
    const leave = (): void => controller.abort(client.reason);
    client.addEventListener('abort', leave, { once: true });
    if (client.aborted) leave();
    this.#running.add(controller);
    return {
      signal: controller.signal,
      abort: (reason) => controller.abort(reason),
      end: () => {
        client.removeEventListener('abort', leave);
        this.#running.delete(controller);
        if (this.#running.size > 0) return;
        for (const resolve of this.#waiting.splice(0)) resolve();
      },
    };
  }

  async idle(): Promise<void> {
    if (this.#running.size === 0) return;
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  abort(reason: Error): void {
    for (const controller of this.#running) controller.abort(reason);
  }
}
