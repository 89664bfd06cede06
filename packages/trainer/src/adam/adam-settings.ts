import { EmbedLLMError, type Progress } from '@embedllm/core';
import { checkInteger, checkNumber } from '@embedllm/internals';
import type { LabelledSet } from '../direct/labelled-set.js';
import type { TfjsBackend } from '../tfjs/tensorflow.js';

/** What `trainAdam` takes. The defaults are those of the published training. */
export interface TrainAdamOptions {
  readonly train: LabelledSet;
  /** Measured after every epoch; decides when to stop where `patience` is given. */
  readonly validation?: LabelledSet | undefined;
  /**
   * `pairwise` projects the question again for each question-model pair, as published. `dense`
   * scores tiles of questions against all models: the same expected gradient for a fraction of
   * the operations.
   *
   * @default 'dense'
   */
  readonly form?: AdamForm | undefined;
  /** Where operations run. @default the fastest that `resolveBackend` finds */
  readonly backend?: TfjsBackend | undefined;
  /** d, the length of a model embedding, ≥ 1. @default 232 */
  readonly dimensions?: number | undefined;
  /** Standard deviation of the noise on question embeddings while training, ≥ 0. @default 0.05 */
  readonly noise?: number | undefined;
  /** Passes over the labels, ≥ 1. @default 50 */
  readonly epochs?: number | undefined;
  /** Pairs in a step, ≥ 1; `dense` takes as many questions as have about so many. @default 2048 */
  readonly batchSize?: number | undefined;
  /** Step size of Adam, > 0. @default 1e-4, the published code's */
  readonly learningRate?: number | undefined;
  /** Added to the gradient, times the parameter, as PyTorch's Adam does; ≥ 0. @default 1e-5 */
  readonly weightDecay?: number | undefined;
  /**
   * Whether each epoch draws a new order. The published code reads the file in its order; without
   * shuffling, pairs come question by question.
   *
   * @default true
   */
  readonly shuffle?: boolean | undefined;
  /** Of the initial parameters, the order and the noise; an unsigned 32-bit integer. @default 0 */
  readonly seed?: number | undefined;
  /**
   * Early stopping: ends after so many epochs without a lower validation log loss, ≥ 1, and
   * returns the best epoch. Needs `validation`.
   *
   * @default runs all epochs and returns the last
   */
  readonly patience?: number | undefined;
  /**
   * Given the state of the training as bytes, after every `checkpointEvery` epochs and the last;
   * the training waits for it. `createFileCheckpoint` of `@embedllm/trainer/node` writes a file.
   */
  readonly onCheckpoint?:
    | ((state: Uint8Array, progress: { epoch: number }) => void | Promise<void>)
    | undefined;
  /** Epochs between checkpoints, ≥ 1. @default 1 */
  readonly checkpointEvery?: number | undefined;
  /**
   * A state that `onCheckpoint` was given: the training resumes from there, to the bits that it
   * would have reached without the interruption. Settings and data must be the same, but for
   * `epochs`, `patience` and the backend.
   */
  readonly resume?: Uint8Array | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called about twice a second and after each epoch. */
  readonly onProgress?: ((progress: AdamProgress) => void) | undefined;
}

/** How a step takes its gradient. */
export type AdamForm = 'dense' | 'pairwise';

/** How far the training is. */
export interface AdamProgress extends Progress {
  /** From 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** Steps done of this epoch. */
  readonly step: number;
  readonly steps: number;
  /** Mean training log loss over this epoch so far, with noise, in nats. */
  readonly loss: number;
  /** Question-model pairs a second, over this epoch so far. */
  readonly pairsPerSecond: number;
  /** After an epoch, where there is a validation set. */
  readonly validationLogLoss?: number | undefined;
}

/** What decides the result, after the defaults. */
export interface CheckedAdamSettings {
  readonly form: AdamForm;
  readonly dimensions: number;
  readonly noise: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly shuffle: boolean;
  readonly seed: number;
}

/**
 * Fills in defaults and checks ranges.
 *
 * @throws EmbedLLMError `invalid-argument`, naming the setting and the value.
 */
export function checkAdamSettings(options: TrainAdamOptions): CheckedAdamSettings {
  const settings: CheckedAdamSettings = {
    form: options.form ?? 'dense',
    dimensions: options.dimensions ?? 232,
    noise: options.noise ?? 0.05,
    batchSize: options.batchSize ?? 2048,
    learningRate: options.learningRate ?? 1e-4,
    weightDecay: options.weightDecay ?? 1e-5,
    shuffle: options.shuffle ?? true,
    seed: options.seed ?? 0,
  };
  if (settings.form !== 'dense' && settings.form !== 'pairwise') {
    throw new EmbedLLMError(`\`form\` must be dense or pairwise, but is ${settings.form}.`, {
      code: 'invalid-argument',
    });
  }
  checkInteger('dimensions', settings.dimensions, { min: 1 });
  checkInteger('epochs', options.epochs, { min: 1, optional: true });
  checkInteger('batchSize', settings.batchSize, { min: 1 });
  checkInteger('checkpointEvery', options.checkpointEvery, { min: 1, optional: true });
  checkInteger('patience', options.patience, { min: 1, optional: true });
  checkNumber('noise', settings.noise, { min: 0 });
  checkNumber('weightDecay', settings.weightDecay, { min: 0 });
  checkNumber('learningRate', settings.learningRate, { above: 0 });
  checkInteger('seed', settings.seed, { min: 0, max: 0xffffffff });
  if (options.patience !== undefined && !options.validation) {
    throw new EmbedLLMError('`patience` needs a validation set.', { code: 'invalid-argument' });
  }
  return settings;
}
