import { assertFinite, EmbedLLMError, type Matrix, Random } from '@embedllm/core';
import { checkInteger, mean, pearson, spearman } from '@embedllm/internals';
import { leaveOneOutRidge } from './leave-one-out-ridge.js';

/** What `forecastFromEmbeddings` takes. */
export interface ForecastFromEmbeddingsOptions {
  /**
   * Model embeddings, shape [M, d]. To forecast a benchmark that models never ran, train them
   * without it.
   */
  readonly embeddings: Matrix;
  /** Accuracy of each model on the benchmark, length M; `undefined` leaves a model out. */
  readonly accuracies: readonly (number | undefined)[];
  /** Permutations for p-values, 0 to 100000; with 0 there are none. @default 999 */
  readonly permutations?: number | undefined;
  /** Unsigned 32-bit integer, for the permutations. @default 0 */
  readonly seed?: number | undefined;
}

/** Probabilities of figures as good as these if embeddings and accuracies had nothing in common. */
export interface PermutationPValues {
  readonly rSquared: number;
  readonly meanAbsoluteError: number;
  readonly pearson: number;
  readonly spearman: number;
}

/** What `forecastFromEmbeddings` gives; plain JSON. */
export interface EmbeddingForecast {
  /** Index of the model of each prediction. */
  readonly models: readonly number[];
  /** Accuracies, each forecast by a regression on the other models alone; not clipped. */
  readonly predictions: readonly number[];
  /**
   * 1 - squared error / squared error of the mean of the other models; below 0 where the embedding
   * does worse than that mean.
   */
  readonly rSquared: number;
  readonly meanAbsoluteError: number;
  /** `undefined` where one side is constant. */
  readonly pearson: number | undefined;
  readonly spearman: number | undefined;
  /** One-sided; `undefined` without permutations. */
  readonly pValues: PermutationPValues | undefined;
}

/**
 * Forecasts a benchmark from model embeddings as the EmbedLLM paper does (Zhuang et al., ICLR 2025,
 * arXiv 2410.02223): linear regression, each model left out in turn. A ridge makes it defined
 * for more dimensions than models; it is chosen by leave-one-out within the models that remain, so
 * that the left-out model has no part in it.
 *
 * p-values: accuracies are permuted over models, the whole procedure is repeated with the choice of
 * the ridge, and p = (1 + permutations at least as good) / (1 + permutations).
 *
 * Cost: O(M⁴) once, then O(6 M³) for each permutation and 48 M³ bytes; 0.1 s and 0.6 s for 999
 * permutations of 55 models.
 *
 * @throws EmbedLLMError `shape-mismatch`, `not-finite`; `invalid-argument` when fewer than 4 models
 * have an accuracy, accuracies are all the same, or one lies outside [0, 1].
 */
export function forecastFromEmbeddings(options: ForecastFromEmbeddingsOptions): EmbeddingForecast {
  const { embeddings, accuracies, permutations = 999, seed = 0 } = options;
  assertUsable(options, permutations);
  const models = [...accuracies.keys()].filter((model) => accuracies[model] !== undefined);
  const values = models.map((model) => accuracies[model]!);
  const ridge = leaveOneOutRidge(embeddings.selectRows(models));
  const observed = judge(values, ridge.predict(values));
  const random = new Random(seed);
  const better = { rSquared: 0, meanAbsoluteError: 0, pearson: 0, spearman: 0 };
  for (let run = 0; run < permutations; run++) {
    const shuffled = random.shuffle([...values]);
    const figures = judge(shuffled, ridge.predict(shuffled));
    if (figures.rSquared >= observed.rSquared) better.rSquared++;
    if (figures.meanAbsoluteError <= observed.meanAbsoluteError) better.meanAbsoluteError++;
    if ((figures.pearson ?? 0) >= (observed.pearson ?? 0)) better.pearson++;
    if ((figures.spearman ?? 0) >= (observed.spearman ?? 0)) better.spearman++;
  }
  const pValue = (count: number): number => (1 + count) / (1 + permutations);
  return {
    models,
    ...observed,
    pValues:
      permutations === 0
        ? undefined
        : {
            rSquared: pValue(better.rSquared),
            meanAbsoluteError: pValue(better.meanAbsoluteError),
            pearson: pValue(better.pearson),
            spearman: pValue(better.spearman),
          },
  };
}

function judge(
  values: readonly number[],
  predictions: readonly number[],
): Omit<EmbeddingForecast, 'models' | 'pValues'> {
  const M = values.length;
  const average = mean(values);
  let squares = 0;
  let baseline = 0;
  let absolute = 0;
  values.forEach((value, index) => {
    const error = value - predictions[index]!;
    squares += error * error;
    absolute += Math.abs(error) / M;
    // The mean of the others differs from this value by M / (M - 1) of its deviation.
    baseline += ((value - average) * (M / (M - 1))) ** 2;
  });
  return {
    predictions,
    rSquared: 1 - squares / baseline,
    meanAbsoluteError: absolute,
    pearson: pearson(predictions, values),
    spearman: spearman(predictions, values),
  };
}

const FEWEST_MODELS = 4;

function assertUsable(options: ForecastFromEmbeddingsOptions, permutations: number): void {
  const { embeddings, accuracies } = options;
  if (accuracies.length !== embeddings.rows) {
    throw new EmbedLLMError(
      `There are ${accuracies.length} accuracies for embeddings of ${embeddings.rows} models.`,
      { code: 'shape-mismatch' },
    );
  }
  assertFinite(embeddings, 'embeddings');
  const wrong = accuracies.findIndex((value) => value !== undefined && !(value >= 0 && value <= 1));
  if (wrong >= 0) {
    throw new EmbedLLMError(
      `The accuracy of model ${wrong} must be between 0 and 1, but is ${accuracies[wrong]}.`,
      { code: 'invalid-argument' },
    );
  }
  const known = accuracies.filter((value) => value !== undefined);
  if (known.length < FEWEST_MODELS || new Set(known).size < 2) {
    throw new EmbedLLMError(
      `A regression needs the accuracies of at least ${FEWEST_MODELS} models, not all equal, but there are ${known.length}.`,
      { code: 'invalid-argument' },
    );
  }
  checkInteger('The number of permutations', permutations, { min: 0, max: 100000 });
}
