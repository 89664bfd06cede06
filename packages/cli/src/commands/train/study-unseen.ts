import { EmbedLLMError, type Matrix } from '@embedllm/core';
import {
  type CategorizedSet,
  type Engine,
  type FamiliarQuestions,
  fitCategoryIndicators,
  type LeaveCategoriesOutOptions,
  leaveCategoriesOut,
  trainDirect,
  trainWithCategories,
  type UnseenStudy,
} from '@embedllm/trainer';
import type { QuestionEmbeddings } from '../../inputs/embeddings-file.js';
import { openEngine } from '../../inputs/open-engine.js';
import { isFitted, refitEncoder } from '../../inputs/refit-encoder.js';
import type { Context } from '../../program/context.js';
import type { TrainOptions } from './options.js';
import type { Solution } from './solution.js';

/** What `studyUnseen` takes. */
export interface UnseenTask {
  readonly train: CategorizedSet;
  /** Texts of the training questions. */
  readonly texts: readonly string[];
  /** Without categories. */
  readonly encoder: QuestionEmbeddings['encoder'];
  readonly solution: Solution;
  /** As the artifact predicts them. */
  readonly validation: FamiliarQuestions | undefined;
}

/**
 * What routing would do on kinds of question that training never saw, from trainings with the
 * artifact's settings without some of the categories.
 *
 * @returns `undefined` where it is not asked for, would take as long as the training itself (adam),
 * or there is one category only.
 */
export async function studyUnseen(
  context: Context,
  options: TrainOptions,
  task: UnseenTask,
): Promise<UnseenStudy | undefined> {
  const { train, solution } = task;
  const { correctness, categories } = train;
  if (options.unseen === false || options.solver !== 'direct') return undefined;
  if (new Set(categories).size < 2) return undefined;
  const engine = await openEngine(context, options.engine);
  const progress = context.progress.start('Leaving categories out');
  try {
    return await leaveCategoriesOut({
      correctness,
      categories,
      encode: await encoderFor(task),
      fit: fitLike(solution, engine, context.signal),
      validation: task.validation,
      seed: options.seed,
      signal: context.signal,
      onProgress: progress.onProgress,
    });
  } catch (error) {
    if (!(error instanceof EmbedLLMError) || error.code !== 'invalid-data') throw error;
    context.note(`Routing on unseen kinds of questions was not evaluated. ${error.message}`);
    return undefined;
  } finally {
    progress.end();
    await engine.dispose();
  }
}

/** Refits an encoder without what is left out, if it was fitted. */
async function encoderFor({
  encoder,
  texts,
  train,
}: UnseenTask): Promise<LeaveCategoriesOutOptions['encode']> {
  if (!isFitted(encoder)) {
    return async (_, asked) => ({ embeddings: train.embeddings.selectRows(asked) });
  }
  const refit = await refitEncoder(encoder);
  const textsOf = (indices: readonly number[]) => indices.map((index) => texts[index] ?? '');
  return async (kept, asked) => {
    // Enough iterations to see what routing does; the guard does not change by more.
    const refitted = await refit(textsOf(kept), { powerIterations: 1 });
    const askedTexts = textsOf(asked);
    const embeddings: Matrix = await refitted.encode(askedTexts);
    return { embeddings, coverage: await refitted.coverage?.(askedTexts) };
  };
}

/** Trains with the settings that a solution was found with. */
function fitLike(
  { record: { settings }, kinds }: Solution,
  engine: Engine,
  signal: AbortSignal,
): LeaveCategoriesOutOptions['fit'] {
  const { ridge, pooling, rank, interceptRidge, categoryStrength } = settings;
  const numbers = [ridge, pooling, rank, interceptRidge].map(Number);
  const [lambda = 1, kappa = 0, most = 0, intercepts = 1] = numbers;
  const single = {
    ...{ ridges: [lambda], poolings: [kappa], ranks: [most], interceptRidge: intercepts },
    ...{ engine, signal },
  };
  return async (train) => {
    const isSeveral = new Set(train.categories).size > 1;
    if (typeof categoryStrength === 'number' && isSeveral) {
      return trainWithCategories({ ...single, train, strength: categoryStrength });
    }
    const { model } = await trainDirect({ ...single, train });
    if (!kinds || !isSeveral) return { model };
    return { model, kinds: await fitCategoryIndicators({ train, engine, signal }) };
  };
}
