/** What benchmarks of forecasts report: the errors of one model are alike, so models count as one. */

/** Absolute errors of the forecasts of each model. */
export type ErrorsByModel = ReadonlyMap<string, readonly number[]>;

/** The share of intervals that held, and its standard error: the errors of one model are alike. */
export function coverageOf(held: ReadonlyMap<number, readonly boolean[]>): {
  share: number;
  error: number;
} {
  const models = [...held.values()].map((own) => [own.filter(Boolean).length, own.length] as const);
  const total = models.reduce((sum, [, count]) => sum + count, 0);
  const share = models.reduce((sum, [hits]) => sum + hits, 0) / total;
  const squares = models.reduce((sum, [hits, count]) => sum + (hits - share * count) ** 2, 0);
  return { share, error: Math.sqrt(squares) / total };
}

/** Of at least one value. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** In points: how much larger the errors are than those of a baseline, ± its error over models. */
export function comparison(errors: ErrorsByModel, baseline: ErrorsByModel): string {
  const differences = [...errors].map(
    ([unit, own]) => 100 * (mean(own) - mean(baseline.get(unit)!)),
  );
  const average = mean(differences);
  const squares = differences.map((difference) => (difference - average) ** 2);
  const deviation = Math.sqrt(mean(squares) / (differences.length - 1));
  return `${average.toFixed(2)} ± ${deviation.toFixed(2)}`;
}
