import type { Progress } from '@embedllm/core';
import { createPause } from '@embedllm/internals';

/** How a long computation can be watched and stopped. */
export interface WorkOptions {
  /** Stops the work; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called a few times a second and at the end of each phase. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** Calls work for 0 to total - 1, and lets signals, timers and progress through in between. */
export async function eachInTurns(
  phase: string,
  total: number,
  { signal, onProgress }: WorkOptions,
  work: (index: number) => void,
): Promise<void> {
  signal?.throwIfAborted();
  const pause = createPause(signal);
  for (let index = 0; index < total; index++) {
    work(index);
    const paused = pause();
    if (!paused) continue;
    onProgress?.({ phase, done: index + 1, total, unit: 'questions' });
    await paused;
  }
  onProgress?.({ phase, done: total, total, unit: 'questions' });
}
