import { cholesky, choleskySolve } from '@embedllm/core/linear-algebra';
import { type CascadeLog, checkLog } from './cascade-log.js';

/** Says how likely the first model's answer is right once it is known whether the models agree. */
export interface CascadeGate {
  /**
   * How likely the first answer is to be right, from 0 to 1.
   *
   * @param agreed - Whether they do.
   * @param predicted - What the router predicts of the first model and the better one.
   */
  probability(agreed: boolean, predicted?: readonly [first: number, better: number]): number;
}

const ROUNDS = 25;
const RIDGE = 1;

/**
 * Fits a logistic regression of the first model's outcome on agreement and predictions. The share of right
 * answers among those on which models agree is counted, not made by multiplying probabilities: models err
 * alike.
 *
 * @throws EmbedLLMError as `adviseCascade`.
 */
export function fitGate(log: CascadeLog): CascadeGate {
  const N = checkLog(log);
  const rows = Array.from({ length: N }, (_, n) =>
    features(
      log.agreed[n]! > 0.5,
      log.predicted && [log.predicted.first[n]!, log.predicted.better[n]!],
    ),
  );
  const d = rows[0]?.length ?? 1;
  const weights = new Float64Array(d);
  // Newton's method; a weak ridge keeps separable data finite.
  for (let round = 0; round < ROUNDS; round++) {
    const gradient = Float64Array.from(weights, (w, i) => (i === 0 ? 0 : -RIDGE * w));
    const hessian = new Float64Array(d * d);
    for (let i = 0; i < d; i++) hessian[i * d + i] = i === 0 ? 1e-9 : RIDGE;
    rows.forEach((x, n) => {
      const p = logistic(x.reduce((sum, value, i) => sum + value * weights[i]!, 0));
      for (let i = 0; i < d; i++) {
        gradient[i]! += (log.first[n]! - p) * x[i]!;
        for (let j = 0; j < d; j++) hessian[i * d + j]! += p * (1 - p) * x[i]! * x[j]!;
      }
    });
    const step = choleskySolve(cholesky(hessian, d), gradient);
    step.forEach((value, i) => {
      weights[i]! += value;
    });
  }
  return {
    probability: (agreed, predicted) => {
      const x = features(agreed, log.predicted && predicted);
      return logistic(x.reduce((sum, value, i) => sum + value * weights[i]!, 0));
    },
  };
}

function features(agreed: boolean, predicted?: readonly [number, number]): number[] {
  return [1, Number(agreed), ...(predicted ?? []).map(logit)];
}

function logit(p: number): number {
  const clipped = Math.min(1 - 1e-6, Math.max(1e-6, p));
  return Math.log(clipped / (1 - clipped));
}

function logistic(z: number): number {
  return 1 / (1 + Math.exp(-z));
}
