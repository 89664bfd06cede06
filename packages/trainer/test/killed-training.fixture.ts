import { randomProblem } from '../src/direct/random-problem.fixture.js';
import type { TrainAdamOptions } from '../src/tfjs.js';

/** Long enough that the process is killed before its end. */
export const KILLED_TRAINING: Omit<TrainAdamOptions, 'backend'> = {
  train: randomProblem({ seed: 1, questions: 60, models: 6, dimensions: 5 }),
  dimensions: 8,
  batchSize: 8,
  epochs: 60,
};
