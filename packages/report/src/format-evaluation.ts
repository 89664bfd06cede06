import { figure, formatDifference, formatTable } from '@embedllm/internals';
import type { EvaluationContent } from './content/evaluation-content.js';

/**
 * The figures on test questions as text in columns, for a terminal. Behind them what routing gains
 * over the single best model on the same questions, with a 95% interval.
 */
export function formatEvaluation({ rows }: EvaluationContent): string {
  return formatTable(
    ['router', 'accuracy', 'AUROC', 'Brier', 'log loss', 'ECE', 'routing', 'vs single best'],
    rows.map(({ name, metrics, routingAccuracy, differenceToSingleBest }) => [
      name,
      figure(metrics?.accuracy),
      figure(metrics?.auroc),
      figure(metrics?.brierScore),
      figure(metrics?.logLoss),
      figure(metrics?.expectedCalibrationError),
      figure(routingAccuracy.mean),
      formatDifference(differenceToSingleBest),
    ]),
  );
}
