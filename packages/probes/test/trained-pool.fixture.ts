import { type FactorizationModel, type QuestionSplit, splitQuestions } from '@embedllm/core';
import { fitLsaEncoder } from '@embedllm/question-encoder';
import type { SimulatedPool } from '@embedllm/simulated-pool';
import { createOnnxRuntimeEngine, type Engine, trainDirect } from '@embedllm/trainer';
import type { ProbeData, Train } from '../src/index.js';

/** The direct solver as the probes' trainer; settings chosen on validation questions, or fixed. */
export function directTrainer(engine: Engine, settings: 'chosen' | 'fixed' = 'chosen'): Train {
  return async ({ embeddings, correctness, validation, dimensions, signal }) => {
    const { model } = await trainDirect({
      train: { embeddings, correctness },
      engine,
      signal,
      ...(settings === 'chosen'
        ? { validation, ...(dimensions === undefined ? {} : { ranks: [dimensions] }) }
        : { ridges: [3], poolings: [0.5], ranks: [dimensions ?? 6] }),
    });
    return model;
  };
}

/** A simulated pool with question embeddings, and a way to train on it. */
export interface TrainedPool {
  readonly data: ProbeData;
  readonly model: FactorizationModel;
  readonly train: Train;
  readonly dispose: () => Promise<void>;
}

export async function trainOnPool(pool: SimulatedPool, factors?: number): Promise<TrainedPool> {
  const { questions, correctness } = pool.dataset;
  const categories = questions.map((question) => question.category);
  const split: QuestionSplit = splitQuestions(categories, { seed: 0 });
  const texts = questions.map((question) => question.prompt);
  const encoder = await fitLsaEncoder({
    texts: split.train.map((index) => texts[index] as string),
    dimensions: 96,
  });
  const data: ProbeData = {
    embeddings: await encoder.encode(texts),
    correctness,
    categories,
    split,
  };
  const engine = await createOnnxRuntimeEngine();
  const model = await directTrainer(engine)({
    embeddings: data.embeddings.selectRows(split.train),
    correctness: correctness.selectQuestions(split.train),
    validation: {
      embeddings: data.embeddings.selectRows(split.validation),
      correctness: correctness.selectQuestions(split.validation),
    },
    dimensions: factors,
    seed: 0,
    signal: undefined,
  });
  // Probes that train many times do so with fixed settings, in a fraction of the time.
  const train = directTrainer(engine, 'fixed');
  return { data, model, train, dispose: () => engine.dispose() };
}
