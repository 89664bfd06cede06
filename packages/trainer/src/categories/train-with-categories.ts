import type { CategoryIndicators } from '@embedllm/core';
import { fingerprintTrainingData } from '../direct/data-fingerprint.js';
import type { TrainDirectOptions } from '../direct/direct-settings.js';
import { assertLabelledSet, type LabelledSet } from '../direct/labelled-set.js';
import { type DirectTraining, trainDirect } from '../direct/train-direct.js';
import { resolveEngine } from '../engines/resolve-engine.js';
import type { CategorizedSet } from './categorized-set.js';
import {
  type FitCategoryIndicatorsOptions,
  fitCategoryIndicators,
} from './fit-category-indicators.js';
import { meanSquare } from './mean-square.js';

/**
 * What `trainWithCategories` takes; the rest is as for `trainDirect`, but `ridgeUnit` is by default
 * the mean squared length of a centred embedding without its indicators.
 */
export interface TrainWithCategoriesOptions
  extends Omit<TrainDirectOptions, 'train' | 'validation'>,
    Pick<FitCategoryIndicatorsOptions, 'strength'> {
  /** Of two categories or more. */
  readonly train: CategorizedSet;
  /**
   * Chooses between strengths and ranks by log loss, its categories taken as known; a category
   * that training does not have is inferred.
   */
  readonly validation?: CategorizedSet | undefined;
}

/** A model of questions with indicators of their categories. */
export interface CategoryTraining extends DirectTraining {
  /** Makes the embeddings that the model takes, [Q, D + K], of those of the encoder, [Q, D]. */
  readonly indicators: CategoryIndicators;
}

/**
 * `trainDirect` with an effect of each model and category next to the effects of the text,
 * z_mq = w_m . x_q + v_m,c(q) + b_m, both under the same ridge. The categories of training are
 * known; those of questions to predict may be, and are inferred from the text where they are not.
 *
 * `record.dataFingerprint` is of the training embeddings with inferred indicators: what an encoder
 * with categories gives of their texts, so that whoever has those can compare.
 *
 * @throws EmbedLLMError as `trainDirect` and `fitCategoryIndicators` do.
 * @example
 * const { model, indicators } = await trainWithCategories({ train, validation });
 * const inferred = model.predictProbabilities(indicators.append(validation.embeddings));
 */
export async function trainWithCategories(
  options: TrainWithCategoriesOptions,
): Promise<CategoryTraining> {
  const { train, validation, strength, signal } = options;
  assertLabelledSet(train, 'training');
  if (validation) {
    const { models } = train.correctness;
    assertLabelledSet(validation, 'validation', { models, dimensions: train.embeddings.cols });
  }
  const engine = options.engine ?? (await resolveEngine());
  try {
    const start = performance.now();
    const indicators = await fitCategoryIndicators({ train, validation, strength, engine, signal });
    const training = await trainWithIndicators({ ...options, engine }, indicators);
    return { ...training, seconds: (performance.now() - start) / 1000 };
  } finally {
    if (!options.engine) await engine.dispose();
  }
}

/** The same with indicators that are fitted already, at the options' strength. */
export async function trainWithIndicators(
  options: TrainWithCategoriesOptions,
  indicators: CategoryIndicators,
): Promise<CategoryTraining> {
  const { train, validation, strength = 1, ...settings } = options;
  const training = await trainDirect({
    ...settings,
    // The text is held by the same ridges as without categories.
    ridgeUnit: settings.ridgeUnit ?? meanSquare(train.embeddings),
    train: withIndicators(train, indicators),
    validation: validation && withIndicators(validation, indicators),
  });
  const inferred = { ...train, embeddings: indicators.append(train.embeddings) };
  return {
    ...training,
    indicators,
    record: {
      ...training.record,
      dataFingerprint: await fingerprintTrainingData(inferred),
      settings: { ...training.record.settings, categoryStrength: strength },
    },
  };
}

function withIndicators(
  { embeddings, categories, correctness }: CategorizedSet,
  indicators: CategoryIndicators,
): LabelledSet {
  const known = categories.map((category) => (indicators.has(category) ? category : undefined));
  return { embeddings: indicators.append(embeddings, known), correctness };
}
