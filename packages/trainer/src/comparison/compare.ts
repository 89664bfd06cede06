import {
  EmbedLLMError,
  evaluatePredictions,
  Random,
  type SplitFractions,
  splitQuestions,
} from '@embedllm/core';
import type { CategorizedSet } from '../categories/categorized-set.js';
import { assertLabelledSet } from '../direct/labelled-set.js';
import type { Engine } from '../engines/engine.js';
import { resolveEngine } from '../engines/resolve-engine.js';
import { bootstrapMean, type Interval } from './bootstrap.js';
import type { Estimator } from './estimators.js';

/** Figures that are compared; lower is better for the Brier score, log loss and ECE. */
export type ComparedMetric =
  | 'accuracy'
  | 'auroc'
  | 'brierScore'
  | 'logLoss'
  | 'expectedCalibrationError'
  | 'routingAccuracy';

const METRICS: readonly ComparedMetric[] = [
  'accuracy',
  'auroc',
  'brierScore',
  'logLoss',
  'expectedCalibrationError',
  'routingAccuracy',
];

/** What `compare` takes. */
export interface CompareOptions {
  /** All questions; each seed splits them anew. */
  readonly data: CategorizedSet;
  /** With names of their own; the first is what the others are compared with. */
  readonly estimators: readonly Estimator[];
  /** One split and fit each; three or more for intervals. @default 0 to 9 */
  readonly seeds?: readonly number[] | undefined;
  /** @default { train: 0.8, val: 0.1, test: 0.1 } */
  readonly fractions?: SplitFractions | undefined;
  /** Resamples of the bootstrap, ≥ 100. @default 10,000 */
  readonly resamples?: number | undefined;
  /** Where products run. @default what `resolveEngine` finds; disposed of at the end */
  readonly engine?: Engine | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called after each fit. */
  readonly onProgress?: ((progress: CompareProgress) => void) | undefined;
}

/** How far the comparison is. */
export interface CompareProgress {
  readonly seed: number;
  readonly estimator: string;
  /** Fits that are done, and their total. */
  readonly done: number;
  readonly total: number;
}

/** Figures of one estimator over all seeds, on the test questions of each split. */
export interface ComparisonRow {
  readonly name: string;
  /** Names of the fitted predictors, with the settings that each seed chose. */
  readonly predictors: readonly string[];
  /** The values of each seed. */
  readonly values: Readonly<Record<ComparedMetric, readonly number[]>>;
  /** Means over the seeds; the seeds are resampled. */
  readonly metrics: Readonly<Record<ComparedMetric, Interval>>;
  /** Paired differences to the first estimator, this one less that one, seed by seed. */
  readonly differences: Readonly<Record<ComparedMetric, Interval>>;
  /** Mean seconds of a fit, choice of settings included. */
  readonly fitSeconds: number;
}

/**
 * Fits estimators on the same repeated splits and measures them on the test questions, with
 * bootstrap intervals over the repetitions. Repetitions share questions, so that intervals say
 * how stable a figure is over splits of these data, not how it carries over to other data.
 *
 * @throws EmbedLLMError `invalid-argument` when names or seeds are repeated or a list is empty,
 * `shape-mismatch` when the data do not fit together; the signal's reason when aborted; and as
 * the estimators do.
 * @example
 * const rows = await compare({ data, estimators: [directSolver(), kNearestNeighbours()] });
 * console.log(formatComparison(rows));
 */
export async function compare(options: CompareOptions): Promise<ComparisonRow[]> {
  const { data, estimators, signal } = options;
  const seeds = options.seeds ?? [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
  const resamples = options.resamples ?? 10_000;
  assertComparable(data, estimators, seeds, resamples);
  const engine = options.engine ?? (await resolveEngine());
  try {
    const runs = estimators.map(() => ({
      predictors: [] as string[],
      seconds: 0,
      values: emptyValues(),
    }));
    let done = 0;
    for (const seed of seeds) {
      const split = splitQuestions(data.categories, { seed, fractions: options.fractions });
      const [train, validation, test] = [split.train, split.val, split.test].map((indices) =>
        selectQuestions(data, indices),
      ) as [CategorizedSet, CategorizedSet, CategorizedSet];
      for (const [index, estimator] of estimators.entries()) {
        signal?.throwIfAborted();
        const run = runs[index];
        if (!run) continue;
        const start = performance.now();
        const predictor = await estimator.fit({ train, validation, engine, seed, signal });
        run.seconds += (performance.now() - start) / 1000;
        run.predictors.push(predictor.name);
        const predictions = await predictor.predictProbabilities(test.embeddings, {
          categories: test.categories,
          truth: test.correctness,
        });
        const figures = evaluatePredictions(predictions, test.correctness);
        for (const metric of METRICS) run.values[metric].push(figures[metric] ?? Number.NaN);
        done++;
        const total = seeds.length * estimators.length;
        options.onProgress?.({ seed, estimator: estimator.name, done, total });
      }
    }
    const first = runs[0]?.values ?? emptyValues();
    return runs.map(({ predictors, seconds, values }, index) => ({
      name: estimators[index]?.name ?? '',
      predictors,
      values,
      metrics: intervals(values, resamples),
      differences: intervals(subtract(values, first), resamples),
      fitSeconds: seconds / seeds.length,
    }));
  } finally {
    if (!options.engine) await engine.dispose();
  }
}

type Values = Record<ComparedMetric, number[]>;

function emptyValues(): Values {
  return {
    accuracy: [],
    auroc: [],
    brierScore: [],
    logLoss: [],
    expectedCalibrationError: [],
    routingAccuracy: [],
  };
}

function intervals(values: Values, resamples: number): Record<ComparedMetric, Interval> {
  const of = (metric: ComparedMetric): Interval =>
    bootstrapMean(values[metric], resamples, new Random(0));
  return {
    accuracy: of('accuracy'),
    auroc: of('auroc'),
    brierScore: of('brierScore'),
    logLoss: of('logLoss'),
    expectedCalibrationError: of('expectedCalibrationError'),
    routingAccuracy: of('routingAccuracy'),
  };
}

function subtract(values: Values, other: Values): Values {
  const result = emptyValues();
  for (const metric of METRICS) {
    result[metric] = values[metric].map((value, seed) => value - (other[metric][seed] as number));
  }
  return result;
}

function selectQuestions(data: CategorizedSet, indices: readonly number[]): CategorizedSet {
  return {
    embeddings: data.embeddings.selectRows(indices),
    correctness: data.correctness.selectQuestions(indices),
    categories: indices.map((index) => data.categories[index] as string),
  };
}

function assertComparable(
  data: CategorizedSet,
  estimators: readonly Estimator[],
  seeds: readonly number[],
  resamples: number,
): void {
  assertLabelledSet(data, 'compared');
  const names = new Set(estimators.map(({ name }) => name));
  const problem =
    data.categories.length !== data.correctness.questionCount
      ? `there are ${data.categories.length} categories for ${data.correctness.questionCount} questions`
      : estimators.length === 0
        ? 'there is no estimator'
        : names.size < estimators.length
          ? 'two estimators have the same name'
          : seeds.length === 0
            ? 'there is no seed'
            : new Set(seeds).size < seeds.length
              ? 'a seed is there twice, and its split would count twice'
              : !Number.isInteger(resamples) || resamples < 100
                ? `resamples must be an integer of at least 100, but is ${resamples}`
                : undefined;
  if (problem) throw new EmbedLLMError('invalid-argument', `Nothing can be compared: ${problem}.`);
}
