import type { Redis } from 'ioredis';

/** How long it waits while Redis is away, and in all: someone pressed Ctrl-C. */
const AWAY_MS = 400;
const MOST_MS = 5000;
const LOOK_MS = 50;

/** How long `notForLong` waits. */
export interface Patience {
  /** While Redis is away, in milliseconds. @default 400 */
  readonly awayMs?: number | undefined;
  /** In all. @default 5000 */
  readonly mostMs?: number | undefined;
}

/** Waits for what Redis should do at an end, but not for long: while it is away, nothing settles. */
export async function notForLong(
  redis: Redis,
  work: Promise<unknown>,
  { awayMs = AWAY_MS, mostMs = MOST_MS }: Patience = {},
): Promise<void> {
  const started = performance.now();
  let seenAt = started;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setInterval(() => {
      const now = performance.now();
      if (redis.status === 'ready') seenAt = now;
      if (now - seenAt > awayMs || now - started > mostMs) resolve();
    }, LOOK_MS);
  });
  await Promise.race([work.catch(() => {}), late]).finally(() => clearInterval(timer));
}
