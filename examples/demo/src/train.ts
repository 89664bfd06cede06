// Trains on the records, with a k-NN baseline on the same embeddings.
import { applySplit, type Matrix } from '@embedllm/core';
import {
  type DirectTraining,
  type Engine,
  fitKNearestNeighbours,
  type Predictor,
  trainDirect,
} from '@embedllm/trainer';
import type { DemoData } from './load-data.js';

/** Models of one kind of embeddings. */
export interface TrainedFeatures {
  readonly training: DirectTraining;
  readonly model: { predictor: Predictor; embeddings: Matrix };
  /** On the same embeddings. */
  readonly baselines: readonly { predictor: Predictor; embeddings: Matrix }[];
}

/** Trains on one kind of embeddings, with the k-NN baseline next to it; chooses on validation. */
export async function trainOn(
  embeddings: Matrix,
  { dataset, split, fixedEmbeddings }: DemoData,
  engine: Engine,
): Promise<TrainedFeatures> {
  const { correctness } = dataset;
  const { train, validation } = applySplit({ embeddings, correctness }, split);
  const training = await trainDirect({ train, validation, engine });
  const nearest = await fitKNearestNeighbours({ train, validation, engine });
  const features = fixedEmbeddings && embeddings === fixedEmbeddings ? 'embeddings.npy' : 'lsa';
  const model: Predictor = {
    name: `EmbedLLM, ${features}`,
    predictProbabilities: async (inputs) => training.model.predictProbabilities(inputs),
  };
  const baseline = { ...nearest, name: `${nearest.name}, ${features}` };
  return {
    training,
    model: { predictor: model, embeddings },
    baselines: [{ predictor: baseline, embeddings }],
  };
}

/** Prints which settings were chosen. */
export function describeTraining({
  chosen,
  engine,
  path,
  seconds: wallTime,
}: DirectTraining): void {
  const { ridge, pooling, rank, validationLogLoss } = chosen;
  console.log(
    `direct solver on ${engine}: ${path.length} strengths in ${wallTime.toFixed(2)} s; chosen on ` +
      `validation: ridge ${ridge}, pooling ${pooling}, rank ${rank} (log loss ${validationLogLoss?.toFixed(4)})`,
  );
}
