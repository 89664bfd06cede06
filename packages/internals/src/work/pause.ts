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

/**
 * Lets the event loop go around, timers and connections included, which from anywhere in it takes two steps. A
 * timer, which is what browsers have, may come without that: Node runs timers that are due one after the
 * other, those that were set meanwhile among them.
 */
const afterOthers: (resume: () => void) => void =
  typeof setImmediate === 'function'
    ? (resume) => setImmediate(() => setImmediate(resume))
    : (resume) => setTimeout(resume, 0);

/** Lets everything that waits have its turn. Throws the signal's reason when aborted by then. */
export async function nextTurn(signal?: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve) => afterOthers(resolve));
  signal?.throwIfAborted();
}
