import type { EncodeOptions } from '@embedllm/core';

/** Longest time that computing holds the event loop before timers and aborts get their turn. */
const SLICE_MS = 40;

/**
 * Runs work that is written as a generator, letting the event loop turn about every 40 ms, so that
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
  let sliceStart = performance.now();
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    onStep?.(value);
    if (performance.now() - sliceStart > SLICE_MS) {
      await new Promise<void>((resolve) => setTimeout(resolve, 0));
      sliceStart = performance.now();
    }
    signal?.throwIfAborted();
  }
}
