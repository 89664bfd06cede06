/** `0.0120 [-0.0031, 0.0271]`; the mean alone without bounds, as the bootstrap of fewer than three splits has none. */
export function formatEstimate(estimate: {
  readonly mean: number;
  readonly lower?: number | undefined;
  readonly upper?: number | undefined;
}): string {
  const { mean, lower, upper } = estimate;
  if (lower === undefined || upper === undefined) return mean.toFixed(4);
  return `${mean.toFixed(4)} [${lower.toFixed(4)}, ${upper.toFixed(4)}]`;
}
