import type { Verdict } from '@embedllm/core';
import { figure, formatDifference, formatTable } from '@embedllm/internals';
import type { ComparisonRow } from '@embedllm/trainer';

const VERDICTS: readonly (readonly [Verdict, string])[] = [
  ['better', 'Better'],
  ['no better', 'No better'],
  ['worse', 'Worse'],
];

/** A comparison in at most 100 columns: figures, then differences with their intervals, in words. */
export function formatComparisonTables(rows: readonly ComparisonRow[]): string {
  const first = rows[0]?.name ?? '';
  const figures = formatTable(
    ['test questions', 'accuracy', 'AUROC', 'Brier', 'log loss', 'ECE', 'routing', 'fit, s'],
    rows.map(({ name, metrics, fitSeconds }) => [
      name,
      figure(metrics.accuracy.mean),
      figure(metrics.auroc.mean),
      figure(metrics.brierScore.mean),
      figure(metrics.logLoss.mean),
      figure(metrics.expectedCalibrationError.mean),
      figure(metrics.routingAccuracy.mean),
      fitSeconds.toFixed(2),
    ]),
  );
  const differences = formatTable(
    ['difference', `log loss to ${first}`, `routing to ${first}`, 'routing to single best'],
    rows.map((row) => [
      row.name,
      row.name === first ? '' : formatDifference(row.differences.logLoss),
      row.name === first ? '' : formatDifference(row.routingLessFirst),
      row.name === 'single best' ? '' : formatDifference(row.routingLessSingleBest),
    ]),
  );
  return [
    figures,
    '',
    differences,
    '',
    ...VERDICTS.flatMap(([verdict, word]) => {
      const names = rows.filter(
        ({ name, routingLessSingleBest: difference }) =>
          name !== 'single best' && difference?.verdict === verdict,
      );
      return names.length === 0
        ? []
        : [`${word} at routing than the single best: ${names.map(({ name }) => name).join(', ')}.`];
    }),
    'Paired 95% intervals in brackets: for log loss over splits, for routing over questions. The',
    'single best is chosen on the training questions, among models asked at least 95% of them.',
  ].join('\n');
}
