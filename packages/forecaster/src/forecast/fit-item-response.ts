import {
  assertFinite,
  type CorrectnessMatrix,
  EmbedLLMError,
  estimateAccuracies,
  type Matrix,
  type Progress,
  Random,
} from '@embedllm/core';
import { checkInteger, nextTurn } from '@embedllm/internals';
import { fitPool } from '../item-response/fit-pool.js';
import { noFeatures, textFeatures } from '../item-response/text-features.js';
import { checkFold, type Fold, type FoldPool } from './check-forecasts.js';
import { type CheckedForecast, calibrate, meanLogLoss, unchecked } from './forecast-calibration.js';
import { ItemResponsePool } from './item-response-pool.js';

/** What `fitItemResponse` takes. */
export interface FitItemResponseOptions {
  /**
   * The pool's answers, shape [Q, M]. With `embeddings`, questions may be without answers: their text
   * and benchmark are then used.
   */
  readonly correctness: CorrectnessMatrix;
  /** The benchmark of each question, length Q, none empty. */
  readonly categories: readonly string[];
  /** Embeddings of the question texts, shape [Q, D]; without them, texts are ignored. */
  readonly embeddings?: Matrix | undefined;
  /**
   * k, the number of abilities, 1 to 16. `auto` tries 1, 2, 3, 4 and 6, until two in a row forecast
   * left-out models of the pool no better.
   *
   * @default 'auto'
   */
  readonly dimensions?: number | 'auto' | undefined;
  /** Passes over the answers, 1 to 1000. @default 20 */
  readonly iterations?: number | undefined;
  /** Principal components of the embeddings that are used, 1 to 512. @default 32 */
  readonly textDimensions?: number | undefined;
  /** Parts into which the models are divided to check forecasts, 2 to 50. @default 5 */
  readonly folds?: number | undefined;
  /** Unsigned 32-bit integer: division into folds and checked samples. @default 0 */
  readonly seed?: number | undefined;
  /**
   * Checks forecasts of left-out models, all folds of a step at once, such as on a cluster; must
   * return what `checkFold` returns, in the order of the folds.
   *
   * @default here, one fold after another
   */
  readonly checkFolds?: CheckFolds | undefined;
  /** Stops between two fits; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each fit with the number done and the total. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/**
 * Checks folds of a pool.
 *
 * @param options - `onDone` is to be called after each fold.
 */
export type CheckFolds = (
  pool: FoldPool,
  folds: readonly Fold[],
  options: { readonly signal: AbortSignal | undefined; readonly onDone: () => void },
) => Promise<readonly (readonly CheckedForecast[])[]>;

const CANDIDATES = [1, 2, 3, 4, 6];
/** Numbers of abilities in a row that forecast no better before no more are tried. */
const PATIENCE = 2;
/** Answers from which left-out models are forecast to choose k, and to calibrate intervals. */
const CHECKED_ANSWERS = [10, 30, 100, 300];
/** The same of chosen questions. */
const CHECKED_CHOICES = [10, 30, 100, 300];
const CHECK_DRAWS = 32;
/** Left-out models that are asked chosen questions, at most. */
const MOST_CHOSEN = 40;
/** With fewer models than this, one at a time is left out; with fewer than the other, none. */
const FEW_MODELS = 8;
const FEWEST_CHECKED = 3;

/**
 * Fits a multidimensional item response model to a pool's answers (Reckase 2009):
 * P(correct) = sigmoid(a_q + b_q . theta_m), with priors on questions and models that are estimated
 * from the pool, and checks on left-out models how far its forecasts can be trusted.
 *
 * Cost: a fit takes about 4 M Q (k + 1)² FLOPs an iteration; `auto` makes 5 fits for each of the
 * five k, and six more check chosen questions and the strongest models. ZeroEval (Q = 2,840, M = 55) takes a few seconds.
 *
 * @throws EmbedLLMError `shape-mismatch`, `invalid-argument`, `not-finite`; `invalid-data` when there
 * are fewer than two models or there is no answer at all.
 *
 * @example
 * ```ts
 * const pool = await fitItemResponse({ correctness, categories, embeddings });
 * const forecast = forecastBenchmarks({ pool, responses });
 * ```
 */
export async function fitItemResponse(options: FitItemResponseOptions): Promise<ItemResponsePool> {
  const { correctness, categories, embeddings, signal, onProgress } = options;
  const {
    dimensions = 'auto',
    iterations = 20,
    textDimensions = 32,
    folds = 5,
    seed = 0,
  } = options;
  assertUsable({ correctness, categories, embeddings });
  checkInteger('iterations', iterations, { min: 1, max: 1000 });
  checkInteger('textDimensions', textDimensions, { min: 1, max: 512 });
  checkInteger('folds', folds, { min: 2, max: 50 });
  checkInteger('seed', seed, { min: 0, max: 0xffffffff });
  if (dimensions !== 'auto') checkInteger('dimensions', dimensions, { min: 1, max: 16 });
  const M = correctness.modelCount;
  const benchmarks = [...new Set(categories)];
  const indexOf = new Map(benchmarks.map((name, index) => [name, index]));
  const benchmarkOf = Int32Array.from(categories, (name) => indexOf.get(name) as number);
  const answers = { questions: correctness.questionCount, models: M, labels: correctness.labels };
  const features = embeddings
    ? textFeatures(embeddings, benchmarkOf, textDimensions, seed)
    : noFeatures();
  const parts = M >= FEWEST_CHECKED ? divide(M, M < FEW_MODELS ? M : Math.min(folds, M), seed) : [];
  const strongest = M >= FEW_MODELS ? strongestModels(correctness, Math.round(M / 4)) : undefined;
  const candidates = CANDIDATES.filter((k) => 4 * k <= M);
  const choices = dimensions === 'auto' ? (candidates.length > 0 ? candidates : [1]) : [dimensions];
  const total = choices.length * parts.length + parts.length + (strongest ? 3 : 1);
  let done = 0;
  const onDone = (): void =>
    onProgress?.({ phase: 'fit', done: ++done, total, unit: 'iterations' });
  const pool = { answers, benchmarkOf, benchmarkCount: benchmarks.length, features, iterations };
  const { checkFolds = checkHere } = options;
  const check = async (
    leftOut: readonly (readonly number[])[],
    k: number,
    sample: Fold['sample'],
  ) => {
    const answerCounts = sample === 'random' ? CHECKED_ANSWERS : CHECKED_CHOICES;
    const common = { dimensions: k, answerCounts, draws: CHECK_DRAWS, seed, sample };
    const folds = leftOut.map((models) => ({ ...common, leftOut: models }));
    return (await checkFolds(pool, folds, { signal, onDone })).flat();
  };
  signal?.throwIfAborted();
  let best: { k: number; loss: number; checked: readonly CheckedForecast[] } | undefined;
  let worse = 0;
  for (const k of choices) {
    const checked = await check(parts, k, 'random');
    const loss = meanLogLoss(checked);
    worse = best && loss >= best.loss ? worse + 1 : 0;
    if (worse === 0) best = { k, loss, checked };
    if (worse === PATIENCE) break;
  }
  const { k, checked } = best ?? { k: 1, checked: [] };
  const few = parts.map((leftOut) => leftOut.slice(0, Math.ceil(MOST_CHOSEN / parts.length)));
  const chosen = await check(few, k, 'chosen');
  const outside = await check(strongest ? [strongest] : [], k, 'random');
  const outsideChosen = await check(
    strongest ? [strongest.slice(0, MOST_CHOSEN)] : [],
    k,
    'chosen',
  );
  const { items, abilityPrior, abilities } = fitPool({
    answers,
    benchmarkOf,
    benchmarks: benchmarks.length,
    features,
    dimensions: k,
    iterations,
  });
  onDone();
  await nextTurn(signal);
  return new ItemResponsePool({
    questions: correctness.questions,
    models: correctness.models,
    benchmarks,
    benchmarkOf,
    answers,
    items,
    abilityPrior,
    abilities,
    calibration:
      checked.length > 0
        ? calibrate({ random: checked, chosen, outside, outsideChosen })
        : unchecked(),
  });
}

/** One fold after another; timers, signals and other work run between two. */
const checkHere: CheckFolds = async (pool, folds, { signal, onDone }) => {
  const checked: CheckedForecast[][] = [];
  for (const fold of folds) {
    checked.push(checkFold({ ...pool, ...fold }));
    onDone();
    await nextTurn(signal);
  }
  return checked;
};

/** The models of highest accuracy over the same questions, by column. */
function strongestModels(correctness: CorrectnessMatrix, count: number): number[] {
  const accuracies = estimateAccuracies(correctness).map((estimate) => estimate?.accuracy ?? 0);
  return [...accuracies.keys()].sort((a, b) => accuracies[b]! - accuracies[a]!).slice(0, count);
}

function divide(count: number, parts: number, seed: number): number[][] {
  const order = new Random(seed).shuffle(Array.from({ length: count }, (_, index) => index));
  return Array.from({ length: parts }, (_, part) =>
    order.filter((_, index) => index % parts === part),
  );
}

function assertUsable(options: {
  readonly correctness: CorrectnessMatrix;
  readonly categories: readonly string[];
  readonly embeddings: Matrix | undefined;
}): void {
  const { correctness, categories, embeddings } = options;
  const Q = correctness.questionCount;
  if (categories.length !== Q) {
    throw new EmbedLLMError(`There are ${categories.length} categories for ${Q} questions.`, {
      code: 'shape-mismatch',
    });
  }
  const empty = categories.findIndex((category) => !category);
  if (empty >= 0) {
    throw new EmbedLLMError(`The category of question ${empty} is empty.`, {
      code: 'invalid-argument',
    });
  }
  if (embeddings && embeddings.rows !== Q) {
    throw new EmbedLLMError(
      `There are embeddings of ${embeddings.rows} questions, but answers to ${Q}.`,
      { code: 'shape-mismatch' },
    );
  }
  if (embeddings) assertFinite(embeddings, 'embeddings');
  if (correctness.modelCount < 2 || correctness.countObserved() === 0) {
    throw new EmbedLLMError(
      `A pool needs answers of at least two models, but has ${correctness.countObserved()} answers of ${correctness.modelCount}.`,
      { code: 'invalid-data' },
    );
  }
}
