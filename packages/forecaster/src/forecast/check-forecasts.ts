import { MISSING, Random } from '@embedllm/core';
import { abilityPosterior } from '../item-response/ability-posterior.js';
import type { AbilityPrior } from '../item-response/ability-prior.js';
import type { PoolAnswers } from '../item-response/fit-items.js';
import { fitPool } from '../item-response/fit-pool.js';
import { InformationState } from '../item-response/information-state.js';
import type { ItemParameters } from '../item-response/item-parameters.js';
import { pickGreedily } from '../item-response/pick-greedily.js';
import type { TextFeatures } from '../item-response/text-features.js';
import type { CheckedForecast } from './forecast-calibration.js';
import { forecastPopulation } from './forecast-population.js';

/** What all folds of a pool share. */
export interface FoldPool {
  readonly answers: PoolAnswers;
  /** Index of the benchmark of each question, length Q. */
  readonly benchmarkOf: Int32Array;
  readonly benchmarkCount: number;
  readonly features: TextFeatures;
  readonly iterations: number;
}

/** Models to leave out of a pool, and how to forecast them. */
export interface Fold {
  readonly dimensions: number;
  /** The models to leave out, by column. */
  readonly leftOut: readonly number[];
  /** Numbers of answers to forecast from. */
  readonly answerCounts: readonly number[];
  readonly draws: number;
  readonly seed: number;
  /** How the answered questions are chosen: at random, or by `selectQuestions`. */
  readonly sample: 'random' | 'chosen';
}

/** A pool and a fold of it. */
export type FoldOptions = FoldPool & Fold;

/** Draws of the abilities by which questions are chosen. */
const CHOICE_DRAWS = 64;
/** Benchmarks where a model has fewer labels do not count: their accuracy is mostly chance. */
const FEWEST_LABELS = 20;

/** Fits the pool without some of its models and forecasts these from a few of their answers. */
export function checkFold(options: FoldOptions): CheckedForecast[] {
  const { answers, benchmarkOf, benchmarkCount, features, leftOut, dimensions } = options;
  const out = new Set(leftOut);
  const kept = Array.from({ length: answers.models }, (_, m) => m).filter((m) => !out.has(m));
  const { items, abilityPrior } = fitPool({
    answers: selectModels(answers, kept),
    benchmarkOf,
    benchmarks: benchmarkCount,
    features,
    dimensions,
    iterations: options.iterations,
  });
  const fitted = { items, abilityPrior, benchmarkOf, benchmarkCount };
  const checked: CheckedForecast[] = [];
  for (const model of leftOut) {
    const asked: number[] = [];
    for (let q = 0; q < answers.questions; q++) {
      if (answers.labels[q * answers.models + model] !== MISSING) asked.push(q);
    }
    const labelOf = (q: number): number => answers.labels[q * answers.models + model]!;
    const population = Int32Array.from(asked);
    const totals = new Float64Array(benchmarkCount);
    const correct = new Float64Array(benchmarkCount);
    for (const q of asked) {
      const benchmark = benchmarkOf[q]!;
      totals[benchmark] = totals[benchmark]! + 1;
      correct[benchmark] = correct[benchmark]! + labelOf(q);
    }
    const most = Math.max(...options.answerCounts.filter((n) => 2 * n <= asked.length), 0);
    const order =
      options.sample === 'random'
        ? new Random(options.seed + model).shuffle([...asked])
        : chooseInTurns({ ...fitted, asked, labelOf, count: most, seed: options.seed });
    for (const n of options.answerCounts) {
      // With most of the questions answered there is too little left to be wrong about.
      if (2 * n > asked.length) continue;
      const sample = order.slice(0, n);
      const forecasts = forecastPopulation({
        fitted,
        observed: {
          questions: Int32Array.from(sample),
          labels: Uint8Array.from(sample, labelOf),
        },
        population,
        draws: options.draws,
        seed: options.seed,
        randomSample: options.sample === 'random',
      }).filter(({ questions }) => questions >= FEWEST_LABELS);
      const accuracies = forecasts.map(({ benchmark }) => correct[benchmark]! / totals[benchmark]!);
      checked.push({ answers: n, forecasts, accuracies });
    }
  }
  return checked;
}

/** Questions in the order in which a model is asked them, a batch at a time. */
function chooseInTurns(options: {
  readonly items: ItemParameters;
  readonly abilityPrior: AbilityPrior;
  readonly benchmarkOf: Int32Array;
  readonly benchmarkCount: number;
  readonly asked: readonly number[];
  readonly labelOf: (q: number) => number;
  readonly count: number;
  readonly seed: number;
}): number[] {
  const { items, abilityPrior, benchmarkOf, benchmarkCount, asked, labelOf, count, seed } = options;
  const totals = new Int32Array(benchmarkCount);
  for (const q of asked) totals[benchmarkOf[q]!] = totals[benchmarkOf[q]!]! + 1;
  const chosen: number[] = [];
  while (chosen.length < count) {
    const answered = new Set(chosen);
    const state = new InformationState({
      items,
      posterior: abilityPosterior({
        items,
        prior: abilityPrior,
        observed: { questions: Int32Array.from(chosen), labels: Uint8Array.from(chosen, labelOf) },
        draws: CHOICE_DRAWS,
        seed,
      }),
      benchmarkOf,
      answered,
      targets: [...totals.keys()].filter((benchmark) => totals[benchmark]! > 0),
      totals,
    });
    const open = asked.filter((q) => !answered.has(q));
    const batch = Math.min(Math.max(5, chosen.length), count - chosen.length);
    chosen.push(...pickGreedily([state], open, batch));
  }
  return chosen;
}

function selectModels(answers: PoolAnswers, models: readonly number[]): PoolAnswers {
  const { questions, labels } = answers;
  const selected = new Uint8Array(questions * models.length);
  for (let q = 0, target = 0; q < questions; q++) {
    for (const m of models) selected[target++] = labels[q * answers.models + m]!;
  }
  return { questions, models: models.length, labels: selected };
}
