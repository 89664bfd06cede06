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

/** Estimators whose probabilities are no forecast. */
const REFERENCES: ReadonlySet<string> = new Set(['single best', 'random', 'oracle']);

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
      embeddings,
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
  return describeComparison(rows, seeds);
}

/** Rows of `compare()` as plain JSON: what is not finite is left out. */
export function describeComparison(
  rows: readonly ComparisonRow[],
  seeds?: readonly number[],
): ComparisonContent {
  return {
    splits: rows[0]?.values.routingAccuracy.length ?? 0,
    seeds,
    entries: rows.map(
      ({ name, predictors, metrics, differences, fitSeconds }): ComparisonEntry => ({
        name,
        kind: REFERENCES.has(name) ? 'reference' : 'estimator',
        predictors: [...new Set(predictors)],
        metrics: finite(metrics),
        differences: finite(differences),
        fitSeconds,
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
