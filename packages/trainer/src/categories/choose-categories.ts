import { CategoryIndicators, EmbedLLMError, logLoss } from '@embedllm/core';
import { checkNumbers } from '@embedllm/internals';
import { type DirectTraining, trainDirect } from '../direct/train-direct.js';
import { resolveEngine } from '../engines/resolve-engine.js';
import type { CategorizedSet } from './categorized-set.js';
import { fitCategoryIndicators } from './fit-category-indicators.js';
import {
  type CategoryTraining,
  type TrainWithCategoriesOptions,
  trainWithIndicators,
} from './train-with-categories.js';

/** What `chooseCategories` takes; the rest is as for `trainWithCategories`. */
export interface ChooseCategoriesOptions extends Omit<TrainWithCategoriesOptions, 'strength'> {
  /** Chooses between the ways to use categories, and for each between ridges and ranks. */
  readonly validation: CategorizedSet;
  /** Strengths to try besides the text alone, each above 0. @default [1, 3, 10, 30] */
  readonly strengths?: readonly number[] | undefined;
}

/** One way that was tried. */
export interface TriedCategories {
  /** `undefined` for the text alone. */
  readonly strength: number | undefined;
  /** Log loss on validation as the model is used: from texts, categories inferred. In nats. */
  readonly validationLogLoss: number;
  /** The same with the categories given; `undefined` for the text alone. */
  readonly knownLogLoss: number | undefined;
}

/** The best of several trainings. */
export interface ChosenCategories {
  /** With `indicators` where categories help, without where the text alone is best. */
  readonly training: DirectTraining & Partial<CategoryTraining>;
  /** All that was tried, the text alone first. */
  readonly tried: readonly TriedCategories[];
  /** Wall time of all trainings, in seconds. */
  readonly seconds: number;
}

/**
 * Tries the text alone and the categories of training at several strengths, and keeps the one of
 * least log loss on the validation questions, the first on ties. Losses are compared as the model
 * will be used, with the categories inferred from the texts: what known categories would gain is
 * reported next to it. The text alone tries all ridges and poolings, the strengths those next to its
 * best. Where training has one category only, the text alone is taken.
 *
 * @throws EmbedLLMError as `trainWithCategories` does, `invalid-argument` on a strength out of range.
 * @example
 * const { training, tried } = await chooseCategories({ train, validation });
 * const { model, indicators } = training;
 */
export async function chooseCategories(
  options: ChooseCategoriesOptions,
): Promise<ChosenCategories> {
  const { strengths = [1, 3, 10, 30], ...settings } = options;
  const { train, validation } = settings;
  checkNumbers('strengths', strengths, { above: 0 });
  for (const [name, { categories, correctness }] of Object.entries({ train, validation })) {
    if (categories.length !== correctness.questionCount) {
      throw new EmbedLLMError(
        `The ${name} set has ${categories.length} categories for ${correctness.questionCount} questions.`,
        { code: 'shape-mismatch' },
      );
    }
  }
  const engine = settings.engine ?? (await resolveEngine());
  try {
    const start = performance.now();
    const tried: TriedCategories[] = [];
    let best: { training: ChosenCategories['training']; loss: number } | undefined;
    const consider = (
      training: ChosenCategories['training'],
      losses: Omit<TriedCategories, 'validationLogLoss'> & { readonly loss: number },
    ): void => {
      const { loss, ...others } = losses;
      tried.push({ ...others, validationLogLoss: loss });
      if (!best || loss < best.loss) best = { training, loss };
    };
    const text = await trainDirect({ ...settings, engine });
    consider(text, {
      strength: undefined,
      knownLogLoss: undefined,
      loss: logLoss(text.model.predictProbabilities(validation.embeddings), validation.correctness),
    });
    if (new Set(train.categories).size > 1) {
      const { signal } = settings;
      const unit = await fitCategoryIndicators({ train, validation, engine, signal });
      const near = { ...settings, ...settingsNear(text), engine };
      for (const strength of strengths) {
        const indicators = new CategoryIndicators({
          ...unit,
          scale: unit.scale * Math.sqrt(strength),
        });
        const training = await trainWithIndicators({ ...near, strength }, indicators);
        const inferred = training.indicators.append(validation.embeddings);
        consider(training, {
          strength,
          knownLogLoss: training.chosen.validationLogLoss,
          loss: logLoss(training.model.predictProbabilities(inferred), validation.correctness),
        });
      }
    }
    const { training } = best as NonNullable<typeof best>;
    return { training, tried, seconds: (performance.now() - start) / 1000 };
  } finally {
    if (!settings.engine) await engine.dispose();
  }
}

/**
 * The pooling that is best for the text, and its ridge with one stronger and one weaker of those that
 * were tried: categories move the best ridge by a step at most, and all of them again would take
 * four times as long.
 */
function settingsNear({ chosen, path }: DirectTraining): {
  ridges: readonly number[];
  poolings: readonly number[];
} {
  const ridges = [...new Set(path.map(({ ridge }) => ridge))].sort((a, b) => b - a);
  const at = ridges.indexOf(chosen.ridge);
  return { ridges: ridges.slice(Math.max(0, at - 1), at + 2), poolings: [chosen.pooling] };
}
