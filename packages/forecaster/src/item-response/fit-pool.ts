import { MISSING } from '@embedllm/core';
import { symmetricEigen } from '@embedllm/core/linear-algebra';
import { type AbilityPrior, abilityPriorOf } from './ability-prior.js';
import { stepAbilities } from './fit-abilities.js';
import { type PoolAnswers, stepItems } from './fit-items.js';
import type { ItemParameters } from './item-parameters.js';
import { ItemPrior } from './item-prior.js';
import type { TextFeatures } from './text-features.js';

/** An item response model fitted to a pool. */
export interface PoolFit {
  readonly items: ItemParameters;
  readonly abilityPrior: AbilityPrior;
  /** Posterior modes, row-major [M, k]. */
  readonly abilities: Float64Array;
}

/** What `fitPool` takes. */
export interface PoolFitOptions {
  readonly answers: PoolAnswers;
  readonly benchmarkOf: Int32Array;
  readonly benchmarks: number;
  readonly features: TextFeatures;
  /** k >= 1. */
  readonly dimensions: number;
  readonly iterations: number;
}

/**
 * Fits P(correct) = sigmoid(a_q + b_q . theta_m) by expectation maximisation with Laplace's
 * approximation: Newton steps on questions and on models in turn, then the prior of the questions.
 * Deterministic. About 4 M Q (k + 1)² FLOPs an iteration.
 */
export function fitPool(options: PoolFitOptions): PoolFit {
  const { answers, benchmarkOf, benchmarks, features, dimensions: k, iterations } = options;
  const { questions: Q, models: M } = answers;
  const width = k + 1;
  const answered = answeredQuestions(answers);
  const prior = new ItemPrior({ width, benchmarks, benchmarkOf, features });
  const abilities = initialAbilities(answers, k);
  const items = new Float64Array(Q * width);
  const covariances = new Float64Array(Q * width * width);
  const abilityCovariances = new Float64Array(M * k * k);
  for (let iteration = 0; iteration < iterations; iteration++) {
    stepItems({ answers, abilities, prior, items, covariances, width });
    prior.update(items, covariances, answered);
    stepAbilities({ answers, abilities, items, covariances: abilityCovariances, width });
  }
  stepItems({ answers, abilities, prior, items, covariances, width });
  const modes = new Float64Array(M * k);
  for (let m = 0; m < M; m++) {
    for (let i = 0; i < k; i++) modes[m * k + i] = abilities[m * width + 1 + i]!;
  }
  const parameters = { count: Q, dimensions: k, means: items, covariances };
  return {
    items: parameters,
    abilityPrior: abilityPriorOf({
      modes,
      covariances: abilityCovariances,
      items: parameters,
      benchmarkOf,
    }),
    abilities: modes,
  };
}

function answeredQuestions({ questions: Q, models: M, labels }: PoolAnswers): Int32Array {
  const answered: number[] = [];
  for (let q = 0; q < Q; q++) {
    for (let m = 0; m < M; m++) {
      if (labels[q * M + m] !== MISSING) {
        answered.push(q);
        break;
      }
    }
  }
  return Int32Array.from(answered);
}

/**
 * Abilities to begin with: the leading eigenvectors of the models' covariance over questions,
 * scaled to mean square 1; row-major [M, k + 1], first column 1.
 */
function initialAbilities(answers: PoolAnswers, k: number): Float64Array {
  const { questions: Q, models: M, labels } = answers;
  const gram = new Float64Array(M * M);
  const row = new Float64Array(M);
  for (let q = 0; q < Q; q++) {
    let sum = 0;
    let count = 0;
    for (let m = 0; m < M; m++) {
      const label = labels[q * M + m]!;
      if (label === MISSING) continue;
      sum += label;
      count++;
    }
    if (sum === 0 || sum === count) continue;
    for (let m = 0; m < M; m++) {
      const label = labels[q * M + m]!;
      row[m] = label === MISSING ? 0 : label - sum / count;
    }
    for (let a = 0; a < M; a++) {
      const x = row[a]!;
      if (x === 0) continue;
      for (let b = 0; b <= a; b++) {
        gram[a * M + b] = gram[a * M + b]! + x * row[b]!;
      }
    }
  }
  for (let a = 0; a < M; a++) {
    for (let b = 0; b < a; b++) gram[b * M + a] = gram[a * M + b]!;
  }
  const { vectors } = symmetricEigen(gram, M);
  const abilities = new Float64Array(M * (k + 1));
  for (let m = 0; m < M; m++) {
    abilities[m * (k + 1)] = 1;
    for (let i = 0; i < Math.min(k, M); i++) {
      abilities[m * (k + 1) + 1 + i] = Math.sqrt(M) * vectors[i * M + m]!;
    }
  }
  return abilities;
}
