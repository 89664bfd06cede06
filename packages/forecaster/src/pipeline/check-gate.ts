import { EmbedLLMError } from '@embedllm/core';
import {
  type ForecastBenchmarksOptions,
  type ForecastEstimate,
  forecastBenchmarks,
} from '../forecast/forecast-benchmarks.js';

/** What `checkGate` takes. */
export interface GateOptions extends Omit<ForecastBenchmarksOptions, 'confidence'> {
  /** Name of the benchmark; `micro` for all questions and `macro` for the mean of benchmarks. */
  readonly benchmark: string;
  /** Accuracy that is required, from 0 to 1. */
  readonly minimum: number;
  /** Probability with which a verdict must hold, in (0.5, 1). @default 0.95 */
  readonly confidence?: number | undefined;
}

/** The verdict of a gate. */
export interface GateResult {
  /** `pass` and `fail` hold with the stated confidence; `undecided` needs more answers. */
  readonly verdict: 'pass' | 'fail' | 'undecided';
  /** For a process: 0 to pass, 1 to fail, 2 undecided. */
  readonly exitCode: 0 | 1 | 2;
  readonly estimate: ForecastEstimate;
  /** One sentence for a log. */
  readonly message: string;
}

/**
 * Decides whether a model reaches a required accuracy, for pipelines: "fail if the forecast of GSM8K
 * is below 80 with 95 % confidence". A verdict is one-sided: it passes when the accuracy is at
 * least the minimum with the stated probability, and fails when it is below with that probability.
 *
 * @throws EmbedLLMError as `forecastBenchmarks` does, and `invalid-argument` on an unknown benchmark
 * or a minimum outside [0, 1].
 *
 * @example
 * ```ts
 * process.exitCode = checkGate({ pool, responses, benchmark: 'gsm8k', minimum: 0.8 }).exitCode;
 * ```
 */
export function checkGate(options: GateOptions): GateResult {
  const { benchmark, minimum, confidence = 0.95, ...rest } = options;
  if (!(minimum >= 0 && minimum <= 1)) {
    throw new EmbedLLMError(
      'invalid-argument',
      `The minimum must lie between 0 and 1, but is ${minimum}. 80 % is 0.8.`,
    );
  }
  if (!(confidence > 0.5 && confidence < 1)) {
    throw new EmbedLLMError(
      'invalid-argument',
      `The confidence must lie between 0.5 and 1, but is ${confidence}. 95 % is 0.95.`,
    );
  }
  // A two-sided interval of 2 c - 1 leaves 1 - c on each side.
  const forecast = forecastBenchmarks({ ...rest, confidence: 2 * confidence - 1 });
  const estimate =
    benchmark === 'micro' || benchmark === 'macro'
      ? forecast[benchmark]
      : forecast.benchmarks.find((entry) => entry.benchmark === benchmark);
  if (!estimate) {
    const names = forecast.benchmarks.map((entry) => entry.benchmark).join(', ');
    throw new EmbedLLMError(
      'invalid-argument',
      `There is no benchmark ${JSON.stringify(benchmark)} in the forecast. It has ${names}, micro and macro.`,
    );
  }
  const { accuracy, lower, upper, answers } = estimate;
  const verdict = lower >= minimum ? 'pass' : upper < minimum ? 'fail' : 'undecided';
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  return {
    verdict,
    exitCode: verdict === 'pass' ? 0 : verdict === 'fail' ? 1 : 2,
    estimate,
    message: `${verdict}: ${benchmark} is forecast at ${percent(accuracy)} (${percent(lower)} to ${percent(upper)}) from ${answers} answers; ${percent(minimum)} is required with ${percent(confidence)} confidence.`,
  };
}
