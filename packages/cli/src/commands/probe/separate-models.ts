import { type SeparatingQuestions, separatingQuestions } from '@embedllm/probes';
import { Router } from '@embedllm/router';
import { encodeTexts } from '../../inputs/encode-texts.js';
import { openDataset } from '../../inputs/open-dataset.js';
import { restoreArtifactEncoder } from '../../inputs/restore-artifact-encoder.js';
import type { Context } from '../../program/context.js';
import { openModel } from './open-model.js';
import type { SeparateOptions } from './options.js';

/** The questions that tell two models apart, by labels or by predictions. */
export async function separateModels(
  context: Context,
  options: SeparateOptions,
  first: string,
  second: string,
): Promise<SeparatingQuestions> {
  const { questions, correctness } = await openDataset(context, options);
  const { by, count } = options;
  if (by === 'observed') {
    const { models } = correctness;
    return separatingQuestions({ first, second, questions, models, correctness, by, count });
  }
  const artifact = await openModel(context, options.artifact);
  const encoder = await restoreArtifactEncoder(context, artifact.encoder, options);
  const texts = questions.map(({ prompt }) => prompt);
  const embeddings = await encodeTexts(context, encoder, texts, { cache: false });
  const { probabilities } = Router.fromArtifact(artifact, { encoder }).predict(embeddings);
  const { models } = artifact.model;
  return separatingQuestions({ first, second, questions, models, probabilities, by, count });
}
