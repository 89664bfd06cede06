import type { Progress } from '@embedllm/core';
import type { ProbeData, Train } from '@embedllm/probes';
import { trainDirect } from '@embedllm/trainer';
import type { DataOptions } from '../../inputs/data-options.js';
import { type EncodeDatasetOptions, embedDataset } from '../../inputs/encode-dataset.js';
import { openDataset } from '../../inputs/open-dataset.js';
import { openEngine } from '../../inputs/open-engine.js';
import type { Context } from '../../program/context.js';

/** What a probe that trains is run with. */
export interface TrainingProbe {
  readonly data: ProbeData;
  readonly train: Train;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/**
 * Runs a probe that trains, by the direct solver, on the dataset of the options.
 *
 * @param probe - Given the data, the trainer, the signal and what shows progress.
 */
export async function withTrainingProbe<Result>(
  context: Context,
  options: DataOptions & EncodeDatasetOptions,
  probe: (training: TrainingProbe) => Promise<Result>,
): Promise<Result> {
  const dataset = await openDataset(context, options);
  const { embeddings } = await embedDataset(context, dataset, options);
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
  const { correctness, categories, split } = dataset;
  try {
    return await probe({
      data: { embeddings, correctness, categories, split },
      train,
      signal: context.signal,
      onProgress: task.onProgress,
    });
  } finally {
    task.end();
    await engine.dispose();
  }
}
