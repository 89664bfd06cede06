/** Two-sided 97.5% quantiles of Student's t by degrees of freedom, from 1; then 1.96. */
const QUANTILES = [12.71, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23];

/** The mean of independent figures and the half-width of its 95% interval, `0.781 ± 0.012`. */
export function meanWithInterval(values: readonly number[], digits: number): string {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const half = (QUANTILES[n - 2] ?? 1.96) * Math.sqrt(variance / n);
  return `${mean.toFixed(digits)} ± ${half.toFixed(digits)}`;
}
