import { checkNumber, EmbedLLMError } from '@embedllm/internals';
import type { CorrectnessMatrix } from '../correctness/correctness-matrix.js';
import { MISSING } from '../correctness/label-storage.js';
import { assertFinite } from '../matrix/assert-finite.js';
import type { Matrix } from '../matrix/matrix.js';
import { assertObserved, assertScores } from './predictions.js';

/**
 * The highest-scored model of every question, the first of them on ties.
 *
 * @param scores - Any scores, higher for better, shape [Q, M].
 * @param truth - When given, only models with a label on the question are eligible, so that the
 * choice can be judged.
 * @returns length Q, indices of models; -1 where no model is eligible.
 * @throws EmbedLLMError `not-finite` when a score is; with a truth `shape-mismatch` when shapes
 * differ and `invalid-data` when no label is observed; without one `invalid-argument` when there
 * is not a model.
 */
export function routeAll(scores: Matrix, truth?: CorrectnessMatrix): Int32Array {
  if (truth) assertScores(scores, truth);
  else assertRoutable(scores);
  const chosen = new Int32Array(scores.rows).fill(-1);
  for (let question = 0; question < scores.rows; question++) {
    const row = scores.row(question);
    const labels = truth?.row(question);
    let best = -1;
    let bestScore = Number.NEGATIVE_INFINITY;
    for (let model = 0; model < row.length; model++) {
      const score = row[model]!;
      if (score > bestScore && (!labels || labels[model] !== MISSING)) {
        best = model;
        bestScore = score;
      }
    }
    chosen[question] = best;
  }
  return chosen;
}

/**
 * The accuracy of a router that sends each question to its highest-scored model: the share of
 * questions whose chosen model answered correctly. Only models with a label on the question can be
 * chosen, and questions without any label are left out.
 *
 * @param scores - Any scores, higher for better, shape [Q, M].
 * @param truth - Labels of the same questions and models.
 * @throws EmbedLLMError `shape-mismatch` when shapes differ, `not-finite` when a score is,
 * `invalid-data` when no label is observed.
 */
export function routingAccuracy(scores: Matrix, truth: CorrectnessMatrix): number {
  const chosen = routeAll(scores, truth);
  return meanOverQuestions(truth, (labels, question) => labels[chosen[question]!]!);
}

/**
 * The accuracy of a router that always knows which model is right: the share of questions that at
 * least one model answered correctly. Questions without any label are left out.
 *
 * @throws EmbedLLMError `invalid-data` when no label is observed.
 */
export function oracleAccuracy(truth: CorrectnessMatrix): number {
  return meanOverQuestions(truth, (labels) => (labels.includes(1) ? 1 : 0));
}

/**
 * The accuracy of random choice: the share of correct answers among all observed labels, that is
 * the expected accuracy of a question and model drawn at random from those with a label. Without
 * missing labels it is the expected accuracy of routing each question to a random model.
 *
 * @throws EmbedLLMError `invalid-data` when no label is observed.
 */
export function randomAccuracy(truth: CorrectnessMatrix): number {
  const observed = assertObserved(truth);
  let correct = 0;
  truth.forEachLabel((_question, _model, label) => {
    correct += label;
  });
  return correct / observed;
}

/**
 * How much of the way from the single best model to the oracle a router goes:
 * (routing - singleBest) / (oracle - singleBest). 0 is no better than always asking the best
 * model, 1 is perfect, negative is worse than the best model.
 *
 * @param accuracies - The three accuracies on the same questions.
 * @returns `undefined` when the oracle is not better than the single best model: there is no gap.
 * @throws EmbedLLMError `invalid-argument` when an accuracy is not from 0 to 1.
 */
export function gapClosed(accuracies: {
  readonly routing: number;
  readonly singleBest: number;
  readonly oracle: number;
}): number | undefined {
  const { routing, singleBest, oracle } = accuracies;
  for (const [name, value] of Object.entries({ routing, singleBest, oracle })) {
    checkNumber(`The accuracy "${name}"`, value, { min: 0, max: 1 });
  }
  return oracle > singleBest ? (routing - singleBest) / (oracle - singleBest) : undefined;
}

function assertRoutable(scores: Matrix): void {
  assertFinite(scores, 'scores');
  if (scores.cols === 0) {
    throw new EmbedLLMError('There are no models to route to.', { code: 'invalid-argument' });
  }
}

/** The mean of a figure over the questions that have a label. */
function meanOverQuestions(
  truth: CorrectnessMatrix,
  figure: (labels: Uint8Array, question: number) => number,
): number {
  assertObserved(truth);
  let sum = 0;
  let count = 0;
  for (let question = 0; question < truth.questionCount; question++) {
    const labels = truth.row(question);
    if (labels.every((label) => label === MISSING)) continue;
    sum += figure(labels, question);
    count++;
  }
  return sum / count;
}
