import type { Estimator } from '../comparison/estimators.js';
import type { TrainAdamOptions } from './adam-settings.js';
import { trainAdam } from './train-adam.js';

/** Settings of the training, except for those that each comparison sets. */
export type AdamSolverOptions = Omit<
  TrainAdamOptions,
  'train' | 'validation' | 'seed' | 'signal' | 'resume' | 'onCheckpoint'
>;

/** The published training as an estimator for `compare`; its name gives form and learning rate. */
export function adamSolver(options: AdamSolverOptions = {}): Estimator {
  const name = `adam (${options.form ?? 'dense'}, learning rate ${options.learningRate ?? 1e-4})`;
  return {
    name,
    fit: async ({ train, validation, seed, signal }) => {
      // Without patience the validation set would only cost time.
      const stopping = options.patience === undefined ? {} : { validation };
      const { model } = await trainAdam({ ...options, ...stopping, train, seed, signal });
      return { name, predictProbabilities: async (inputs) => model.predictProbabilities(inputs) };
    },
  };
}
