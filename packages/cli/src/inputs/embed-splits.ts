import type { Matrix, QuestionEncoder, QuestionSplit } from '@embedllm/core';
import type { Context } from '../program/context.js';
import { createEncoder, isEncoder } from './create-encoder.js';
import {
  assertTexts,
  chooseEncoder,
  type EncodeDatasetOptions,
  encodeDataset,
  keptEmbeddings,
  readQuestionEmbeddings,
} from './encode-dataset.js';
import { encodeTexts } from './encode-texts.js';
import type { OpenDataset } from './open-dataset.js';
import { isFitted } from './refit-encoder.js';

/** Vectors of a dataset's questions for repeated splits. */
export interface SplitEmbeddings {
  /** Shape [Q, D], the same for all splits; or what makes them for a split. */
  readonly embeddings: Matrix | ((split: QuestionSplit, seed: number) => Promise<Matrix>);
  /** What they are, in a few words. */
  readonly encoder: string;
}

/**
 * Vectors that know nothing of the test questions of any split: an encoder that is fitted (lsa) is
 * refitted on the training questions of each. Warns where a file holds the vectors of one that
 * was fitted on another split.
 */
export async function embedSplits(
  context: Context,
  dataset: OpenDataset,
  options: EncodeDatasetOptions,
): Promise<SplitEmbeddings> {
  if (options.embeddings !== undefined) {
    const { embeddings, encoder } = await readQuestionEmbeddings(
      context.path(options.embeddings),
      dataset,
      context.signal,
    );
    if (isFitted(encoder)) {
      context.warn(
        `${options.embeddings} has vectors of an lsa encoder fitted on one split, which has seen test questions of other splits. Omit --embeddings to refit it for each split.`,
      );
    }
    return { embeddings, encoder: encoder.id };
  }
  const kept = await keptEmbeddings(context, dataset, options);
  if (kept && !isFitted(kept.encoder)) {
    context.note(`Using the vectors in the dataset folder (${kept.encoder.id}).`);
    return { embeddings: kept.embeddings, encoder: kept.encoder.id };
  }
  const { settings } = chooseEncoder(context, options);
  if (isEncoder(settings) || !settings.kind.startsWith('lsa')) {
    const { embeddings, encoder } = await encodeDataset(context, dataset, options);
    return { embeddings, encoder: encoder.id };
  }
  return {
    encoder: `${settings.kind}, fitted on the training questions of each split`,
    embeddings: encodeEachSplit(context, dataset, (trainingTexts, seed) =>
      createEncoder(context, { settings, trainingTexts, seed }),
    ),
  };
}

/** Vectors of all questions for a split, by an encoder that is fitted on its training questions. */
export function encodeEachSplit(
  context: Context,
  dataset: OpenDataset,
  fit: (trainingTexts: readonly string[], seed: number) => Promise<QuestionEncoder>,
): (split: QuestionSplit, seed: number) => Promise<Matrix> {
  assertTexts(dataset);
  const texts = dataset.questions.map(({ prompt }) => prompt);
  return async ({ train }, seed) => {
    const encoder = await fit(
      train.map((index) => texts[index] as string),
      seed,
    );
    return encodeTexts(context, encoder, texts, { cache: false });
  };
}
