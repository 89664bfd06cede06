import { checkNumber, EmbedLLMError } from '@embedllm/internals';
import type { CorrectnessMatrix } from '../correctness/correctness-matrix.js';
import { MISSING } from '../correctness/label-storage.js';
import type { Matrix } from '../matrix/matrix.js';
import { type CalibrationRecord, calibrate, type FittedCalibration } from './calibration.js';
import { fitIsotonic } from './isotonic.js';
import { type Answers, fitPlatt } from './platt.js';

/** What `fitCalibration` takes. */
export interface FitCalibrationOptions {
  /** Logits on validation questions, which training must not have seen; shape [Q, M]. */
  readonly logits: Matrix;
  /** Labels of the same questions and models. */
  readonly correctness: CorrectnessMatrix;
  /**
   * `temperature` stretches logits (Guo et al. 2017, arXiv 1706.04599), one number a model;
   * `platt` also shifts them (Platt 1999), for predictions that are too high or too low as a whole;
   * `isotonic` fits any rising curve, and follows noise more than it gains on most data.
   *
   * @default 'temperature'
   */
  readonly method?: CalibrationRecord['method'] | undefined;
  /**
   * Answers of its own that a model needs to count as much as the whole pool does, from 0.
   *
   * @default 100
   */
  readonly pooling?: number | undefined;
}

/**
 * Fits how logits become probabilities that come true: for each model on its own answers, drawn
 * towards the fit of all models together by `pooling`.
 *
 * @throws EmbedLLMError `shape-mismatch` when logits and labels differ in shape; `invalid-data`
 * without any label; `invalid-argument` on a negative pooling.
 * @example
 * const calibration = fitCalibration({ logits: router.score(embeddings), correctness });
 * const calibrated = new Router({ model, calibration });
 */
export function fitCalibration(options: FitCalibrationOptions): FittedCalibration {
  const { logits, correctness, method = 'temperature', pooling = 100 } = options;
  checkNumber('pooling', pooling, { min: 0 });
  const { models } = correctness;
  if (logits.rows !== correctness.questionCount || logits.cols !== models.length) {
    throw new EmbedLLMError(
      `The logits have the shape [${logits.rows}, ${logits.cols}], but the labels [${correctness.questionCount}, ${models.length}].`,
      { code: 'shape-mismatch' },
    );
  }
  const own = models.map((_, model) => answersOf(logits, correctness, model));
  const all = { logits: own.flatMap((a) => a.logits), labels: own.flatMap((a) => a.labels) };
  if (all.labels.length === 0) {
    throw new EmbedLLMError('There are no labels to calibrate on.', { code: 'invalid-data' });
  }
  if (method === 'isotonic') {
    const pooledCurve = fitIsotonic(all.logits, all.labels);
    return calibrate({
      method,
      models,
      curves: own.map((answers) =>
        answers.labels.length > 0 ? fitIsotonic(answers.logits, answers.labels) : pooledCurve,
      ),
      weights: own.map(({ labels }) =>
        labels.length > 0 ? labels.length / (labels.length + pooling) : 0,
      ),
      pooledCurve,
    });
  }
  if (method === 'platt') return calibrate({ method, models, ...fitPlatt(own, all, pooling) });
  const pooled = fitScale(all, 1, 1e-3);
  // What one answer of the pool says about the scale, on average.
  const information = curvature(all, pooled) / all.labels.length;
  const scales = own.map((answers) =>
    answers.labels.length > 0 ? fitScale(answers, pooled, 1e-6 + pooling * information) : pooled,
  );
  return calibrate({ method, models, scales, pooledScale: pooled });
}

function answersOf(logits: Matrix, correctness: CorrectnessMatrix, model: number): Answers {
  const answers: Answers = { logits: [], labels: [] };
  for (let question = 0; question < logits.rows; question++) {
    const label = correctness.row(question)[model];
    if (label === undefined || label === MISSING) continue;
    answers.logits.push(logits.at(question, model));
    answers.labels.push(label);
  }
  return answers;
}

/**
 * The a that minimises log loss + precision / 2 (a - centre)², by Newton steps kept within a
 * factor of 2; convex, so that it is the only one. At least 0.01, so that the order of logits stays.
 */
function fitScale(answers: Answers, centre: number, precision: number): number {
  let scale = Math.max(centre, 0.01);
  for (let step = 0; step < 50; step++) {
    let gradient = precision * (scale - centre);
    answers.logits.forEach((z, index) => {
      gradient += z * (1 / (1 + Math.exp(-scale * z)) - answers.labels[index]!);
    });
    const proposed = scale - gradient / (precision + curvature(answers, scale));
    const next = Math.max(0.01, Math.min(2 * scale, Math.max(scale / 2, proposed)));
    if (Math.abs(next - scale) < 1e-10 * scale) return next;
    scale = next;
  }
  return scale;
}

/** Σ z² p (1 - p): the second derivative of the log loss by the scale. */
function curvature({ logits }: Answers, scale: number): number {
  let sum = 0;
  for (const z of logits) {
    const p = 1 / (1 + Math.exp(-scale * z));
    sum += z * z * p * (1 - p);
  }
  return sum;
}
