/** Milliseconds of work between two pauses. */
const WORK_MS = 50;

/**
 * Lets timers, signals and other tasks have their turn during long computation, now and then.
 *
 * @returns a function that resolves to whether it paused; throws the signal's reason when aborted.
 */
export function createPause(signal: AbortSignal | undefined): () => Promise<boolean> | false {
  let last = performance.now();
  return () => {
    if (performance.now() - last < WORK_MS) return false;
    return nextTurn(signal).then(() => {
      last = performance.now();
      return true;
    });
  };
}

/** Lets everything that waits have its turn. Throws the signal's reason when aborted by then. */
export async function nextTurn(signal?: AbortSignal | undefined): Promise<void> {
  // A timer and not setImmediate, which browsers lack.
  await new Promise<void>((resolve) => setTimeout(resolve, 0));
  signal?.throwIfAborted();
}
