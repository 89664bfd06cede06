import type { AbilityPosterior } from '../item-response/ability-posterior.js';
import { flatten } from '../item-response/ability-posterior.js';
import type { ItemParameters } from '../item-response/item-parameters.js';

/** Expected numbers of right answers to unanswered questions, under each draw of the abilities. */
export interface BenchmarkDraws {
  /** Row-major [draws, benchmarks]: sums of the probabilities. */
  readonly sums: Float64Array;
  /** Row-major [draws, benchmarks]: sums of p (1 - p), the variance of the number. */
  readonly variances: Float64Array;
}

/** 2 k + 30 FLOPs for each draw and question, nearly all of the time of a forecast. */
export function benchmarkDraws(options: {
  readonly items: ItemParameters;
  readonly posterior: AbilityPosterior;
  /** The unanswered questions. */
  readonly questions: Int32Array;
  readonly benchmarkOf: Int32Array;
  readonly benchmarks: number;
}): BenchmarkDraws {
  const { items, posterior, questions, benchmarkOf, benchmarks: B } = options;
  const k = items.dimensions;
  const width = k + 1;
  const slopes = new Float64Array(questions.length * width);
  flatten(items, questions, posterior.mean, slopes);
  const count = posterior.weights.length;
  const sums = new Float64Array(count * B);
  const variances = new Float64Array(count * B);
  for (let draw = 0; draw < count; draw++) {
    const theta = draw * k;
    for (let index = 0, s = 0; index < questions.length; index++, s += width) {
      let logit = slopes[s]!;
      for (let i = 0; i < k; i++) {
        logit += slopes[s + 1 + i]! * posterior.draws[theta + i]!;
      }
      const p = 1 / (1 + Math.exp(-logit));
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
  const k = items.dimensions;
  const width = k + 1;
  const slopes = new Float64Array(questions.length * width);
  flatten(items, questions, posterior.mean, slopes);
  const { draws, weights } = posterior;
  return Float64Array.from(questions, (_, index) => {
    let right = 0;
    let total = 0;
    for (let draw = 0; draw < weights.length; draw++) {
      let logit = slopes[index * width]!;
      for (let i = 0; i < k; i++) {
        logit += slopes[index * width + 1 + i]! * draws[draw * k + i]!;
      }
      const p = 1 / (1 + Math.exp(-logit));
      const likelihood = Math.max(labels[index] === 1 ? p : 1 - p, 1e-3);
      const weight = weights[draw]! / likelihood;
      right += weight * p;
      total += weight;
    }
    return right / total;
  });
}
