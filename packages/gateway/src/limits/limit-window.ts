/** A span of time in which something is limited: of UTC, from its full minute, hour, day or month. */
export type LimitWindow = 'minute' | 'hour' | 'day' | 'month';

/** All windows, shortest first. */
export const LIMIT_WINDOWS: readonly LimitWindow[] = ['minute', 'hour', 'day', 'month'];

const MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/** When the window began that a time lies in; both in milliseconds since 1970. */
export function windowStart(window: LimitWindow, time: number): number {
  if (window !== 'month') return time - (time % MS[window]);
  const date = new Date(time);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
}

/** When the window ends that began at a time. */
export function windowEnd(window: LimitWindow, start: number): number {
  if (window !== 'month') return start + MS[window];
  const date = new Date(start);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
}
