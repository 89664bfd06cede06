import { type CorrectnessMatrix, EmbedLLMError } from '@embedllm/core';
import { mean, pearson, spearman } from '@embedllm/internals';
import type { BenchmarkForecast } from './benchmark-forecast.js';

/** Two models are always in perfect order, one way or the other: fewer pairs than this say nothing. */
const PAIRS_OF_CORRELATION = 5;

/** A forecast accuracy next to the observed one. */
export interface ObservedForecast {
  readonly benchmark: string;
  readonly model: string;
  /** Forecast over all questions of the benchmark, from 0 to 1. */
  readonly forecast: number;
  /** Sampling error of the forecast; see `AccuracyForecast.standardError`. */
  readonly standardError: number;
  /** Fraction correct among the labels that exist, from 0 to 1. */
  readonly observed: number;
  /** How many labels exist. */
  readonly labels: number;
}

/** How far forecasts are from observed accuracies. */
export interface ForecastErrors {
  /** How many pairs of model and benchmark have at least one label. */
  readonly pairs: number;
  /** Mean of |forecast - observed|. `undefined` without pairs. */
  readonly meanAbsoluteError: number | undefined;
  /** Mean of forecast - observed: above 0 where forecasts are too high. `undefined` without pairs. */
  readonly bias: number | undefined;
  /** Pearson's correlation. `undefined` below five pairs or where one side is constant. */
  readonly pearson: number | undefined;
  /** Spearman's rank correlation: is the order of the models right? `undefined` as `pearson`. */
  readonly spearman: number | undefined;
}

/** The errors on one benchmark, across models. */
export interface NamedForecastErrors extends ForecastErrors {
  readonly benchmark: string;
}

/** What `compareForecast` gives; plain JSON. */
export interface ForecastComparison {
  /** One entry a benchmark, in the order of the forecast. */
  readonly benchmarks: readonly NamedForecastErrors[];
  /**
   * Over all pairs of model and benchmark. Its correlations also reward knowing which benchmarks
   * are hard; the benchmarks' own do not.
   */
  readonly overall: ForecastErrors;
  /** Every pair that was compared. */
  readonly pairs: readonly ObservedForecast[];
}

/**
 * Compares a forecast with the labels that were observed since. Missing labels do not count, and
 * a model without any label on a benchmark is left out there.
 *
 * A forecast covers all questions of a benchmark: where a model was asked only some of them, part
 * of the difference is the choice of questions. Forecast on the asked questions alone to avoid it.
 *
 * @param forecast - What `forecastBenchmarkAccuracy` gave.
 * @param correctness - Labels of the same questions in the same order; models are found by name,
 * and models that were not forecast are ignored.
 * @throws EmbedLLMError `shape-mismatch` when the numbers of questions differ; `invalid-argument`
 * when a forecast model has no column; `invalid-data` when no label exists at all.
 */
export function compareForecast(
  forecast: BenchmarkForecast,
  correctness: CorrectnessMatrix,
): ForecastComparison {
  const pairs = observe(forecast, correctness);
  if (pairs.length === 0) {
    throw new EmbedLLMError(
      'None of the forecast models has an observed label, so nothing can be compared.',
      { code: 'invalid-data' },
    );
  }
  return {
    benchmarks: forecast.benchmarks.map((benchmark) => ({
      benchmark,
      ...errorsOf(pairs.filter((pair) => pair.benchmark === benchmark)),
    })),
    overall: errorsOf(pairs),
    pairs,
  };
}

function observe(forecast: BenchmarkForecast, correctness: CorrectnessMatrix): ObservedForecast[] {
  const { benchmarks, categories, models } = forecast;
  if (correctness.questionCount !== categories.length) {
    throw new EmbedLLMError(
      `The forecast covers ${categories.length} questions, but there are labels for ${correctness.questionCount}.`,
      { code: 'shape-mismatch' },
    );
  }
  const columns = new Map(correctness.models.map((name, index) => [name, index]));
  const benchmarkIndex = new Map(benchmarks.map((name, index) => [name, index]));
  return models.flatMap(({ model, benchmarks: forecasts }) => {
    const column = columns.get(model);
    if (column === undefined) {
      throw new EmbedLLMError(
        `The model ${JSON.stringify(model)} was forecast, but is not among the ${columns.size} models with labels.`,
        { code: 'invalid-argument' },
      );
    }
    const correct = new Array<number>(benchmarks.length).fill(0);
    const labels = new Array<number>(benchmarks.length).fill(0);
    for (const [question, category] of categories.entries()) {
      const label = correctness.get(question, column);
      const index = benchmarkIndex.get(category);
      if (label === undefined || index === undefined) continue;
      correct[index] = correct[index]! + label;
      labels[index] = labels[index]! + 1;
    }
    return forecasts.flatMap(({ benchmark, accuracy, standardError }, index) => {
      const count = labels[index]!;
      if (count === 0) return [];
      const observed = correct[index]! / count;
      return [{ benchmark, model, forecast: accuracy, standardError, observed, labels: count }];
    });
  });
}

function errorsOf(pairs: readonly ObservedForecast[]): ForecastErrors {
  const forecasts = pairs.map((pair) => pair.forecast);
  const observed = pairs.map((pair) => pair.observed);
  const differences = pairs.map((pair) => pair.forecast - pair.observed);
  const some = pairs.length > 0;
  const isEnough = pairs.length >= PAIRS_OF_CORRELATION;
  return {
    pairs: pairs.length,
    meanAbsoluteError: some ? mean(differences.map(Math.abs)) : undefined,
    bias: some ? mean(differences) : undefined,
    pearson: isEnough ? pearson(forecasts, observed) : undefined,
    spearman: isEnough ? spearman(forecasts, observed) : undefined,
  };
}
