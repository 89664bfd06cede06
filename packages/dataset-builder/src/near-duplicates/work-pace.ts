import { setImmediate } from 'node:timers/promises';
import type { Progress } from '@embedllm/core';

/** How a long computation can be watched and stopped. */
export interface WorkOptions {
  /** Stops the work; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called a few times a second and at the end of each phase. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** How long the event loop may wait for the computation, in milliseconds. */
const TURN_MS = 50;

/** Calls work for 0 to total - 1, and lets signals, timers and progress through in between. */
export async function eachInTurns(
  phase: string,
  total: number,
  { signal, onProgress }: WorkOptions,
  work: (index: number) => void,
): Promise<void> {
  signal?.throwIfAborted();
  let turnEnds = performance.now() + TURN_MS;
  for (let index = 0; index < total; index++) {
    work(index);
    if (performance.now() < turnEnds) continue;
    onProgress?.({ phase, done: index + 1, total, unit: 'questions' });
    await setImmediate();
    signal?.throwIfAborted();
    turnEnds = performance.now() + TURN_MS;
  }
  onProgress?.({ phase, done: total, total, unit: 'questions' });
}
