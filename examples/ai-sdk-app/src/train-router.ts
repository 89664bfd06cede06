// Stands in for an artifact that was trained before. An app loads one instead:
//
//   const router = await Router.fromPretrained('./artifact', { encoder: restoreEncoder });
import { applySplit } from '@embedllm/core';
import { readSample, type Sample, withAnswersOf } from '@embedllm/example-data';
import { fitLsaEncoder } from '@embedllm/question-encoder';
import { Router } from '@embedllm/router';
import { trainDirect } from '@embedllm/trainer';
import { ANSWER_TOKENS } from './recorded-answers.js';

/** A router, and the data that it was trained on. */
export interface TrainedRouter {
  readonly router: Router;
  readonly sample: Sample;
}

/**
 * Trains on the models of the sample in `examples/data` whose weights fit one server, since an app
 * that has them pays by size; settings chosen on validation questions.
 */
export async function trainRouter(seed: number): Promise<TrainedRouter> {
  const sample = await readOpenModels();
  const { questions, models, correctness, split } = sample;
  const prompts = questions.map(({ prompt }) => prompt);
  const encoder = await fitLsaEncoder({
    texts: split.train.map((index) => prompts[index] as string),
    dimensions: 128,
    seed,
  });
  const embeddings = await encoder.encode(prompts);
  const { train, validation } = applySplit({ embeddings, correctness }, split);
  const { model } = await trainDirect({ train, validation });
  const router = new Router({ model, models: withAnswersOf(ANSWER_TOKENS, models), encoder });
  return { router, sample };
}

async function readOpenModels(): Promise<Sample> {
  const sample = await readSample();
  const kept = [...sample.models.keys()].filter(
    (index) => (sample.models[index]?.parametersBillion ?? Number.POSITIVE_INFINITY) <= 110,
  );
  return {
    ...sample,
    models: kept.flatMap((index) => sample.models[index] ?? []),
    correctness: sample.correctness.selectModels(kept),
  };
}
