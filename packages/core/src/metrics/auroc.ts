import type { CorrectnessMatrix } from '../correctness/correctness-matrix.js';
import type { Matrix } from '../matrix/matrix.js';
import { assertScores } from './predictions.js';

/**
 * The area under the ROC curve: the probability that a correct answer was scored higher than an
 * incorrect one, ties counting half (the Mann-Whitney statistic; Hanley and McNeil 1982).
 *
 * Computed exactly from sorted scores, in O(n log n) time and 4 bytes for each of n labels.
 *
 * @param scores - Any scores, higher for likelier correct, shape [Q, M].
 * @param truth - Labels of the same questions and models.
 * @returns from 0 to 1, 0.5 for scores without information; `undefined` when the observed labels
 * are all correct or all incorrect, for there is no pair to compare.
 * @throws EmbedLLMError `shape-mismatch` when shapes differ, `not-finite` when a score is,
 * `invalid-data` when no label is observed.
 */
export function auroc(scores: Matrix, truth: CorrectnessMatrix): number | undefined {
  const observed = assertScores(scores, truth);
  const { data, cols } = scores;
  let correct = 0;
  truth.forEachLabel((_question, _model, label) => {
    correct += label;
  });
  const incorrect = observed - correct;
  if (correct === 0 || incorrect === 0) return undefined;
  const positive = new Float32Array(correct);
  const negative = new Float32Array(incorrect);
  let p = 0;
  let n = 0;
  truth.forEachLabel((question, model, label) => {
    const score = data[question * cols + model]!;
    if (label === 1) positive[p++] = score;
    else negative[n++] = score;
  });
  return shareOfPairsInOrder(positive.sort(), negative.sort());
}

/** Walks two ascending lists at once; counts below 2^53 stay exact. */
function shareOfPairsInOrder(positive: Float32Array, negative: Float32Array): number {
  let halfWins = 0;
  let below = 0;
  let upTo = 0;
  for (let index = 0; index < positive.length; index++) {
    const score = positive[index]!;
    while (below < negative.length && negative[below]! < score) below++;
    if (upTo < below) upTo = below;
    while (upTo < negative.length && negative[upTo]! <= score) upTo++;
    halfWins += below + upTo;
  }
  return halfWins / (2 * positive.length * negative.length);
}
