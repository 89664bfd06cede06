import { checkInteger } from '@embedllm/internals';
import { Matrix } from '../matrix/matrix.js';
import { logLoss } from '../metrics/log-loss.js';
import { Random } from '../random/random.js';
import type { FittedCalibration } from './calibration.js';
import { type FitCalibrationOptions, fitCalibration } from './fit-calibration.js';

/** What `chooseCalibration` takes. */
export interface ChooseCalibrationOptions extends Omit<FitCalibrationOptions, 'method'> {
  /**
   * Parts that the questions are divided into; each is judged by a fit on the others, from 2.
   *
   * @default 5
   */
  readonly folds?: number | undefined;
  /** Of the division. @default 0 */
  readonly seed?: number | undefined;
}

/** What `chooseCalibration` found. */
export interface ChosenCalibration {
  /** The best way. `none` leaves probabilities as they are. */
  readonly method: 'none' | 'temperature' | 'platt';
  /** Fitted on all the questions; `undefined` for `none`. */
  readonly calibration: FittedCalibration | undefined;
  /** Mean log loss of each way on questions that it was not fitted on. */
  readonly logLoss: Readonly<Record<ChosenCalibration['method'], number>>;
}

/**
 * Decides by cross-validation whether to calibrate, and how: the way with the least log loss on
 * questions that its fit did not see. `isotonic` is not tried.
 *
 * @throws EmbedLLMError as `fitCalibration` does; `invalid-argument` on fewer than 2 folds.
 * @example
 * const { method, calibration } = chooseCalibration({ logits: router.score(embeddings), correctness });
 */
export function chooseCalibration(options: ChooseCalibrationOptions): ChosenCalibration {
  const { logits, correctness, pooling, folds = 5, seed = 0 } = options;
  checkInteger('folds', folds, { min: 2 });
  const fit = (method: 'temperature' | 'platt', rows?: readonly number[]): FittedCalibration =>
    fitCalibration({
      logits: rows ? logits.selectRows(rows) : logits,
      correctness: rows ? correctness.selectQuestions(rows) : correctness,
      method,
      pooling,
    });
  // Refuses what cannot be fitted before anything is divided.
  const fitted = { none: undefined, temperature: fit('temperature'), platt: fit('platt') };
  const order = new Random(seed).shuffle([...Array(logits.rows).keys()]);
  const parts = Array.from({ length: folds }, (_, fold) =>
    order.filter((_, position) => position % folds === fold),
  );
  const lossOf = (method: ChosenCalibration['method']): number => {
    const probabilities = new Matrix(logits.rows, logits.cols);
    for (const part of parts) {
      const others = parts.filter((other) => other !== part).flat();
      const canFit = correctness.selectQuestions(others).countObserved() > 0;
      const calibration = method === 'none' || !canFit ? undefined : fit(method, others);
      for (const row of part) {
        for (let model = 0; model < logits.cols; model++) {
          const z = logits.at(row, model);
          probabilities.data[row * logits.cols + model] =
            calibration?.probability(model, z) ?? 1 / (1 + Math.exp(-z));
        }
      }
    }
    return logLoss(probabilities, correctness);
  };
  const losses = {
    none: lossOf('none'),
    temperature: lossOf('temperature'),
    platt: lossOf('platt'),
  };
  const methods = ['none', 'temperature', 'platt'] as const;
  const method = methods.reduce((best, next) => (losses[next] < losses[best] ? next : best));
  return { method, calibration: fitted[method], logLoss: losses };
}
