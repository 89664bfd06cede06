import type { EvaluationDataset, Matrix } from '@embedllm/core';
import {
  type ComparedMetric,
  type ComparisonRow,
  categoryMeans,
  compare,
  directSolver,
  type Engine,
  type Interval,
  kNearestNeighbours,
  modelMeans,
  oracle,
  randomModel,
  singleBestModel,
} from '@embedllm/trainer';
import type { ComparisonContent, ComparisonEntry } from '../content/comparison-content.js';
import type { ReportInterval } from '../content/section.js';
import type { ReportComparison } from './collect-options.js';

/** Estimators whose probabilities are not a forecast. */
const SINGLE_BEST = 'single best';
const REFERENCES: ReadonlySet<string> = new Set([SINGLE_BEST, 'random', 'oracle']);

/** Runs `compare()` of the trainer with what a report usually shows. */
export async function runComparison(options: {
  readonly dataset: EvaluationDataset;
  readonly embeddings: Matrix;
  readonly comparison: ReportComparison;
  readonly engine: Engine;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress: (done: number, total: number) => void;
}): Promise<ComparisonContent> {
  const { dataset, embeddings, comparison, engine, signal, onProgress } = options;
  const seeds = comparison.seeds ?? [0, 1, 2, 3, 4];
  const rows = await compare({
    data: {
      embeddings: comparison.embeddings ?? embeddings,
      correctness: dataset.correctness,
      categories: dataset.questions.map(({ category }) => category),
    },
    estimators: comparison.estimators ?? [
      directSolver(),
      kNearestNeighbours(),
      categoryMeans(),
      modelMeans(),
      singleBestModel(),
      randomModel(),
      oracle(),
    ],
    seeds,
    engine,
    signal,
    onProgress: ({ done, total }) => onProgress(done, total),
  });
  return describeComparison(rows, { seeds, refitted: comparison.embeddings !== undefined });
}

/** Rows of `compare()` as plain JSON: what is not finite is left out. */
export function describeComparison(
  rows: readonly ComparisonRow[],
  of: { readonly seeds?: readonly number[]; readonly refitted?: boolean } = {},
): ComparisonContent {
  return {
    splits: rows[0]?.values.routingAccuracy.length ?? 0,
    seeds: of.seeds,
    refitted: of.refitted,
    entries: rows.map(
      ({ routingLessSingleBest, ...row }): ComparisonEntry => ({
        name: row.name,
        kind: REFERENCES.has(row.name) ? 'reference' : 'estimator',
        predictors: [...new Set(row.predictors)],
        metrics: finite(row.metrics),
        differences: finite(row.differences),
        routingLessSingleBest: row.name === SINGLE_BEST ? undefined : routingLessSingleBest,
        fitSeconds: row.fitSeconds,
      }),
    ),
  };
}

function finite(
  figures: Readonly<Record<ComparedMetric, Interval>>,
): Partial<Record<ComparedMetric, ReportInterval>> {
  return Object.fromEntries(
    Object.entries(figures).filter(([, { mean }]) => Number.isFinite(mean)),
  );
}
