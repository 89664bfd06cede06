import type { CorrectnessMatrix, Matrix } from '@embedllm/core';
import type { Train } from '@embedllm/probes';
import {
  type DirectTraining,
  type Engine,
  fitKNearestNeighbours,
  type Predictor,
  resolveEngine,
  trainDirect,
} from '@embedllm/trainer';
import { type AdamTraining, resolveBackend, trainAdam } from '@embedllm/trainer/tfjs';
import type { PaperData } from './load-data.js';

/** A labelled part of the questions. */
export interface LabelledPart {
  readonly embeddings: Matrix;
  readonly correctness: CorrectnessMatrix;
  readonly categories: readonly string[];
}

/** The methods that are compared, trained on the same questions. */
export interface Trained {
  readonly nearest: Predictor;
  readonly direct: DirectTraining;
  /** Left out unless asked for: on a processor it takes 20 seconds and more. */
  readonly published: AdamTraining | undefined;
}

/** What all experiments share: the parts of the data, and what was trained on all of them. */
export interface Experiment {
  readonly data: PaperData;
  readonly engine: Engine;
  readonly train: LabelledPart;
  readonly test: LabelledPart;
  readonly trained: Trained;
  /** Trains all methods on some of the questions, settings chosen on validation. */
  readonly trainAll: (train: LabelledPart) => Promise<Trained>;
  /** The direct solver on other parts of the data, with the settings chosen on all of them. */
  readonly trainAlike: Train;
}

/** Splits the data and trains once. */
export async function setUp(
  data: PaperData,
  { isFull }: { readonly isFull: boolean },
): Promise<Experiment> {
  const engine = await resolveEngine();
  const train = selectPart(data, data.split.train);
  const validation = selectPart(data, data.split.validation);
  const trainAll = async (part: LabelledPart): Promise<Trained> => ({
    nearest: await fitKNearestNeighbours({ train: part, validation, engine }),
    direct: await trainDirect({ train: part, validation, engine }),
    published: isFull ? await trainAsPublished(part) : undefined,
  });
  const trained = await trainAll(train);
  const { ridge, pooling, rank } = trained.direct.chosen;
  const trainAlike: Train = async ({ embeddings, correctness, dimensions, signal }) => {
    const { model } = await trainDirect({
      train: { embeddings, correctness },
      ridges: [ridge],
      poolings: [pooling],
      ranks: [dimensions ?? rank],
      engine,
      signal,
    });
    return model;
  };
  return {
    data,
    engine,
    train,
    test: selectPart(data, data.split.test),
    trained,
    trainAll,
    trainAlike,
  };
}

/** All settings as published: d = 232, 50 epochs, learning rate 1e-4, weight decay 1e-5, noise 0.05. */
async function trainAsPublished(train: LabelledPart): Promise<AdamTraining> {
  const backend = await resolveBackend({ prefer: ['tfjs-node-gpu', 'wasm'] });
  return trainAdam({
    train,
    backend,
    onProgress: ({ done, detail }) => {
      if (Number.isInteger(done)) process.stderr.write(`published training: ${detail}\r`);
    },
  });
}

/** Some of the questions. */
export function selectPart(data: PaperData, indices: readonly number[]): LabelledPart {
  return {
    embeddings: data.embeddings.selectRows(indices),
    correctness: data.correctness.selectQuestions(indices),
    categories: indices.map((index) => data.categories[index] as string),
  };
}
