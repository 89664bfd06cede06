import { assertFinite, EmbedLLMError, type Matrix } from '@embedllm/core';

/** What a forecast is made from: Q questions, M models. */
export interface BenchmarkForecastOptions {
  /**
   * Predicted probabilities of a correct answer, shape [Q, M], from 0 to 1; what
   * `predictProbabilities` of a model gives.
   */
  readonly probabilities: Matrix;
  /** The benchmark of each question, length Q, none empty. */
  readonly categories: readonly string[];
  /** Names of the models, length M, unique, in the order of the columns. */
  readonly models: readonly string[];
}

/** A forecast accuracy. */
export interface AccuracyForecast {
  /** Expected fraction of correct answers, from 0 to 1. */
  readonly accuracy: number;
  /**
   * Standard deviation of the observed accuracy around `accuracy` if every probability were
   * exactly right and answers independent: the sampling of the labels, sqrt(sum p (1 - p)) / n.
   * It does NOT cover errors of the probabilities themselves, which do not shrink with n.
   */
  readonly standardError: number;
  /** How many questions it covers. */
  readonly questions: number;
}

/** A forecast accuracy on one benchmark. */
export interface NamedAccuracyForecast extends AccuracyForecast {
  readonly benchmark: string;
}

/** The forecasts of one model. */
export interface ModelForecast {
  readonly model: string;
  /** One entry a benchmark, in the order of `BenchmarkForecast.benchmarks`. */
  readonly benchmarks: readonly NamedAccuracyForecast[];
  /** Over all questions, each weighing the same. */
  readonly micro: AccuracyForecast;
  /** Mean of the benchmarks' accuracies, each benchmark weighing the same. */
  readonly macro: AccuracyForecast;
}

/** The forecasts of a pool; plain JSON. */
export interface BenchmarkForecast {
  /** Names of the benchmarks, in the order of their first question. */
  readonly benchmarks: readonly string[];
  /** The benchmark of each question, length Q, as given. */
  readonly categories: readonly string[];
  /** One entry a model, in the order given. */
  readonly models: readonly ModelForecast[];
}

/**
 * Forecasts the accuracy of each model on each benchmark, without running it: the mean predicted
 * probability over the benchmark's questions, which is the expectation of the accuracy where the
 * probabilities are calibrated.
 *
 * @throws EmbedLLMError `shape-mismatch` when Q or M disagree; `not-finite` on NaN;
 * `invalid-argument` on a probability outside [0, 1], an empty category, no question, no model or
 * a repeated model name.
 *
 * @example
 * ```ts
 * const probabilities = Matrix.fromRows([[0.9, 0.5], [0.7, 0.5]]);
 * const forecast = forecastBenchmarkAccuracy({
 *   probabilities, categories: ['gsm8k', 'gsm8k'], models: ['large', 'small'],
 * });
 * forecast.models[0]?.benchmarks[0]; // { benchmark: 'gsm8k', accuracy: 0.8, standardError: 0.27, questions: 2 }
 * ```
 */
export function forecastBenchmarkAccuracy(options: BenchmarkForecastOptions): BenchmarkForecast {
  const { probabilities, categories, models } = options;
  assertUsable(options);
  const benchmarks = [...new Set(categories)];
  const indexOf = new Map(benchmarks.map((benchmark, index) => [benchmark, index]));
  const { cols: M } = probabilities;
  const counts = new Array<number>(benchmarks.length).fill(0);
  const sums = new Float64Array(benchmarks.length * M);
  const variances = new Float64Array(benchmarks.length * M);
  for (const [question, category] of categories.entries()) {
    const benchmark = indexOf.get(category) as number;
    counts[benchmark] = counts[benchmark]! + 1;
    for (let model = 0; model < M; model++) {
      const p = probabilities.at(question, model);
      const cell = benchmark * M + model;
      sums[cell] = sums[cell]! + p;
      variances[cell] = variances[cell]! + p * (1 - p);
    }
  }
  return {
    benchmarks,
    categories,
    models: models.map((name, model): ModelForecast => {
      const parts = benchmarks.map((benchmark, index): NamedAccuracyForecast => {
        const sum = sums[index * M + model]!;
        const variance = variances[index * M + model]!;
        return { benchmark, ...forecastOf(sum, variance, counts[index]!) };
      });
      return { model: name, benchmarks: parts, micro: micro(parts), macro: macro(parts) };
    }),
  };
}

function forecastOf(sum: number, variance: number, questions: number): AccuracyForecast {
  return { accuracy: sum / questions, standardError: Math.sqrt(variance) / questions, questions };
}

function micro(parts: readonly AccuracyForecast[]): AccuracyForecast {
  let sum = 0;
  let variance = 0;
  let count = 0;
  for (const { accuracy, standardError, questions } of parts) {
    sum += accuracy * questions;
    variance += (standardError * questions) ** 2;
    count += questions;
  }
  return forecastOf(sum, variance, count);
}

function macro(parts: readonly AccuracyForecast[]): AccuracyForecast {
  let sum = 0;
  let variance = 0;
  let count = 0;
  for (const { accuracy, standardError, questions } of parts) {
    sum += accuracy;
    variance += standardError ** 2;
    count += questions;
  }
  return { ...forecastOf(sum, variance, parts.length), questions: count };
}

function assertUsable({ probabilities, categories, models }: BenchmarkForecastOptions): void {
  const { rows, cols, data } = probabilities;
  if (categories.length !== rows) {
    throw new EmbedLLMError(
      `There are ${categories.length} categories for probabilities of ${rows} questions.`,
      { code: 'shape-mismatch' },
    );
  }
  if (models.length !== cols) {
    throw new EmbedLLMError(
      `There are ${models.length} model names for probabilities of ${cols} models.`,
      { code: 'shape-mismatch' },
    );
  }
  if (rows === 0 || cols === 0) {
    throw new EmbedLLMError(
      `A forecast needs questions and models, but there are ${rows} and ${cols}.`,
      { code: 'invalid-argument' },
    );
  }
  const empty = categories.findIndex((category) => !category);
  if (empty >= 0) {
    throw new EmbedLLMError(`The category of question ${empty} is empty.`, {
      code: 'invalid-argument',
    });
  }
  const repeated = models.find((name, index) => models.indexOf(name) < index);
  if (repeated !== undefined) {
    throw new EmbedLLMError(`The model ${JSON.stringify(repeated)} occurs twice.`, {
      code: 'invalid-argument',
    });
  }
  assertFinite(probabilities, 'probabilities');
  const outside = data.findIndex((p) => p < 0 || p > 1);
  if (outside >= 0) {
    const question = Math.floor(outside / cols);
    throw new EmbedLLMError(
      `The probability of model ${JSON.stringify(models[outside % cols])} on question ${question} is ${data[outside]}, outside [0, 1]. Are these logits?`,
      { code: 'invalid-argument' },
    );
  }
}
