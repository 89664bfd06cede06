import {
  EmbedLLMError,
  evaluatePredictions,
  type Matrix,
  outcomes,
  type PairedDifference,
  type Progress,
  pairedDifference,
  type QuestionSplit,
  routeAll,
  type SplitFractions,
  singleBest,
  splitQuestions,
} from '@embedllm/core';
import type { CategorizedSet } from '../categories/categorized-set.js';
import { assertLabelledSet } from '../direct/labelled-set.js';
import type { Engine } from '../engines/engine.js';
import { resolveEngine } from '../engines/resolve-engine.js';
import type { Interval } from './bootstrap.js';
import {
  COMPARED_METRICS,
  type ComparedMetric,
  emptyValues,
  intervalsOf,
  subtractValues,
} from './compared-metrics.js';
import type { Estimator } from './estimators.js';

/** What is compared on. */
export interface ComparedData extends Omit<CategorizedSet, 'embeddings'> {
  /**
   * Shape [Q, D]; or a function that makes them for a split, for an encoder that is fitted. It may
   * read only the questions of `split.train`.
   */
  readonly embeddings: Matrix | ((split: QuestionSplit, seed: number) => Promise<Matrix>);
}

/** What `compare` takes. */
export interface CompareOptions {
  /** All questions; each seed splits them again. */
  readonly data: ComparedData;
  /** With unique names; the others are compared with the first. */
  readonly estimators: readonly Estimator[];
  /** One split and fit each; three or more for intervals. @default 0 to 9 */
  readonly seeds?: readonly number[] | undefined;
  /** @default { train: 0.8, validation: 0.1, test: 0.1 } */
  readonly fractions?: SplitFractions | undefined;
  /** Resamples of the bootstrap, ≥ 100. @default 10,000 */
  readonly resamples?: number | undefined;
  /** Where products run. @default what `resolveEngine` finds; disposed of at the end */
  readonly engine?: Engine | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called after each fit. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
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
  /**
   * Routing accuracy less that of the first estimator, and less that of the model which
   * `singleBest` finds on the training questions of each split. Paired question by question over
   * all splits, on those that both can be judged on; intervals carry over to other questions.
   */
  readonly routingLessFirst: PairedDifference | undefined;
  readonly routingLessSingleBest: PairedDifference | undefined;
  /** Mean seconds of a fit, choice of settings included. */
  readonly fitSeconds: number;
}

/**
 * Fits estimators on the same repeated splits and measures them on the test questions, with
 * bootstrap intervals over the repetitions. Repetitions share questions, so that these intervals
 * say how stable a figure is over splits of these data, not how it carries over to other data;
 * those of `routingLessFirst` and `routingLessSingleBest` do.
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
      routed: [] as (number | undefined)[],
    }));
    const questions: string[] = [];
    const fixed: (number | undefined)[] = [];
    let done = 0;
    for (const seed of seeds) {
      const split = splitQuestions(data.categories, { seed, fractions: options.fractions });
      const { train, validation, test } = await partsOf(data, split, seed);
      const best = singleBest(train.correctness).model;
      questions.push(...test.correctness.questions);
      fixed.push(...test.correctness.questions.map((_, q) => test.correctness.get(q, best)));
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
        for (const metric of COMPARED_METRICS) {
          run.values[metric].push(figures[metric] ?? Number.NaN);
        }
        run.routed.push(...outcomes(test.correctness, routeAll(predictions, test.correctness)));
        done++;
        const total = seeds.length * estimators.length;
        options.onProgress?.({
          ...{ phase: 'compare', done, total, unit: 'fits' },
          detail: `${estimator.name}, seed ${seed}`,
        });
      }
    }
    const first = runs[0];
    return runs.map(({ predictors, seconds, values, routed }, index) => ({
      name: estimators[index]?.name ?? '',
      predictors,
      values,
      metrics: intervalsOf(values, resamples),
      differences: intervalsOf(subtractValues(values, first?.values ?? values), resamples),
      routingLessFirst: pairedDifference(routed, first?.routed ?? routed, questions),
      routingLessSingleBest: pairedDifference(routed, fixed, questions),
      fitSeconds: seconds / seeds.length,
    }));
  } finally {
    if (!options.engine) await engine.dispose();
  }
}

/** The parts of a split, with embeddings that belong to it. */
async function partsOf(
  { embeddings, ...labels }: ComparedData,
  split: QuestionSplit,
  seed: number,
): Promise<Record<'train' | 'validation' | 'test', CategorizedSet>> {
  const vectors = typeof embeddings === 'function' ? await embeddings(split, seed) : embeddings;
  const data = { ...labels, embeddings: vectors };
  assertLabelledSet(data, 'compared');
  return {
    train: selectQuestions(data, split.train),
    validation: selectQuestions(data, split.validation),
    test: selectQuestions(data, split.test),
  };
}

function selectQuestions(data: CategorizedSet, indices: readonly number[]): CategorizedSet {
  return {
    embeddings: data.embeddings.selectRows(indices),
    correctness: data.correctness.selectQuestions(indices),
    categories: indices.map((index) => data.categories[index] as string),
  };
}

function assertComparable(
  data: ComparedData,
  estimators: readonly Estimator[],
  seeds: readonly number[],
  resamples: number,
): void {
  const names = new Set(estimators.map(({ name }) => name));
  const problem =
    data.categories.length !== data.correctness.questionCount
      ? `there are ${data.categories.length} categories for ${data.correctness.questionCount} questions`
      : estimators.length === 0
        ? 'no estimators were given'
        : names.size < estimators.length
          ? 'two estimators have the same name'
          : seeds.length === 0
            ? 'no seeds were given'
            : new Set(seeds).size < seeds.length
              ? 'a seed occurs twice, so its split would count twice'
              : !Number.isInteger(resamples) || resamples < 100
                ? `resamples must be an integer of at least 100, but is ${resamples}`
                : undefined;
  if (problem)
    throw new EmbedLLMError(`Nothing can be compared: ${problem}.`, { code: 'invalid-argument' });
}
