import { CategoryIndicators, EmbedLLMError, logLoss, type Matrix } from '@embedllm/core';
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
  /** Strengths to try besides the text alone, each above 0. @default [1, 10] */
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
  /** Tells the categories of training apart, used or not; `undefined` where there is one. */
  readonly kinds: CategoryIndicators | undefined;
  /** All that was tried, the text alone first. */
  readonly tried: readonly TriedCategories[];
  /** Wall time of all trainings, in seconds. */
  readonly seconds: number;
}

/**
 * Tries the text alone and the categories of training at several strengths. Where the categories of
 * validation questions lower their log loss when they are given, the strength is kept that is best with
 * them inferred from the texts, the first on ties; the text alone otherwise.
 *
 * The text alone tries all ridges and poolings; with categories, which take over part of what models
 * differ by, its best ridge and the two next stronger ones are tried with a pooling of 0.7, or the text's
 * where that is stronger, and all factors are kept: what one model does unlike the others in one category is little of the log loss
 * and much of what routing gains, and is lost among the last factors. Where training has one category
 * only, the text alone is taken.
 *
 * @throws EmbedLLMError as `trainWithCategories` does, `invalid-argument` on a strength out of range.
 * @example
 * const { training, tried } = await chooseCategories({ train, validation });
 * const { model, indicators } = training;
 */
export async function chooseCategories(
  options: ChooseCategoriesOptions,
): Promise<ChosenCategories> {
  const { strengths = [1, 10], ...settings } = options;
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
    const candidates: Candidate[] = [];
    const consider = (
      training: ChosenCategories['training'],
      embeddings: Matrix,
      how: Omit<TriedCategories, 'validationLogLoss'>,
    ): void => {
      const probabilities = training.model.predictProbabilities(embeddings);
      const loss = logLoss(probabilities, validation.correctness);
      candidates.push({ training, loss, known: how.knownLogLoss });
      tried.push({ ...how, validationLogLoss: loss });
    };
    const text = await trainDirect({ ...settings, engine });
    consider(text, validation.embeddings, { strength: undefined, knownLogLoss: undefined });
    let kinds: CategoryIndicators | undefined;
    if (new Set(train.categories).size > 1) {
      const { signal } = settings;
      const unit = await fitCategoryIndicators({ train, validation, engine, signal });
      kinds = unit;
      const near = { ...settings, ...withCategories(text, settings), engine };
      for (const strength of strengths) {
        const indicators = new CategoryIndicators({
          ...unit,
          scale: unit.scale * Math.sqrt(strength),
        });
        const training = await trainWithIndicators({ ...near, strength }, indicators);
        consider(training, training.indicators.append(validation.embeddings), {
          strength,
          knownLogLoss: training.chosen.validationLogLoss,
        });
      }
    }
    return {
      training: bestOf(candidates),
      kinds,
      tried,
      seconds: (performance.now() - start) / 1000,
    };
  } finally {
    if (!settings.engine) await engine.dispose();
  }
}

interface Candidate {
  readonly training: ChosenCategories['training'];
  /** Mean log loss on validation, categories inferred. */
  readonly loss: number;
  /** Mean log loss with the categories given. */
  readonly known: number | undefined;
}

/** Of the text alone, which is the first, and the strengths. */
function bestOf(candidates: readonly Candidate[]): Candidate['training'] {
  const [text, ...strengths] = candidates as readonly [Candidate, ...Candidate[]];
  const [first, ...others] = strengths.filter(({ known = text.loss }) => known < text.loss);
  if (!first) return text.training;
  const best = others.reduce((least, next) => (next.loss < least.loss ? next : least), first);
  return best.training;
}

/** Models up to which all factors are kept: beyond, the artifact would grow by their square. */
const MOST_OF_FULL_RANK = 256;

/** The settings that are tried with categories where none are given. */
function withCategories(
  { chosen, path, model }: DirectTraining,
  {
    poolings = [...new Set([0.7, Math.max(0.7, chosen.pooling)])],
    ranks,
  }: Pick<ChooseCategoriesOptions, 'poolings' | 'ranks'>,
): Pick<ChooseCategoriesOptions, 'ridges' | 'poolings' | 'ranks'> {
  const ridges = [...new Set(path.map(({ ridge }) => ridge))].sort((a, b) => b - a);
  const at = ridges.indexOf(chosen.ridge);
  const M = model.models.length;
  return {
    ridges: ridges.slice(Math.max(0, at - 2), at + 1),
    poolings,
    ranks: ranks ?? (M <= MOST_OF_FULL_RANK ? [Math.max(0, M - 1)] : undefined),
  };
}
