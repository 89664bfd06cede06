import { createOracle, fitRandom, fitSingleBest } from '../baselines/bounds.js';
import { fitCategoryMeans } from '../baselines/category-means.js';
import { fitClusteredItemResponse } from '../baselines/fit-item-response.js';
import { fitKNearestNeighbours } from '../baselines/k-nearest-neighbours.js';
import { fitModelMeans } from '../baselines/model-means.js';
import type { Predictor } from '../baselines/predictor.js';
import type { TrainDirectOptions } from '../direct/direct-settings.js';
import type { LabelledSet } from '../direct/labelled-set.js';
import { trainDirect } from '../direct/train-direct.js';
import type { Engine } from '../engines/engine.js';

/** Questions with labels, and their categories. */
export interface CategorizedSet extends LabelledSet {
  /** The category of each question, length Q. */
  readonly categories: readonly string[];
}

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

/** `fitClusteredItemResponse`, the number of clusters chosen on validation. */
export function itemResponse(options: {
  parameters: 1 | 2;
  clusters?: readonly number[];
}): Estimator {
  return {
    name: `${options.parameters}PL item response`,
    fit: (task) => fitClusteredItemResponse({ ...task, ...options }),
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
