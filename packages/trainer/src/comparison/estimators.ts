import { EmbedLLMError } from '@embedllm/core';
import { createOracle, fitRandom, fitSingleBest } from '../baselines/bounds.js';
import { fitCategoryMeans } from '../baselines/category-means.js';
import { fitClusterDifficulty } from '../baselines/cluster-difficulty.js';
import { fitKNearestNeighbours } from '../baselines/k-nearest-neighbours.js';
import { fitModelMeans } from '../baselines/model-means.js';
import type { Predictor } from '../baselines/predictor.js';
import type { CategorizedSet } from '../categories/categorized-set.js';
import {
  type TrainWithCategoriesOptions,
  trainWithCategories,
} from '../categories/train-with-categories.js';
import type { TrainDirectOptions } from '../direct/direct-settings.js';
import { trainDirect } from '../direct/train-direct.js';
import type { Engine } from '../engines/engine.js';

/** What an estimator is fitted on. */
export interface FitTask {
  readonly train: CategorizedSet;
  /** For choosing settings. */
  readonly validation: CategorizedSet;
  readonly engine: Engine;
  /** An unsigned 32-bit integer. */
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
}

/** A way to predict that has not seen data yet. */
export interface Estimator {
  /** For tables, unique among those compared. */
  readonly name: string;
  /** Learns from training questions, with settings chosen on validation questions. */
  fit(task: FitTask): Promise<Predictor>;
}

/** The direct solver, with settings chosen on validation. */
export function directSolver(
  options: Omit<TrainDirectOptions, 'train' | 'validation' | 'engine' | 'signal'> = {},
): Estimator {
  const name = 'direct';
  return {
    name,
    fit: async ({ train, validation, engine, signal }) => {
      const { model } = await trainDirect({ ...options, train, validation, engine, signal });
      return { name, predictProbabilities: async (inputs) => model.predictProbabilities(inputs) };
    },
  };
}

/**
 * `trainWithCategories`, with settings chosen on validation. The categories of the questions to
 * predict are `known` from the context, or `inferred` from their embeddings.
 */
export function directWithCategories(
  options: Omit<TrainWithCategoriesOptions, 'train' | 'validation' | 'engine' | 'signal'> & {
    readonly categories: 'known' | 'inferred';
  },
): Estimator {
  const { categories, ...settings } = options;
  const name = `direct, categories ${categories}`;
  return {
    name,
    fit: async (task) => {
      const { model, indicators } = await trainWithCategories({ ...settings, ...task });
      return {
        name,
        predictProbabilities: async (embeddings, context) => {
          if (categories === 'inferred') {
            return model.predictProbabilities(indicators.append(embeddings));
          }
          if (!context?.categories) {
            throw new EmbedLLMError(
              'The categories of the questions to predict are required, but were not given.',
              { code: 'invalid-argument' },
            );
          }
          const known = context.categories.map((category) =>
            indicators.has(category) ? category : undefined,
          );
          return model.predictProbabilities(indicators.append(embeddings, known));
        },
      };
    },
  };
}

/** `fitKNearestNeighbours`, k chosen on validation. */
export function kNearestNeighbours(options: { ks?: readonly number[] } = {}): Estimator {
  return { name: 'k-NN', fit: (task) => fitKNearestNeighbours({ ...task, ...options }) };
}

/** `fitModelMeans`. */
export function modelMeans(): Estimator {
  return { name: 'model means', fit: async ({ train }) => fitModelMeans(train) };
}

/** `fitCategoryMeans`. */
export function categoryMeans(): Estimator {
  return {
    name: 'category means',
    fit: async ({ train }) => fitCategoryMeans({ train, categories: train.categories }),
  };
}

/** `fitClusterDifficulty`, the number of clusters chosen on validation. */
export function clusterDifficulty(options: {
  parameters: 1 | 2;
  clusters?: readonly number[];
}): Estimator {
  return {
    name: `${options.parameters}PL item response`,
    fit: (task) => fitClusterDifficulty({ ...task, ...options }),
  };
}

/** `fitSingleBest`. */
export function singleBestModel(): Estimator {
  return { name: 'single best', fit: async ({ train }) => fitSingleBest(train) };
}

/** `fitRandom`. */
export function randomModel(): Estimator {
  return { name: 'random', fit: async ({ train, seed }) => fitRandom(train, { seed }) };
}

/** `createOracle`. */
export function oracle(): Estimator {
  return { name: 'oracle', fit: async () => createOracle() };
}
