import type { AbilityPosterior } from '../item-response/ability-posterior.js';
import type { ItemParameters } from '../item-response/item-parameters.js';
import { ResponseCurves } from '../item-response/response-curves.js';

/** Expected numbers of right answers to unanswered questions, under each draw of the abilities. */
export interface BenchmarkDraws {
  /** Row-major [draws, benchmarks]: sums of the probabilities. */
  readonly sums: Float64Array;
  /** Row-major [draws, benchmarks]: sums of p (1 - p), the variance of the number. */
  readonly variances: Float64Array;
}

/** k² + 2 k + 40 FLOPs for each draw and question, nearly all of the time of a forecast. */
export function benchmarkDraws(options: {
  readonly items: ItemParameters;
  readonly posterior: AbilityPosterior;
  /** The unanswered questions. */
  readonly questions: Int32Array;
  readonly benchmarkOf: Int32Array;
  readonly benchmarks: number;
}): BenchmarkDraws {
  const { items, posterior, questions, benchmarkOf, benchmarks: B } = options;
  const curves = new ResponseCurves(items, questions);
  const count = posterior.weights.length;
  const sums = new Float64Array(count * B);
  const variances = new Float64Array(count * B);
  for (let draw = 0; draw < count; draw++) {
    curves.moveTo(posterior.draws, draw * posterior.width);
    for (let index = 0; index < questions.length; index++) {
      const p = 1 / (1 + Math.exp(-curves.logit(index)));
      const cell = draw * B + benchmarkOf[questions[index]!]!;
      sums[cell] = sums[cell]! + p;
      variances[cell] = variances[cell]! + p * (1 - p);
    }
  }
  return { sums, variances };
}

/**
 * Probability that each observed answer is right, judged from the other answers: leave-one-out by
 * importance weights 1 / P(answer) (Gelfand, Dey and Chang 1992), which are bounded here because
 * they are averaged over the draws with their own normalisation.
 */
export function leaveOneOutProbabilities(options: {
  readonly items: ItemParameters;
  readonly posterior: AbilityPosterior;
  readonly questions: Int32Array;
  readonly labels: Uint8Array;
}): Float64Array {
  const { items, posterior, questions, labels } = options;
  const curves = new ResponseCurves(items, questions);
  const { draws, weights, width } = posterior;
  const right = new Float64Array(questions.length);
  const total = new Float64Array(questions.length);
  for (let draw = 0; draw < weights.length; draw++) {
    curves.moveTo(draws, draw * width);
    for (let index = 0; index < questions.length; index++) {
      const p = 1 / (1 + Math.exp(-curves.logit(index)));
      const likelihood = Math.max(labels[index] === 1 ? p : 1 - p, 1e-3);
      const weight = weights[draw]! / likelihood;
      right[index] = right[index]! + weight * p;
      total[index] = total[index]! + weight;
    }
  }
  return right.map((value, index) => value / total[index]!);
}
