/** `0.881` as `88.1%`. */
export function formatPercent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}

/** Dollars with three significant digits, such as `$0.00213`; says so where unknown. */
export function formatUsd(usd: number): string {
  return Number.isNaN(usd) ? 'an unknown price' : `$${Number(usd.toPrecision(3))}`;
}
