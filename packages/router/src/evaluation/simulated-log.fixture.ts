import { Random } from '@embedllm/core';

/** A world of questions whose true probabilities of a right answer are known. */
export interface SimulatedWorld {
  /** True probabilities, by question and model. */
  readonly truth: readonly (readonly number[])[];
  /** What a router predicts of them, with errors. */
  readonly predicted: readonly (readonly number[])[];
  /** The choice of the judged policy, by question. */
  readonly chosen: readonly number[];
  /** Its true quality. */
  readonly value: number;
}

/** A log that an exploring policy left, as `estimatePolicy` takes it. */
export interface SimulatedLog {
  readonly outcomes: number[];
  readonly propensities: number[];
  readonly choices: number[];
  readonly expected: number[];
  readonly expectedOfPolicy: number[];
}

const QUESTIONS = 2000;
const logistic = (z: number): number => 1 / (1 + Math.exp(-z));
const best = (values: readonly number[]): number => values.indexOf(Math.max(...values));

/** Questions of different difficulty, and a policy that weighs predictions against made-up prices. */
export function simulatedWorld(models: number, seed: number): SimulatedWorld {
  const random = new Random(seed);
  const truth: number[][] = [];
  const predicted: number[][] = [];
  const chosen: number[] = [];
  for (let question = 0; question < QUESTIONS; question++) {
    const ease = random.normal() * 1.5;
    const logits = Array.from({ length: models }, (_, m) => ease + 0.4 * m + 0.7 * random.normal());
    truth.push(logits.map(logistic));
    const seen = logits.map((logit) => logistic(0.8 * logit + 0.5 * random.normal()));
    predicted.push(seen);
    chosen.push(best(seen.map((p, m) => p - 0.06 * m)));
  }
  const value = chosen.reduce((sum, m, q) => sum + (truth[q]?.[m] ?? 0) / QUESTIONS, 0);
  return { truth, predicted, chosen, value };
}

/** Draws decisions of an ε-greedy policy over the same predictions, and what came of them. */
export function simulatedLog(
  { truth, predicted, chosen }: SimulatedWorld,
  options: { readonly decisions: number; readonly epsilon: number; readonly seed: number },
): SimulatedLog {
  const random = new Random(options.seed);
  const log: SimulatedLog = {
    ...{ outcomes: [], propensities: [], choices: [] },
    ...{ expected: [], expectedOfPolicy: [] },
  };
  for (let i = 0; i < options.decisions; i++) {
    const question = random.integer(truth.length);
    const seen = predicted[question] ?? [];
    const greedy = best(seen);
    const explored = random.integer(seen.length);
    const made = random.uniform() < options.epsilon ? explored : greedy;
    const share = options.epsilon / seen.length;
    log.propensities.push(share + (made === greedy ? 1 - options.epsilon : 0));
    log.outcomes.push(Number(random.uniform() < (truth[question]?.[made] ?? 0)));
    log.choices.push(Number(made === chosen[question]));
    log.expected.push(seen[made] ?? 0);
    log.expectedOfPolicy.push(seen[chosen[question] ?? 0] ?? 0);
  }
  return log;
}
