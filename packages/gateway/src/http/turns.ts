import { nextTurn } from '@embedllm/internals';

/** How much of such work is done before the event loop runs, in milliseconds. */
const TURN_MS = 3;

/**
 * Lets long work of several requests take turns, with the event loop running in between: what comes
 * meanwhile waits for some of it instead of for all.
 */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  #spentMs = 0;
  #isRunning = false;

  /**
   * Does synchronous work: now, where little has been done since the event loop ran and none waits, else
   * after what waits.
   *
   * @param leastMs - What it leads to outside, such as taking what a connection has. @default 0
   */
  take<T>(task: () => T, leastMs = 0): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#waiting.push(() => {
        const start = performance.now();
        try {
          resolve(task());
        } catch (error) {
          reject(error);
        }
        this.#spentMs += Math.max(leastMs, performance.now() - start);
      });
      if (this.#waiting.length === 1) this.#work();
      if (!this.#isRunning) void this.#run();
    });
  }

  #work(): void {
    while (this.#spentMs < TURN_MS) {
      const next = this.#waiting.shift();
      if (!next) return;
      next();
    }
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#spentMs > 0 || this.#waiting.length > 0) {
      await nextTurn();
      this.#spentMs = 0;
      this.#work();
    }
    this.#isRunning = false;
  }
}
