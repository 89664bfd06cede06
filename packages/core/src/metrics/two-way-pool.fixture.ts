import { CorrectnessMatrix } from '../correctness/correctness-matrix.js';
import { MISSING } from '../correctness/label-storage.js';
import { Random } from '../random/random.js';

/** A simulated pool with gaps, and what its models would achieve over endless questions. */
export interface TwoWayPool {
  readonly truth: CorrectnessMatrix;
  /** The expected accuracy of each model on questions like these. */
  readonly accuracies: readonly number[];
}

/**
 * A pool whose answers follow one ability a model and one easiness a question. Questions are hard
 * or easy in halves; models of odd index were asked the easy half alone.
 */
export function simulateTwoWayPool(options: {
  readonly seed: number;
  readonly questions: number;
  readonly models: number;
}): TwoWayPool {
  const { seed, questions: Q, models: M } = options;
  const random = new Random(seed);
  const abilities = Array.from({ length: M }, () => 0.8 * random.normal());
  const labels = new Uint8Array(Q * M).fill(MISSING);
  for (let q = 0; q < Q; q++) {
    const isEasy = q % 2 === 0;
    const easiness = (isEasy ? 2 : -0.5) + random.normal();
    for (let m = 0; m < M; m++) {
      const p = sigmoid(abilities[m]! + easiness);
      const label = random.uniform() < p ? 1 : 0;
      if (isEasy || m % 2 === 0) labels[q * M + m] = label;
    }
  }
  // The expectation over easiness, by its quantiles.
  const draws = Array.from({ length: 4001 }, (_, k) => -5 + k / 400);
  const density = draws.map((x) => Math.exp(-(x ** 2) / 2));
  const total = density.reduce((sum, value) => sum + value, 0);
  const accuracies = abilities.map((ability) =>
    draws.reduce(
      (sum, x, k) =>
        sum + ((density[k]! / total) * (sigmoid(ability + 2 + x) + sigmoid(ability - 0.5 + x))) / 2,
      0,
    ),
  );
  const names = (prefix: string, count: number): string[] =>
    Array.from({ length: count }, (_, index) => `${prefix}${index}`);
  const truth = new CorrectnessMatrix({ questions: names('q', Q), models: names('m', M), labels });
  return { truth, accuracies };
}

function sigmoid(z: number): number {
  return 1 / (1 + Math.exp(-z));
}
