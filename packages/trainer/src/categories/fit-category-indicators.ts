import { CategoryIndicators, CorrectnessMatrix, EmbedLLMError } from '@embedllm/core';
import { checkNumber } from '@embedllm/internals';
import type { LabelledSet } from '../direct/labelled-set.js';
import { trainDirect } from '../direct/train-direct.js';
import type { Engine } from '../engines/engine.js';
import type { CategorizedEmbeddings } from './categorized-set.js';
import { meanSquare } from './mean-square.js';

/** What `fitCategoryIndicators` takes. */
export interface FitCategoryIndicatorsOptions {
  /** Of two categories or more. */
  readonly train: CategorizedEmbeddings;
  /** Chooses the ridge of the classifiers by log loss. @default a ridge of 1 */
  readonly validation?: CategorizedEmbeddings | undefined;
  /**
   * Mean squared length of the indicators in units of that of the centred embeddings, from 0: how
   * freely models may differ by category, next to how freely they may differ by text.
   *
   * @default 1
   */
  readonly strength?: number | undefined;
  /** Where products run. @default what `resolveEngine` finds; disposed of at the end */
  readonly engine?: Engine | undefined;
  /** Stops the fit; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Learns what the category of a question adds to its embedding, and to tell the category from the
 * embedding where it is not known: ridge logistic regressions of each category against the
 * others, by the direct solver. Categories are in ascending order.
 *
 * @throws EmbedLLMError `shape-mismatch` when there is not one category per question,
 * `invalid-argument` on fewer than two categories or a strength out of range, `not-finite` on bad
 * embeddings; the signal's reason when aborted.
 * @example
 * const indicators = await fitCategoryIndicators({ train, validation });
 * const known = indicators.append(train.embeddings, train.categories);
 * const inferred = indicators.append(validation.embeddings);
 */
export async function fitCategoryIndicators(
  options: FitCategoryIndicatorsOptions,
): Promise<CategoryIndicators> {
  const { train, validation, strength = 1, engine, signal } = options;
  checkNumber('strength', strength, { min: 0 });
  assertOneEach(train, 'training');
  if (validation) assertOneEach(validation, 'validation');
  const categories = [...new Set(train.categories)].sort();
  if (categories.length < 2) {
    throw new EmbedLLMError(
      `Categories distinguish questions only if there are at least two, but the training questions have ${categories.length}.`,
      { code: 'invalid-argument' },
    );
  }
  const { model } = await trainDirect({
    train: membership(train, categories),
    validation: validation && membership(validation, categories),
    poolings: [0],
    ranks: [categories.length - 1],
    engine,
    signal,
  });
  const { weights, bias } = model.fold();
  const shares = sharesOf(train.categories, categories);
  // The indicators of a question have the mean squared length 1 - Σ p² before they are scaled.
  const spread = 1 - shares.reduce((sum, share) => sum + share ** 2, 0);
  const scale = Math.sqrt((strength * meanSquare(train.embeddings)) / spread);
  return new CategoryIndicators({ categories, shares, scale, weights, bias });
}

/** Which question is of which category, in the form of which model answered which question. */
function membership(
  { embeddings, categories: of }: CategorizedEmbeddings,
  categories: readonly string[],
): LabelledSet {
  const K = categories.length;
  const columns = new Map(categories.map((category, column) => [category, column]));
  const labels = new Uint8Array(of.length * K);
  of.forEach((category, question) => {
    // A category of validation that training does not have is none of the others.
    const column = columns.get(category);
    if (column !== undefined) labels[question * K + column] = 1;
  });
  const questions = of.map((_, question) => String(question));
  return {
    embeddings,
    correctness: new CorrectnessMatrix({ questions, models: categories, labels }),
  };
}

function sharesOf(of: readonly string[], categories: readonly string[]): Float32Array {
  const counts = new Map<string, number>();
  for (const category of of) counts.set(category, (counts.get(category) ?? 0) + 1);
  return Float32Array.from(categories, (category) => (counts.get(category) ?? 0) / of.length);
}

function assertOneEach({ embeddings, categories }: CategorizedEmbeddings, name: string): void {
  if (categories.length === embeddings.rows) return;
  throw new EmbedLLMError(
    `The ${name} set has ${categories.length} categories for ${embeddings.rows} questions.`,
    { code: 'shape-mismatch' },
  );
}
