import { sleep } from '@embedllm/internals';
import type { ResolvedModel } from './collect-model.js';
import { RateLimit } from './rate-limit.js';

/** When the next call of a model may be made. */
export class Pace {
  readonly #requests: RateLimit;
  readonly #tokens: RateLimit;
  #notBefore = 0;

  constructor({ requestsPerMinute, tokensPerMinute }: ResolvedModel) {
    this.#requests = new RateLimit(requestsPerMinute);
    this.#tokens = new RateLimit(tokensPerMinute);
  }

  /** No call of the model for a while, as its server asked. */
  pause(ms: number): void {
    this.#notBefore = Math.max(this.#notBefore, performance.now() + ms);
  }

  /**
   * Waits for the call's turn.
   *
   * @param tokens - Of the call, about.
   * @returns a function to call with the true number of tokens.
   * @throws the signal's reason when it is aborted while waiting.
   */
  async turn(tokens: number, signal?: AbortSignal): Promise<(actual: number) => void> {
    await this.#requests.take(1, signal);
    const settle = await this.#tokens.take(tokens, signal);
    for (;;) {
      const wait = this.#notBefore - performance.now();
      if (wait <= 0) return settle;
      await sleep(wait, signal);
    }
  }
}
