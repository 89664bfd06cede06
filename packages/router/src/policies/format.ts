/** Dollars with three significant digits, such as `$0.00213`; says so where unknown. */
export function formatUsd(usd: number): string {
  return Number.isNaN(usd) ? 'an unknown price' : `$${Number(usd.toPrecision(3))}`;
}
