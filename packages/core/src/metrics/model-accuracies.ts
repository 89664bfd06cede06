import type { CorrectnessMatrix } from '../correctness/correctness-matrix.js';
import { assertLabels } from './predictions.js';

/**
 * Each model's share of correct answers among the questions that it has a label for. Where models
 * were asked other questions these shares cannot be ranked; `estimateAccuracies` can.
 *
 * @returns length M; NaN marks a model without any label, which has no accuracy.
 */
export function modelAccuracies(truth: CorrectnessMatrix): Float64Array {
  assertLabels(truth);
  const correct = new Float64Array(truth.modelCount);
  const observed = new Float64Array(truth.modelCount);
  truth.forEachLabel((_, model, label) => {
    observed[model] = observed[model]! + 1;
    correct[model] = correct[model]! + label;
  });
  return correct.map((count, model) => count / observed[model]!);
}
