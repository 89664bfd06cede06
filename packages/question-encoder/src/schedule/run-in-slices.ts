import type { EncodeOptions } from '@embedllm/core';
import { createPause } from '@embedllm/internals';

/**
 * Runs work that is written as a generator, letting the event loop turn about every 50 ms, so that
 * pure synchronous code can be cancelled and watched. Each value yielded is a progress report.
 *
 * @throws the signal's reason, as soon as the generator yields after an abort.
 */
export async function runInSlices<Step, Result>(
  work: Generator<Step, Result, void>,
  options: { signal?: EncodeOptions['signal']; onStep?: ((step: Step) => void) | undefined } = {},
): Promise<Result> {
  const { signal, onStep } = options;
  signal?.throwIfAborted();
  const pause = createPause(signal);
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    onStep?.(value);
    const paused = pause();
    if (paused) await paused;
    signal?.throwIfAborted();
  }
}
