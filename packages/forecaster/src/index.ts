export {
  type AccuracyForecast,
  type BenchmarkForecast,
  type BenchmarkForecastOptions,
  forecastBenchmarkAccuracy,
  type ModelForecast,
  type NamedAccuracyForecast,
} from './benchmark-forecast.js';
export {
  compareForecast,
  type ForecastComparison,
  type ForecastErrors,
  type NamedForecastErrors,
  type ObservedForecast,
} from './compare-forecast.js';
