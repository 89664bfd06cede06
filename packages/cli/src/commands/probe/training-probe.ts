import type { Progress } from '@embedllm/core';
import type { ProbeData, Train } from '@embedllm/probes';
import { fingerprintTrainingData, trainDirect } from '@embedllm/trainer';
import type { DataOptions } from '../../inputs/data-options.js';
import { type EncodeDatasetOptions, embedDataset } from '../../inputs/encode-dataset.js';
import { openDataset } from '../../inputs/open-dataset.js';
import { openEngine } from '../../inputs/open-engine.js';
import type { Context } from '../../program/context.js';

/** What a probe that trains is run with. */
export interface TrainingProbe {
  readonly data: ProbeData;
  readonly train: Train;
  /** More than one where workers train. */
  readonly concurrency?: number;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/**
 * Runs a probe that trains, by the direct solver, on the dataset of the options; with a cluster, its
 * workers train.
 *
 * @param name - Tells sweeps on a cluster apart.
 * @param probe - Given the data, the trainer, the signal and what shows progress.
 */
export async function withTrainingProbe<Result>(
  context: Context,
  options: DataOptions & EncodeDatasetOptions,
  name: string,
  probe: (training: TrainingProbe) => Promise<Result>,
): Promise<Result> {
  const dataset = await openDataset(context, options);
  const { embeddings } = await embedDataset(context, dataset, options);
  const { correctness, categories, split } = dataset;
  const data = { embeddings, correctness, categories, split };
  if (options.cluster !== undefined) {
    const { SWEEP_STEPS, withSweep } = await import('../../inputs/with-sweep.js');
    const fingerprint = await fingerprintTrainingData({ embeddings, correctness });
    const task = context.progress.start('Training');
    const { signal } = context;
    const running = { data, concurrency: SWEEP_STEPS, signal, onProgress: task.onProgress };
    return withSweep(context, options, { about: [name, fingerprint, options] }, ({ train }) =>
      probe({ ...running, train }),
    ).finally(() => task.end());
  }
  const engine = await openEngine(context, undefined);
  const task = context.progress.start('Training');
  const train: Train = async (request) => {
    const { model } = await trainDirect({
      train: { embeddings: request.embeddings, correctness: request.correctness },
      validation: request.validation,
      ranks: request.dimensions === undefined ? undefined : [request.dimensions],
      engine,
      signal: request.signal,
    });
    return model;
  };
  try {
    return await probe({ data, train, signal: context.signal, onProgress: task.onProgress });
  } finally {
    task.end();
    await engine.dispose();
  }
}
