/** `undefined` where it cannot be decided. */
export interface Comparison {
  readonly equal: boolean | undefined;
  /** Why it cannot be decided. */
  readonly reason?: string | undefined;
}

/** Whether a decimal fraction of two places or more is a value, rounded. */
export function isRounded(decimal: string, value: number): boolean {
  const places = /^-?\d*\.(\d+)$/.exec(decimal.trim())?.[1]?.length ?? 0;
  return places >= 2 && Math.abs(Number(decimal) - value) <= 0.5001 * 10 ** -places;
}
