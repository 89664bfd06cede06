import type { CorrectnessMatrix } from '../correctness/correctness-matrix.js';
import { coverageGroups } from './coverage-groups.js';
import { EASINESS_GRID as GRID, normalize, spread, startingWeights } from './easiness-grid.js';
import { assertObserved } from './predictions.js';

/** Number of values that easiness can take. */
const K: number = GRID.length;
/** Logits; a thousandth moves an accuracy by at most a quarter of a thousandth. */
const TOLERANCE = 1e-3;
const MAX_ROUNDS = 200;

/** Precision of the prior N(0, 1) of abilities: few answers draw a model towards the pool's mean. */
export const ABILITY_PRECISION = 1;

/** A Rasch model of the labels: P(correct) = sigmoid(ability of the model + easiness of the question). */
export interface TwoWayFit {
  /** In logits, length M; 0, the prior's mean, for a model without labels. */
  readonly ability: Float64Array;
  /** Variance of the easiness of each question given its labels, length Q. */
  readonly easinessVariance: Float64Array;
  /** The expected probability that a model answers a question correctly, asked or not. */
  probability(question: number, model: number): number;
}

/**
 * Fits one ability for each model, and a distribution of easiness for each question, to the
 * observed labels (Rasch 1960), so that models which were asked other questions can be compared.
 * Abilities have a normal prior of standard deviation 1, a ridge. Easiness is integrated out
 * (marginal likelihood by EM, Bock and Aitkin 1981) over a grid, with a distribution of its own for
 * each group of questions that were asked of the same models: benchmarks differ, and who was asked
 * which is no accident. Deterministic; 26 additions a label in each of 5 to 50 rounds.
 *
 * @throws EmbedLLMError `invalid-data` when no label is observed.
 */
export function fitTwoWay(truth: CorrectnessMatrix): TwoWayFit {
  const observed = assertObserved(truth);
  const { questionCount: Q, modelCount: M } = truth;
  const data = collect(truth, observed);
  const ability = new Float64Array(M);
  let { table } = data;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    updatePosterior(data, table);
    updateWeights(data);
    const moved = moveAbilities(data, ability, table);
    table = tableOf(ability);
    if (moved < TOLERANCE) break;
  }
  updatePosterior(data, table);
  const { posterior } = data;
  return {
    ability,
    easinessVariance: Float64Array.from({ length: Q }, (_, question) =>
      spread(posterior.subarray(question * K, (question + 1) * K)),
    ),
    probability: (question, model) => {
      let sum = 0;
      for (let k = 0; k < K; k++) {
        sum += posterior[question * K + k]! * table[model * K + k]!;
      }
      return sum;
    },
  };
}

/** The labels in a form for fast loops, and what the rounds change. */
interface FitData {
  /** Where the labels of each question begin, length Q + 1. */
  readonly starts: Float64Array;
  readonly models: Uint32Array;
  readonly labels: Uint8Array;
  /** Of each question, length Q, from 0. */
  readonly groups: Uint32Array;
  /** Distributions of easiness before any round, length K, and of each group, [groups, K]. */
  readonly start: Float64Array;
  readonly weights: Float64Array;
  /** The distribution of each question's easiness given its labels, [Q, K]. */
  readonly posterior: Float64Array;
  /** Questions of each easiness that each model was asked, [M, K], and had right, length M. */
  readonly asked: Float64Array;
  readonly correct: Float64Array;
  /** P(correct) of each model at each easiness, [M, K], of abilities that are all 0. */
  readonly table: Float64Array;
}

function collect(truth: CorrectnessMatrix, observed: number): FitData {
  const { questionCount: Q, modelCount: M } = truth;
  const starts = new Float64Array(Q + 1);
  const models = new Uint32Array(observed);
  const labels = new Uint8Array(observed);
  const correct = new Float64Array(M);
  let [next, sum] = [0, 0];
  truth.forEachLabel((question, model, label) => {
    models[next] = model;
    labels[next++] = label;
    sum += label;
    correct[model] = correct[model]! + label;
    starts[question + 1] = next;
  });
  // Questions without labels begin where the one before ends.
  for (let q = 1; q <= Q; q++) starts[q] = Math.max(starts[q]!, starts[q - 1]!);
  const { groups, count } = coverageGroups(truth);
  const start = startingWeights((sum + 0.5) / (observed + 1));
  return {
    starts,
    models,
    labels,
    groups,
    start,
    weights: Float64Array.from({ length: count * K }, (_, index) => start[index % K]!),
    posterior: new Float64Array(Q * K),
    asked: new Float64Array(M * K),
    correct,
    table: tableOf(new Float64Array(M)),
  };
}

function tableOf(ability: Float64Array): Float64Array {
  return Float64Array.from({ length: ability.length * K }, (_, index) => {
    const z = GRID[index % K]! + ability[Math.floor(index / K)]!;
    return 1 / (1 + Math.exp(-z));
  });
}

/** What the labels say of each question's easiness, and how much of it each model was asked. */
function updatePosterior(data: FitData, table: Float64Array): void {
  const { starts, models, labels, groups, weights, posterior, asked } = data;
  const right = table.map((p) => Math.log(p));
  const wrong = table.map((p) => Math.log(1 - p));
  const row = new Float64Array(K);
  asked.fill(0);
  for (let question = 0; question < groups.length; question++) {
    const from = starts[question]!;
    const to = starts[question + 1]!;
    row.fill(0);
    for (let entry = from; entry < to; entry++) {
      const offset = models[entry]! * K;
      const log = labels[entry] === 1 ? right : wrong;
      for (let k = 0; k < K; k++) row[k] = row[k]! + log[offset + k]!;
    }
    let most = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < K; k++) most = Math.max(most, row[k]!);
    const group = groups[question]! * K;
    for (let k = 0; k < K; k++) {
      row[k] = weights[group + k]! * Math.exp(row[k]! - most);
    }
    normalize(row);
    posterior.set(row, question * K);
    for (let entry = from; entry < to; entry++) {
      const offset = models[entry]! * K;
      for (let k = 0; k < K; k++) {
        asked[offset + k] = asked[offset + k]! + row[k]!;
      }
    }
  }
}

/** The easiness of each group's questions, and one question more that is as at the start. */
function updateWeights({ groups, posterior, start, weights }: FitData): void {
  for (let index = 0; index < weights.length; index++) weights[index] = start[index % K]!;
  for (let question = 0; question < groups.length; question++) {
    const group = groups[question]! * K;
    for (let k = 0; k < K; k++) {
      const share = posterior[question * K + k]!;
      weights[group + k] = weights[group + k]! + share;
    }
  }
  for (let group = 0; group < weights.length; group += K) {
    normalize(weights.subarray(group, group + K));
  }
}

/** One Newton step for the ability of every model; returns how far the farthest went. */
function moveAbilities(
  { asked, correct }: FitData,
  ability: Float64Array,
  table: Float64Array,
): number {
  let moved = 0;
  for (let model = 0; model < ability.length; model++) {
    let gradient = ABILITY_PRECISION * ability[model]! - correct[model]!;
    let curvature = ABILITY_PRECISION;
    for (let k = 0; k < K; k++) {
      const count = asked[model * K + k]!;
      const p = table[model * K + k]!;
      gradient += count * p;
      curvature += count * p * (1 - p);
    }
    // Far from the solution the sigmoid is flat, and a step may overshoot.
    const step = Math.max(-1, Math.min(1, gradient / curvature));
    ability[model] = ability[model]! - step;
    moved = Math.max(moved, Math.abs(step));
  }
  return moved;
}
