/** Milliseconds of work between two breaths. */
const BREATH_MS = 50;

/**
 * Lets other tasks run now and then during long computation, and notices an abort.
 *
 * @returns a function that resolves to whether it paused; throws the signal's reason when aborted.
 */
export function createPause(signal: AbortSignal | undefined): () => Promise<boolean> | false {
  let last = performance.now();
  return () => {
    if (performance.now() - last < BREATH_MS) return false;
    return new Promise<void>((resolve) => setTimeout(resolve, 0)).then(() => {
      signal?.throwIfAborted();
      last = performance.now();
      return true;
    });
  };
}
