import { access, rm } from 'node:fs/promises';
import { quantity } from '@embedllm/internals';
import { createFileCheckpoint } from '@embedllm/trainer/node';
import { resolveBackend, trainAdam } from '@embedllm/trainer/tfjs';
import type { Context } from '../../program/context.js';
import { UsageError } from '../../program/failure.js';
import type { TrainOptions } from './options.js';
import type { Problem, Solution } from './solution.js';

/** Trains as published, with a state on the disk after every epoch. */
export async function solveAdam(
  context: Context,
  options: TrainOptions,
  { train, validation, output }: Problem,
): Promise<Solution> {
  const { backend: kind, resume = false } = options;
  const path = checkpointPath(context, options, output);
  const checkpoint = createFileCheckpoint(path);
  const state = resume ? await checkpoint.load() : undefined;
  if (resume && !state) throw new UsageError(`Cannot resume: ${path} does not exist.`);
  if (!resume && (await exists(path))) {
    throw new UsageError(
      `${path} is the state of an unfinished training: add --resume to continue it, or delete the file.`,
    );
  }
  const backend = await resolveBackend({
    prefer: kind === undefined ? undefined : [kind],
    onUnavailable: (passed) => context.note(`${passed.kind} is not used: ${passed.reason}`),
  });
  const task = context.progress.start(`Training on ${backend.name}`);
  const training = await trainAdam({
    train,
    validation,
    backend,
    form: options.form,
    dimensions: options.latentDimensions,
    epochs: options.epochs,
    learningRate: options.learningRate,
    patience: validation ? options.patience : undefined,
    seed: options.seed,
    resume: state,
    onCheckpoint: async (bytes, { epoch }) => {
      await checkpoint.save(bytes);
      context.resumeHint = `${quantity(epoch, 'epoch')} ${epoch === 1 ? 'is' : 'are'} saved in ${path}; run the same command with --resume to continue.`;
    },
    signal: context.signal,
    onProgress: task.onProgress,
  });
  task.end();
  const last = training.history.at(-1);
  return {
    model: training.model,
    record: training.record,
    engine: training.backend,
    seconds: training.seconds,
    chosen: { epoch: training.epoch, epochs: training.history.length },
    description: `Epoch ${training.epoch} of ${training.history.length}; training loss ${last?.loss.toFixed(4)} at the end.`,
    finish: () => rm(path, { force: true }),
  };
}

/** Where the state of a training is kept. */
export function checkpointPath(
  context: Context,
  { checkpoint }: TrainOptions,
  output: string,
): string {
  return checkpoint === undefined ? `${output}.checkpoint.safetensors` : context.path(checkpoint);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
