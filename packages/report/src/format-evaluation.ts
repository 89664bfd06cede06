import { figure, formatTable, percent } from '@embedllm/internals';
import type { EvaluationContent } from './content/evaluation-content.js';

/** The figures on test questions as text in columns, for a terminal. */
export function formatEvaluation({ rows }: EvaluationContent): string {
  return formatTable(
    ['router', 'accuracy', 'AUROC', 'Brier', 'log loss', 'ECE', 'routing', 'gap closed'],
    rows.map(({ name, metrics, routingAccuracy, gapClosed }) => [
      name,
      figure(metrics?.accuracy),
      figure(metrics?.auroc),
      figure(metrics?.brierScore),
      figure(metrics?.logLoss),
      figure(metrics?.expectedCalibrationError),
      figure(routingAccuracy.mean),
      percent(gapClosed),
    ]),
  );
}
