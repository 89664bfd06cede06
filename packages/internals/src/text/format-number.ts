/** With four digits after the point; empty where there is no figure. */
export function figure(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? '' : value.toFixed(4);
}

/** A share as a percentage with one digit: `81.3%`. */
export function percent(share: number | undefined): string {
  return share === undefined || Number.isNaN(share) ? '' : `${(100 * share).toFixed(1)}%`;
}

/** With a comma between thousands. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** `0.42 s`, `3 min 5 s`. */
export function duration(seconds: number): string {
  if (seconds < 9.995) return `${seconds.toFixed(2)} s`;
  // Rounded once, so that no minute has 60 seconds.
  const whole = Math.round(seconds);
  if (whole < 120) return `${whole} s`;
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** A number and its noun: `1 question`, `12 questions`. */
export function quantity(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}
