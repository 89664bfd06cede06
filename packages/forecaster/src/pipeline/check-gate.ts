import { EmbedLLMError } from '@embedllm/core';
import { checkInteger, checkObject, didYouMean, percent, quantity } from '@embedllm/internals';
import type { ForecastEstimate, ModelBenchmarksForecast } from '../forecast/forecast-benchmarks.js';

/** Answers that a verdict needs by default: 20 right ones of 20 still allow an accuracy of 84%. */
const DEFAULT_MINIMUM_ANSWERS = 20;

/** What `checkGate` takes. */
export interface GateOptions {
  /** What `forecastBenchmarks` gave. The gate judges its intervals. */
  readonly forecast: ModelBenchmarksForecast;
  /** Name of the benchmark; `micro` for all questions and `macro` for the mean of benchmarks. */
  readonly benchmark: string;
  /** Accuracy that is required, from 0 to 1. */
  readonly minimum: number;
  /**
   * Answers that a verdict needs, an integer from 0: to questions of the benchmark, or to all
   * questions for `micro` and `macro`, of which each benchmark then needs at least one. With 0 a
   * forecast is enough. A benchmark of fewer questions needs all of them.
   *
   * @default 20
   */
  readonly minAnswers?: number | undefined;
}

/** The verdict of a gate; plain JSON. */
export interface GateResult {
  readonly benchmark: string;
  readonly minimum: number;
  /**
   * `pass`: the whole interval is at least the minimum. `fail`: the whole interval is below it.
   * `undecided`: the interval contains the minimum, or there are too few answers.
   */
  readonly verdict: 'pass' | 'fail' | 'undecided';
  /** Why a verdict is missing; `undefined` for `pass` and `fail`. */
  readonly reason: 'too-few-answers' | 'interval-contains-minimum' | undefined;
  /** Probability of the forecast's interval. */
  readonly confidence: number;
  /** Answers that this verdict needed. */
  readonly minAnswers: number;
  /** The forecast that was judged, as `forecastBenchmarks` gave it. */
  readonly estimate: ForecastEstimate;
  /** One sentence for a log, the rule included. */
  readonly message: string;
}

/**
 * Decides whether a model reaches a required accuracy, for pipelines. The gate judges the interval of
 * the forecast, the one that reports show: it passes when the whole interval is at least the minimum,
 * fails when the whole interval is below, and is undecided otherwise. The interval is two-sided: of
 * 95% confidence, it lies too high or too low with a probability of 2.5% each.
 *
 * @throws EmbedLLMError `invalid-argument` on an unknown benchmark, a minimum outside [0, 1], or a
 * number of answers that is not an integer from 0.
 *
 * @example
 * ```ts
 * const forecast = forecastBenchmarks({ pool, responses });
 * const { verdict } = checkGate({ forecast, benchmark: 'gsm8k', minimum: 0.8 });
 * process.exitCode = verdict === 'pass' ? 0 : 1;
 * ```
 */
export function checkGate(options: GateOptions): GateResult {
  const {
    forecast,
    benchmark,
    minimum,
    minAnswers = DEFAULT_MINIMUM_ANSWERS,
  } = checkObject('options', options);
  checkObject('forecast', forecast);
  if (!(minimum >= 0 && minimum <= 1)) {
    throw new EmbedLLMError(
      `The minimum must be between 0 and 1 (0.8 for 80%), but is ${minimum}.`,
      { code: 'invalid-argument' },
    );
  }
  checkInteger('minAnswers', minAnswers, { min: 0 });
  const { confidence } = forecast;
  const estimate = estimateOf(forecast, benchmark);
  const { accuracy, lower, upper, answers, questions } = estimate;
  const needed = Math.min(minAnswers, questions);
  const level = `${Number((100 * confidence).toFixed(2))}%`;
  const found = `${benchmark} is forecast at ${percent(accuracy)} (${level} interval ${percent(lower)} to ${percent(upper)}) from ${quantity(answers, 'answer')}`;
  const result = { benchmark, minimum, confidence, minAnswers: needed, estimate };
  const lack = lackOfAnswers(forecast, benchmark, { answers, needed });
  if (lack !== undefined) {
    const message = `undecided: ${found}; ${lack}.`;
    return { ...result, verdict: 'undecided', reason: 'too-few-answers', message };
  }
  const isPass = lower >= minimum;
  if (isPass || upper < minimum) {
    const relation = isPass ? 'at least' : 'below';
    const verdict = isPass ? 'pass' : 'fail';
    const message = `${verdict}: ${found}; the whole interval is ${relation} the required ${percent(minimum)}.`;
    return { ...result, verdict, reason: undefined, message };
  }
  const message = `undecided: ${found}; the interval contains the required ${percent(minimum)}, so more answers are needed.`;
  return { ...result, verdict: 'undecided', reason: 'interval-contains-minimum', message };
}

function estimateOf(forecast: ModelBenchmarksForecast, benchmark: string): ForecastEstimate {
  if (benchmark === 'micro' || benchmark === 'macro') return forecast[benchmark];
  const estimate = forecast.benchmarks.find((entry) => entry.benchmark === benchmark);
  if (!estimate) {
    const names = [...forecast.benchmarks.map((entry) => entry.benchmark), 'micro', 'macro'];
    throw new EmbedLLMError(
      `Unknown benchmark ${JSON.stringify(benchmark)}.${didYouMean(benchmark, names)} Available: ${names.join(', ')}.`,
      { code: 'invalid-argument' },
    );
  }
  return estimate;
}

/** What is missing for a verdict, in words. */
function lackOfAnswers(
  { benchmarks }: ModelBenchmarksForecast,
  benchmark: string,
  { answers, needed }: { readonly answers: number; readonly needed: number },
): string | undefined {
  if (answers < needed) return `a verdict needs at least ${quantity(needed, 'answer')}`;
  if (needed === 0 || (benchmark !== 'micro' && benchmark !== 'macro')) return undefined;
  const unasked = benchmarks.filter((entry) => entry.answers === 0);
  if (unasked.length === 0) return undefined;
  const names = unasked.slice(0, 3).map((entry) => entry.benchmark);
  const others = unasked.length > names.length ? `, and ${unasked.length - names.length} more` : '';
  return `a verdict needs an answer on each benchmark, but there is none on ${names.join(', ')}${others}`;
}
