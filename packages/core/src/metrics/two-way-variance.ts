import type { CorrectnessMatrix } from '../correctness/correctness-matrix.js';
import { MISSING } from '../correctness/label-storage.js';
import { cholesky, choleskySolve } from '../linear-algebra/cholesky.js';
import { ABILITY_PRECISION, type TwoWayFit } from './two-way-fit.js';

/** Above this many multiplications the errors of abilities are taken as independent. */
const MAX_PRODUCTS = 1e9;

/**
 * Variance of each model's mean over the same questions, where those that it was not asked are
 * filled in by the fit, from the curvature of the marginal likelihood (Louis 1982, to first order). Beyond the noise of
 * the labels it holds the doubt about the model's ability and about the easiness of what it was not
 * asked, and the spread of the questions: these are a sample of those to come.
 *
 * @param questions - Those that have a label, by index.
 * @returns length M; of no meaning for a model without labels.
 */
export function meanVariances(
  truth: CorrectnessMatrix,
  fit: TwoWayFit,
  questions: readonly number[],
): Float64Array {
  const M = truth.modelCount;
  const Q = questions.length;
  const isJoint = Q * M * M <= MAX_PRODUCTS;
  // Curvature by the abilities, with the easiness of all questions integrated out, row-major [M, M].
  const byAbilities = isJoint ? new Float64Array(M * M) : undefined;
  // How what a model was not asked depends on each ability, by way of easiness, [M, M].
  const dependence = isJoint ? new Float64Array(M * M) : undefined;
  const own = new Float64Array(M).fill(ABILITY_PRECISION);
  const direct = new Float64Array(M);
  const unasked = new Float64Array(M);
  const sums = new Float64Array(M);
  const squares = new Float64Array(M);
  for (const question of questions) {
    const labels = truth.row(question);
    const weights = new Float64Array(M);
    const asked: number[] = [];
    let information = 0;
    for (let model = 0; model < M; model++) {
      const p = fit.probability(question, model);
      const weight = p * (1 - p);
      weights[model] = weight;
      add(sums, model, p);
      add(squares, model, p * p);
      if (labels[model] === MISSING) continue;
      asked.push(model);
      information += weight;
      add(own, model, weight);
      add(direct, model, weight);
    }
    // No more than the labels leave by their curvature: else what integrating easiness out takes away
    // could exceed what they say of the abilities.
    const doubt = Math.min(fit.easinessVariance[question]!, 1 / information);
    for (let model = 0; model < M; model++) {
      const weight = weights[model]!;
      const share = weight * doubt;
      const isAsked = labels[model] !== MISSING;
      if (!isAsked) {
        add(unasked, model, weight);
        add(direct, model, 2 * weight + weight * share);
      }
      const table = isAsked ? byAbilities : dependence;
      if (!table) continue;
      for (const other of asked) add(table, model * M + other, -share * weights[other]!);
    }
  }
  const factor = byAbilities && cholesky(withDiagonal(byAbilities, own), M);
  return Float64Array.from(direct, (variance, model) => {
    const spread = squares[model]! - sums[model]! ** 2 / Q;
    let ability = unasked[model]! ** 2 / own[model]!;
    if (factor && dependence) {
      const right = dependence.subarray(model * M, (model + 1) * M);
      add(right, model, unasked[model]!);
      const solved = choleskySolve(factor, right);
      ability = right.reduce((sum, value, index) => sum + value * solved[index]!, 0);
    }
    return (spread + variance + ability) / Q ** 2;
  });
}

function add(array: Float64Array, index: number, value: number): void {
  array[index] = array[index]! + value;
}

function withDiagonal(matrix: Float64Array, diagonal: Float64Array): Float64Array {
  for (const [index, value] of diagonal.entries())
    add(matrix, index * (diagonal.length + 1), value);
  return matrix;
}
