import { didYouMean, quantity } from '@embedllm/internals';
import {
  type ComparisonRow,
  categoryMeans,
  clusterDifficulty,
  compare,
  directSolver,
  type Estimator,
  kNearestNeighbours,
  modelMeans,
  oracle,
  randomModel,
  singleBestModel,
} from '@embedllm/trainer';
import { embedSplits } from '../../inputs/embed-splits.js';
import { openDataset } from '../../inputs/open-dataset.js';
import { openEngine } from '../../inputs/open-engine.js';
import type { Context } from '../../program/context.js';
import { UsageError } from '../../program/failure.js';
import { ESTIMATOR_NAMES, type EstimatorName } from './estimator-names.js';
import { formatComparisonTables } from './format-comparison-tables.js';
import type { CompareCommandOptions } from './options.js';

/** What a comparison found; plain JSON. */
export interface ComparisonSummary {
  readonly data: string;
  readonly encoder: string;
  readonly seeds: readonly number[];
  readonly rows: readonly ComparisonRow[];
}

/** Fits estimators on repeated splits and measures them on the test questions of each. */
export async function compareEstimators(
  context: Context,
  options: CompareCommandOptions,
): Promise<{ summary: ComparisonSummary; text: string }> {
  const estimators = await Promise.all(options.estimators.map(createEstimator));
  const dataset = await openDataset(context, options);
  const { embeddings, encoder } = await embedSplits(context, dataset, options);
  const seeds = Array.from({ length: options.splits }, (_, index) => options.seed + index);
  const engine = await openEngine(context, undefined);
  const task = context.progress.start('Comparing');
  try {
    const rows = await compare({
      data: { embeddings, correctness: dataset.correctness, categories: dataset.categories },
      estimators,
      seeds,
      resamples: options.resamples,
      engine,
      signal: context.signal,
      onProgress: task.onProgress,
    });
    const range = seeds.length === 1 ? `seed ${seeds[0]}` : `seeds ${seeds[0]} to ${seeds.at(-1)}`;
    const text = `${formatComparisonTables(rows)}\n${quantity(seeds.length, 'split')} (${range}); vectors: ${encoder}.`;
    return { summary: { data: dataset.path, encoder, seeds, rows }, text };
  } finally {
    task.end();
    await engine.dispose();
  }
}

async function createEstimator(name: EstimatorName): Promise<Estimator> {
  switch (name) {
    case 'direct':
      return directSolver();
    case 'adam': {
      const { adamSolver } = await import('@embedllm/trainer/tfjs');
      return adamSolver();
    }
    case 'knn':
      return kNearestNeighbours();
    case 'irt-1':
      return clusterDifficulty({ parameters: 1 });
    case 'irt-2':
      return clusterDifficulty({ parameters: 2 });
    case 'category-means':
      return categoryMeans();
    case 'model-means':
      return modelMeans();
    case 'single-best':
      return singleBestModel();
    case 'random':
      return randomModel();
    case 'oracle':
      return oracle();
    default:
      throw new UsageError(
        `Unknown estimator ${String(name)}.${didYouMean(String(name), ESTIMATOR_NAMES)} Available: ${ESTIMATOR_NAMES.join(', ')}.`,
      );
  }
}
