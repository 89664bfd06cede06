// Stands in for an artifact that was trained before. An app loads one instead:
//
//   const router = await Router.fromPretrained('./artifact', { encoder: restoreEncoder });
import { applySplit, type ModelInfo, type QuestionSplit, splitQuestions } from '@embedllm/core';
import { fitLsaEncoder } from '@embedllm/question-encoder';
import { Router } from '@embedllm/router';
import { type SimulatedPool, simulatePool } from '@embedllm/simulated-pool';
import { trainDirect } from '@embedllm/trainer';

/** A router, and questions that it was not trained on. */
export interface TrainedRouter {
  readonly router: Router;
  readonly pool: SimulatedPool;
  /** Positions of questions in the pool. */
  readonly split: QuestionSplit;
}

/** Trains on a simulated pool of 24 models and 1,500 questions; settings chosen on validation. */
export async function trainRouter(seed: number): Promise<TrainedRouter> {
  const pool = simulatePool({ seed, questionsPerBenchmark: 150, missingRate: 0 });
  const { questions, correctness } = pool.dataset;
  const prompts = questions.map(({ prompt }) => prompt);
  const split = splitQuestions(
    questions.map(({ category }) => category),
    { seed },
  );
  const encoder = await fitLsaEncoder({
    texts: split.train.map((index) => prompts[index] as string),
    dimensions: 128,
    seed,
  });
  const embeddings = await encoder.encode(prompts);
  const { train, validation } = applySplit({ embeddings, correctness }, split);
  const { model } = await trainDirect({ train, validation });
  const router = new Router({ model, models: withAnswerLengths(pool, split.train), encoder });
  return { router, pool, split };
}

/** Expected costs need prices, which the pool has, and usual answer lengths, which are measured. */
function withAnswerLengths(pool: SimulatedPool, train: readonly number[]): ModelInfo[] {
  return pool.dataset.models.map((info, model) => {
    const characters = train.reduce((sum, i) => sum + pool.outputCharacters.at(i, model), 0);
    return { ...info, meanOutputTokens: characters / train.length / 4 };
  });
}
