import type { ComparisonRow } from '@embedllm/trainer';
import { expect, it } from 'vitest';
import { formatComparisonTables } from './format-comparison-tables.js';

const METRICS = [
  'accuracy',
  'auroc',
  'brierScore',
  'logLoss',
  'expectedCalibrationError',
  'routingAccuracy',
] as const;

function row(name: string, mean: number, lower: number, upper: number): ComparisonRow {
  const verdict = lower > 0 ? 'better' : upper < 0 ? 'worse' : 'no better';
  const paired = { mean, lower, upper, questions: 284, verdict } as const;
  const of = <T>(value: T) =>
    Object.fromEntries(METRICS.map((metric) => [metric, value])) as Record<
      (typeof METRICS)[number],
      T
    >;
  return {
    name,
    predictors: [name],
    values: of([0.5]),
    metrics: of({ mean: 0.9261, lower: 0.9, upper: 0.95 }),
    differences: of({ mean, lower, upper }),
    routingLessFirst: paired,
    routingLessSingleBest: paired,
    fitSeconds: 100,
  };
}

it('fits in 100 columns, with paired differences and what they say', () => {
  const text = formatComparisonTables([
    row('direct', -0.0035, -0.0321, 0.0248),
    row('2PL item response', -0.2, -0.25, -0.15),
    row('single best', 0, -0.01, 0.01),
    row('oracle', 0.0528, 0.0271, 0.0784),
  ]);
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  expect(text).not.toMatch(/[|\\]/);
  expect(text).toMatch(/^direct +-0\.0035 \[-0\.032, \+0\.025\]$/m);
  expect(text).toMatch(/^2PL item response( +-0\.2000 \[-0\.250, -0\.150\]){3}$/m);
  expect(text).toContain('No better at routing than the single best: direct.');
  expect(text).toContain('Worse at routing than the single best: 2PL item response.');
  expect(text).toContain('Better at routing than the single best: oracle.');
});
