import { sleep } from '@embedllm/internals';

/** Someone pressed Ctrl-C. */
const MOST_MS = 400;

/** Waits for what Redis should do at an end, but not for long: while it is away, nothing settles. */
export async function notForLong(work: Promise<unknown>): Promise<void> {
  const timer = new AbortController();
  const late = sleep(MOST_MS, timer.signal).catch(() => {});
  await Promise.race([work.catch(() => {}), late]);
  timer.abort();
}
