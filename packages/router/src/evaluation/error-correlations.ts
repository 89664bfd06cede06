import { type CorrectnessMatrix, EmbedLLMError, Matrix, MISSING } from '@embedllm/core';

/** What `errorCorrelations` takes. */
export interface ErrorCorrelationOptions {
  /** Probabilities of a correct answer on questions that training did not see, shape [Q, M]. */
  readonly probabilities: Matrix;
  /** Labels of the same questions. */
  readonly truth: CorrectnessMatrix;
}

/** How alike models err on a question, given what is predicted of it. */
export interface ErrorCorrelations {
  /** Names, in the order of rows and columns. */
  readonly models: readonly string[];
  /**
   * Correlation of the residuals y - p of two models, shape [M, M]: 0 where knowing that one of them
   * errs says nothing about the other, 1 on the diagonal. Estimates, shrunk to `common`.
   */
  readonly correlations: Matrix;
  /**
   * Correlations that a difficulty shared by all models explains, shape [M, M]. A pair below it errs
   * more differently than the pool does, such as two models of different families; one above it errs
   * more alike.
   */
  readonly common: Matrix;
  /** Questions that both models have a label for, row-major, length M². */
  readonly questions: Uint32Array;
}

/** Probabilities of the four outcomes of two models on a question; they add up to 1. */
export interface JointOutcome {
  readonly both: number;
  readonly firstAlone: number;
  readonly secondAlone: number;
  readonly neither: number;
}

/** Rounds of the alternating fit of loadings; they settle within ten. */
const ROUNDS = 30;

/**
 * Which pairs of models err differently given the question: what a second answer adds to a first, for
 * cascades and votes, beyond the two probabilities.
 *
 * The residual covariance of two models is taken as ρ √(p₁ (1 - p₁) p₂ (1 - p₂)), and ρ is the ratio of
 * the sums of both sides over questions. A probability from text leaves much of a question's
 * difficulty open, which makes all models err together: a product of loadings, ρ = l₁ l₂ (one common
 * factor), explains that. What a pair has beyond it is shrunk by its variance over pairs and its
 * error of sampling (empirical Bayes, Efron and Morris 1973).
 *
 * @returns for pairs without a question in common, what the common factor says.
 * @throws EmbedLLMError `shape-mismatch` when shapes differ, `invalid-argument` on a probability that
 * is not between 0 and 1, `invalid-data` when no two models have a label on the same question.
 * @example
 * const probabilities = Matrix.fromRows([[0.6, 0.5], [0.3, 0.4]]);
 * const labels = Uint8Array.of(1, 1, 0, 0);
 * const truth = new CorrectnessMatrix({ questions: ['q', 'r'], models: ['a', 'b'], labels });
 * const { correlations } = errorCorrelations({ probabilities, truth });
 * jointOutcome(0.7, 0.6, correlations.at(0, 1)).both; // 0.42 if they erred independently
 */
export function errorCorrelations(options: ErrorCorrelationOptions): ErrorCorrelations {
  const { models } = options.truth;
  const M = models.length;
  assertProbabilities(options);
  const products = new Float64Array(M * M);
  const scales = new Float64Array(M * M);
  const questions = new Uint32Array(M * M);
  eachPair(options, (at, product, scale) => {
    products[at] = products[at]! + product;
    scales[at] = scales[at]! + scale;
    questions[at] = questions[at]! + 1;
  });
  const raw = products.map((product, at) => (scales[at]! > 0 ? product / scales[at]! : 0));
  // Sampling variances of the ratios, at least those of independent errors: two models that agree
  // on each of a few questions need not always do so.
  const squares = new Float64Array(M * M);
  const independent = new Float64Array(M * M);
  eachPair(options, (at, product, scale) => {
    squares[at] = squares[at]! + (product - raw[at]! * scale) ** 2;
    independent[at] = independent[at]! + scale ** 2;
  });
  const variances = raw.map((_, at) =>
    scales[at]! > 0
      ? Math.max(squares[at]!, independent[at]!) / scales[at]! ** 2
      : Number.POSITIVE_INFINITY,
  );
  if (!scales.some((scale) => scale > 0)) {
    throw new EmbedLLMError(
      'No two models have labels on a question whose predicted probabilities are strictly between 0 and 1.',
      { code: 'invalid-data' },
    );
  }
  const loadings = fitLoadings(raw, variances, M);
  return { models, ...shrink({ raw, variances, loadings, M }), questions };
}

/**
 * The joint distribution of two answers being right from their probabilities and the correlation of
 * their errors: P(both) = p q + ρ √(p (1 - p) q (1 - q)), within the bounds that any joint
 * distribution has (Fréchet 1951).
 *
 * @param first - Probability that the first model is right, 0 to 1.
 * @param correlation - From `errorCorrelations`.
 * @example
 * jointOutcome(0.5, 0.5, 0); // { both: 0.25, firstAlone: 0.25, secondAlone: 0.25, neither: 0.25 }
 */
export function jointOutcome(first: number, second: number, correlation: number): JointOutcome {
  const spread = Math.sqrt(first * (1 - first) * second * (1 - second));
  const wanted = first * second + correlation * spread;
  const both = Math.min(first, second, Math.max(0, first + second - 1, wanted));
  return {
    both,
    firstAlone: first - both,
    secondAlone: second - both,
    neither: 1 - first - second + both,
  };
}

/** Calls with the place of each pair in [M, M], both ways, its product of residuals and its scale. */
function eachPair(
  { probabilities, truth }: ErrorCorrelationOptions,
  visit: (at: number, product: number, scale: number) => void,
): void {
  const M = truth.modelCount;
  for (let question = 0; question < truth.questionCount; question++) {
    const row = probabilities.row(question);
    const asked: { model: number; residual: number; deviation: number }[] = [];
    truth.row(question).forEach((label, model) => {
      if (label === MISSING) return;
      const p = row[model]!;
      asked.push({ model, residual: label - p, deviation: Math.sqrt(p * (1 - p)) });
    });
    for (const a of asked) {
      for (const b of asked) {
        if (a.model === b.model) continue;
        visit(a.model * M + b.model, a.residual * b.residual, a.deviation * b.deviation);
      }
    }
  }
}

/** Loadings l of least Σ (ρ_ab - l_a l_b)² / variance, each within [0, 1], by alternation. */
function fitLoadings(raw: Float64Array, variances: Float64Array, M: number): Float64Array {
  let [sum, weights, pairs] = [0, 0, 0];
  raw.forEach((correlation, at) => {
    const weight = 1 / variances[at]!;
    sum += weight * correlation;
    weights += weight;
    pairs += Number(weight > 0);
  });
  const usual = weights / pairs;
  const start = Math.sqrt(Math.min(1, Math.max(0, sum / weights)));
  const loadings = new Float64Array(M).fill(start);
  for (let round = 0; round < ROUNDS; round++) {
    for (let a = 0; a < M; a++) {
      // The weight of one usual pair: a model that was asked little is like the others.
      let above = usual * start ** 3;
      let below = usual * start ** 2;
      for (let b = 0; b < M; b++) {
        const weight = b === a ? 0 : 1 / variances[a * M + b]!;
        above += weight * raw[a * M + b]! * loadings[b]!;
        below += weight * loadings[b]! ** 2;
      }
      loadings[a] = below > 0 ? Math.min(1, Math.max(0, above / below)) : start;
    }
  }
  return loadings;
}

/** Moves each pair from what loadings say as far towards what it shows as its sampling error allows. */
function shrink(options: {
  readonly raw: Float64Array;
  readonly variances: Float64Array;
  readonly loadings: Float64Array;
  readonly M: number;
}): Pick<ErrorCorrelations, 'correlations' | 'common'> {
  const { raw, variances, loadings, M } = options;
  const common = new Matrix(M, M);
  let [excess, pairs] = [0, 0];
  for (let at = 0; at < M * M; at++) {
    const [a, b] = [Math.floor(at / M), at % M];
    common.data[at] = a === b ? 1 : loadings[a]! * loadings[b]!;
    if (variances[at] === Number.POSITIVE_INFINITY) continue;
    excess += (raw[at]! - common.data[at]!) ** 2 - variances[at]!;
    pairs++;
  }
  const spread = Math.max(0, excess / pairs);
  const correlations = new Matrix(M, M);
  for (let at = 0; at < M * M; at++) {
    const from = common.data[at]!;
    const trust = spread === 0 ? 0 : spread / (spread + variances[at]!);
    correlations.data[at] = Math.min(1, Math.max(-1, from + trust * (raw[at]! - from)));
  }
  return { correlations, common };
}

function assertProbabilities({ probabilities, truth }: ErrorCorrelationOptions): void {
  const { rows, cols, data } = probabilities;
  if (rows !== truth.questionCount || cols !== truth.modelCount) {
    throw new EmbedLLMError(
      `The probabilities have the shape [${rows}, ${cols}], but the labels [${truth.questionCount}, ${truth.modelCount}].`,
      { code: 'shape-mismatch' },
    );
  }
  const at = data.findIndex((p) => !(p >= 0 && p <= 1));
  if (at < 0) return;
  throw new EmbedLLMError(
    `The probability of question ${Math.floor(at / cols)} and model ${truth.models[at % cols]} must be from 0 to 1 but is ${data[at]}.`,
    { code: 'invalid-argument' },
  );
}
