/** Two-sided 95% quantile of the standard normal distribution. */
const Z = 1.959964;

/**
 * The 95% interval of a share that was observed on n questions (Wilson 1927): it has a width also
 * where all, or none, were right.
 *
 * @param share - 0 to 1.
 * @param n - How many were observed, ≥ 1.
 */
export function shareInterval(share: number, n: number): { lower: number; upper: number } {
  const weight = Z ** 2 / n;
  const centre = (share + weight / 2) / (1 + weight);
  const half = (Z * Math.sqrt((share * (1 - share)) / n + weight / (4 * n))) / (1 + weight);
  return { lower: Math.max(0, centre - half), upper: Math.min(1, centre + half) };
}
