import { compareForecast, forecastBenchmarkAccuracy } from '@embedllm/forecaster';
import type { ForecastContent, ForecastPair, TextForecast } from '../content/forecast-content.js';
import type { TestStudy } from './test-study.js';

/** 97.5% quantile of the normal distribution. */
const Z = 1.959963984540054;

/**
 * Accuracies of all models on each benchmark, forecast from the texts of its test questions, next to
 * the observed ones.
 *
 * @param categories - Of the test questions.
 */
export function collectTextForecasts(
  { test }: TestStudy,
  categories: readonly string[],
): Pick<ForecastContent, 'fromTexts' | 'overall'> {
  const forecast = forecastBenchmarkAccuracy({
    probabilities: test.probabilities,
    categories,
    models: test.correctness.models,
  });
  const { pairs, benchmarks, overall } = compareForecast(forecast, test.correctness);
  const fromTexts = benchmarks.flatMap((errors): TextForecast[] => {
    const own = pairs
      .filter(({ benchmark }) => benchmark === errors.benchmark)
      .map((pair): ForecastPair => {
        // What was observed is a sample of its own size, which a model with gaps has smaller.
        const questions = categories.filter((category) => category === errors.benchmark).length;
        const half = Z * pair.standardError * Math.sqrt(questions / pair.labels);
        return {
          model: pair.model,
          forecast: pair.forecast,
          lower: Math.max(0, pair.forecast - half),
          upper: Math.min(1, pair.forecast + half),
          observed: pair.observed,
        };
      });
    if (errors.meanAbsoluteError === undefined || errors.bias === undefined) return [];
    return [
      {
        benchmark: errors.benchmark,
        questions: categories.filter((category) => category === errors.benchmark).length,
        pairs: own,
        meanAbsoluteError: errors.meanAbsoluteError,
        bias: errors.bias,
        spearman: errors.spearman,
        coverage: coverageOf(own),
      },
    ];
  });
  return {
    fromTexts,
    overall: {
      pairs: overall.pairs,
      meanAbsoluteError: overall.meanAbsoluteError ?? 0,
      coverage: coverageOf(fromTexts.flatMap((benchmark) => benchmark.pairs)),
    },
  };
}

function coverageOf(pairs: readonly ForecastPair[]): number {
  const inside = pairs.filter(
    ({ observed, lower = 0, upper = 1 }) => observed >= lower && observed <= upper,
  );
  return inside.length / Math.max(1, pairs.length);
}
