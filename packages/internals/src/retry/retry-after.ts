/** Dates of HTTP name their day; some servers send ISO 8601. `Date.parse` alone reads "1.5" and "-5". */
const DATE = /^(?:[A-Z][a-z]{2,8},? |\d{4}-\d{2}-\d{2}T)/;
const NUMBER = /^\d+(\.\d*)?$/;

/**
 * How long a server asks to wait: `retry-after-ms` (milliseconds, of OpenAI and Azure), else
 * `Retry-After` (RFC 9110, section 10.2.3), which is seconds or a date. Fractions of seconds are
 * understood, because servers send them. However far away the time is, it is not bounded here.
 *
 * @param nowMs - The time of day, as `Date.now()`.
 * @returns milliseconds from now, 0 for dates that have passed; undefined where the headers are
 * absent or make no sense.
 */
export function retryAfterMs(
  headers: { get(name: string): string | null | undefined },
  nowMs: number,
): number | undefined {
  const milliseconds = headers.get('retry-after-ms')?.trim() ?? '';
  if (NUMBER.test(milliseconds)) return Number(milliseconds);
  const text = headers.get('retry-after')?.trim() ?? '';
  if (NUMBER.test(text)) return Number(text) * 1000;
  const date = DATE.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}
