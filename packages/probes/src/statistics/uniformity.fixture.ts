/**
 * Are p-values uniform? Largest distance of their distribution function from the diagonal
 * (Kolmogorov and Smirnov), times the square root of their number: 1.36 is exceeded by chance in
 * 5%, 1.95 in 0.1% of samples.
 */
export function kolmogorovStatistic(pValues: readonly number[]): number {
  const sorted = [...pValues].sort((a, b) => a - b);
  const n = sorted.length;
  let largest = 0;
  sorted.forEach((p, i) => {
    largest = Math.max(largest, Math.abs((i + 1) / n - p), Math.abs(p - i / n));
  });
  return largest * Math.sqrt(n);
}

/**
 * The same on the side of too many small p-values alone: how far the distribution function rises
 * above the diagonal. For tests that may be conservative; 1.22 is exceeded in 5%, 1.86 in 0.1%.
 */
export function excessOfSmallPValues(pValues: readonly number[]): number {
  const sorted = [...pValues].sort((a, b) => a - b);
  const n = sorted.length;
  // Equal p-values jump together: only the last of a run counts.
  let largest = 0;
  sorted.forEach((p, i) => {
    if (sorted[i + 1] !== p) largest = Math.max(largest, (i + 1) / n - p);
  });
  return largest * Math.sqrt(n);
}
