import {
  type CategoryIndicators,
  type CorrectnessMatrix,
  EmbedLLMError,
  type FactorizationModel,
  type Matrix,
  type Progress,
  singleBest,
  splitQuestions,
} from '@embedllm/core';
import { type FamiliarLogits, familiarLogits, fitFamiliarity } from '@embedllm/core/familiarity';
import { checkInteger } from '@embedllm/internals';
import type { CategorizedSet } from '../categories/categorized-set.js';
import { categoryFolds } from './category-folds.js';
import { knownAccuracies } from './known-accuracies.js';
import { type LeftOutCategory, summarizeUnseen } from './summarize-unseen.js';
import type { UnseenStudy } from './unseen-study.js';

/** Vectors of questions, and how much of each text its vector stands for. */
export interface EncodedTexts {
  /** Shape [Q, D]. */
  readonly embeddings: Matrix;
  /** From `encoder.coverage`, length Q, where the encoder has it. */
  readonly coverage?: Float32Array | undefined;
}

/** Predictions of questions of training's kinds, with the answers. */
export interface FamiliarQuestions extends FamiliarLogits {
  readonly correctness: CorrectnessMatrix;
  /** Index of the single best model of training. */
  readonly best: number;
}

/** What `leaveCategoriesOut` takes. */
export interface LeaveCategoriesOutOptions {
  /** Labels of the training questions, shape [Q, M]. */
  readonly correctness: CorrectnessMatrix;
  /** The category of each, length Q; two or more different ones. */
  readonly categories: readonly string[];
  /**
   * Encodes the questions `asked`, a row for each in their order. An encoder that is fitted to texts
   * must be refitted, on those of `kept`: otherwise it knows the words of what is left out. Both
   * are indices into the questions, ascending.
   */
  readonly encode: (kept: readonly number[], asked: readonly number[]) => Promise<EncodedTexts>;
  /** Trains as for the artifact, with settings that are chosen already. */
  readonly fit: (train: CategorizedSet) => Promise<{
    readonly model: FactorizationModel;
    /** Where it is trained with categories: those of the questions left out are inferred. */
    readonly indicators?: CategoryIndicators | undefined;
    /** Tells categories apart, for `fitFamiliarity`. @default the indicators */
    readonly kinds?: Pick<CategoryIndicators, 'weights' | 'bias'> | undefined;
  }>;
  /**
   * Validation questions as the artifact predicts them, from `familiarLogits`, with labels: of the
   * guards of which no harm shows the one is chosen that routes best on these and on what was left
   * out together, and predictions fall back on mean accuracies no further than these allow.
   *
   * @default no fallback, and the guard that is best on what was left out
   */
  readonly validation?: FamiliarQuestions | undefined;
  /** Most trainings; with more categories than that several are left out at a time. @default 5 */
  readonly folds?: number | undefined;
  /**
   * Largest number of questions to use, drawn within categories, which bounds the cost.
   * 2 or more.
   *
   * @default 2000
   */
  readonly questions?: number | undefined;
  /** Of the questions drawn, and of those that familiarity is fitted on. @default 0 */
  readonly seed?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called after each training. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** Of the questions kept, how many show how familiar questions usually are. */
const HELD_OUT = 0.1;
/**
 * What routing would do on a kind of question that training never saw: leaves categories out of
 * training, a few at a time, routes their questions, and compares with the model that is best on
 * the others. Finds a guard under which no harm of routing shows there, and
 * how far predictions there should fall back on what is known of the models without a text.
 *
 * @returns `undefined` where no question left out can be judged.
 * @throws EmbedLLMError `invalid-argument` on fewer than two categories, `shape-mismatch` when
 * parts do not fit together, otherwise as `encode` and `fit` do; the signal's reason when aborted.
 * @example
 * const { correctness, categories, embeddings } = train;
 * const study = await leaveCategoriesOut({
 *   ...{ correctness, categories },
 *   encode: async (_, asked) => ({ embeddings: embeddings.selectRows(asked) }),
 *   fit: (kept) => trainDirect({ train: kept, ridges: [1], poolings: [0.5], ranks: [4] }),
 * });
 */
export async function leaveCategoriesOut(
  options: LeaveCategoriesOutOptions,
): Promise<UnseenStudy | undefined> {
  const { encode, fit, signal, onProgress } = options;
  checkSizes(options);
  const asked = drawQuestions(options);
  const categories = asked.map((index) => options.categories[index] ?? '');
  const correctness = options.correctness.selectQuestions(asked);
  const folds = foldsOf(categories, options.folds);
  const start = performance.now();
  const found: LeftOutCategory[] = [];
  for (const [fold, leftOut] of folds.entries()) {
    signal?.throwIfAborted();
    const indicesOf = (isLeftOut: boolean): number[] =>
      categories.flatMap((name, index) => (leftOut.includes(name) === isLeftOut ? [index] : []));
    const kept = indicesOf(false);
    const { train: trained, validation: heldOut } = splitQuestions(
      kept.map((index) => categories[index] ?? ''),
      {
        seed: options.seed ?? 0,
        fractions: { train: 1 - HELD_OUT, validation: HELD_OUT, test: 0 },
      },
    );
    const indices = trained.map((place) => kept[place]!);
    const models = labelledModels(correctness, indices);
    const encoded = await encode(
      indices.map((index) => asked[index]!),
      asked,
    );
    if (encoded.embeddings.rows !== asked.length) {
      throw new EmbedLLMError(
        `\`encode\` must return a row for each of the ${asked.length} questions, but returned ${encoded.embeddings.rows}.`,
        { code: 'shape-mismatch' },
      );
    }
    const part = (of: readonly number[]): CategorizedSet & EncodedTexts => ({
      embeddings: encoded.embeddings.selectRows(of),
      coverage: encoded.coverage && Float32Array.from(of, (index) => encoded.coverage![index]!),
      categories: of.map((index) => categories[index] ?? ''),
      correctness: correctness.selectQuestions(of).selectModels(models),
    });
    const train = part(indices);
    const { model, indicators, kinds = indicators } = await fit(train);
    const withIndicators = ({ embeddings }: EncodedTexts): Matrix =>
      indicators ? indicators.append(embeddings) : embeddings;
    const rest = part(heldOut.map((place) => kept[place]!));
    const isHeldOut = rest.correctness.countObserved() > 0;
    const known = isHeldOut ? rest : train;
    const familiarity = fitFamiliarity({
      ...{ model, kinds },
      train: withIndicators(train),
      categories: train.categories,
      heldOut: { ...known, embeddings: withIndicators(known) },
      calibratedOn: isHeldOut ? 'validation' : 'training',
    });
    const best = singleBest(train.correctness).model;
    const accuracies = knownAccuracies(train);
    for (const category of leftOut) {
      const of = categories.flatMap((name, index) => (name === category ? [index] : []));
      const test = part(of);
      const truth = test.correctness;
      if (truth.countObserved() === 0) continue;
      const scored = familiarLogits({
        ...{ model, familiarity, embeddings: withIndicators(test), coverage: test.coverage },
      });
      found.push({ category, ...scored, truth, ...accuracies, best });
    }
    onProgress?.({
      ...{ phase: 'leave out', done: fold + 1, total: folds.length, unit: 'trainings' },
      detail: leftOut.join(', '),
    });
  }
  const cost = { trainings: folds.length, seconds: (performance.now() - start) / 1000 };
  const { validation } = options;
  const known = validation && {
    ...{ ...validation, truth: validation.correctness },
    ...knownAccuracies(options),
  };
  const { models } = correctness;
  return summarizeUnseen(found, known, { ...cost, models });
}

function checkSizes({
  correctness,
  categories,
  folds,
  questions,
}: LeaveCategoriesOutOptions): void {
  if (folds !== undefined) checkInteger('folds', folds, { min: 2 });
  if (questions !== undefined) checkInteger('questions', questions, { min: 2 });
  if (categories.length === correctness.questionCount) return;
  throw new EmbedLLMError(
    `There are ${categories.length} categories for ${correctness.questionCount} questions.`,
    { code: 'shape-mismatch' },
  );
}

/** Indices of the questions that are looked at, ascending. */
function drawQuestions(options: LeaveCategoriesOutOptions): readonly number[] {
  const { categories, questions: most = 2000, seed = 0 } = options;
  const Q = categories.length;
  if (Q <= most) return [...categories.keys()];
  const fractions = { train: most / Q, validation: 0, test: 1 - most / Q };
  return splitQuestions(categories, { seed, fractions }).train;
}

function foldsOf(categories: readonly string[], most = 5): string[][] {
  const groups = categoryFolds(categories, most);
  if (groups.length > 1) return groups;
  throw new EmbedLLMError('Leaving a category out needs at least two categories.', {
    code: 'invalid-argument',
  });
}

/** Models that have a label on some of the questions: the others cannot be trained. */
function labelledModels(correctness: CorrectnessMatrix, questions: readonly number[]): number[] {
  const isLabelled = new Uint8Array(correctness.modelCount);
  correctness.selectQuestions(questions).forEachLabel((_, model) => {
    isLabelled[model] = 1;
  });
  return [...isLabelled.keys()].filter((model) => isLabelled[model] === 1);
}
