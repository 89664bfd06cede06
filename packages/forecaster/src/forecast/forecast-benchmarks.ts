import { type Answer, EmbedLLMError } from '@embedllm/core';
import { correctForecast, misfitsOf, scaleAt } from './forecast-calibration.js';
import { forecastPopulation, type PopulationForecast } from './forecast-population.js';
import type { ItemResponsePool } from './item-response-pool.js';
import { misfitShares } from './misfit.js';
import { mixtureMoments, mixtureQuantile, type NormalMixture } from './normal-mixture.js';

/** What `forecastBenchmarks` takes. */
export interface ForecastBenchmarksOptions {
  /** What `fitItemResponse` gave. */
  readonly pool: ItemResponsePool;
  /**
   * Name of the model, for the report. A model of the pool brings its own answers, so that
   * `responses` may be left out.
   */
  readonly model?: string | undefined;
  /** Observed answers of the model; may be empty. Added to those of the pool. */
  readonly responses?: Iterable<Answer> | undefined;
  /** Questions that the forecast is about, by identifier. @default all of the pool */
  readonly questions?: readonly string[] | undefined;
  /** Probability that an interval holds, in (0, 1). @default 0.95 */
  readonly confidence?: number | undefined;
  /**
   * How the answered questions were chosen: as a `random` sample of each benchmark, or `chosen`, such
   * as by `selectQuestions`. Only random samples show without further assumptions how far the
   * predictions are off, so only they are used for correction.
   *
   * @default 'random'
   */
  readonly sample?: 'random' | 'chosen' | undefined;
  /** Draws of the model's abilities, even, 16 to 100000. @default 512 */
  readonly draws?: number | undefined;
  /** Unsigned 32-bit integer, for the draws. @default 0 */
  readonly seed?: number | undefined;
}

/** The forecast accuracy on a set of questions. */
export interface ForecastEstimate {
  /** Median of the distribution of the accuracy, from 0 to 1. */
  readonly accuracy: number;
  /** Standard deviation of that distribution. */
  readonly standardError: number;
  /** Interval of the stated confidence, within what the observed answers leave possible. */
  readonly lower: number;
  readonly upper: number;
  /** Questions that the forecast is about. */
  readonly questions: number;
  /** Those of them whose answers were observed. */
  readonly answers: number;
}

/** The forecast accuracy on one benchmark. */
export interface BenchmarkEstimate extends ForecastEstimate {
  readonly benchmark: string;
  /** Share of right answers among the observed; `undefined` without any. */
  readonly sampleMean: number | undefined;
}

/** The forecast of one model; plain JSON. */
export interface ModelBenchmarksForecast {
  readonly model: string | undefined;
  readonly confidence: number;
  /**
   * Probability, 0 to 1, that the model is stronger, or weaker, in general than every model of the
   * pool: its forecast then rests on how questions separate models that the pool does not have.
   */
  readonly outsidePool: number;
  /** One entry for each benchmark with questions. */
  readonly benchmarks: readonly BenchmarkEstimate[];
  /** Over all questions, each weighing the same. */
  readonly micro: ForecastEstimate;
  /** Mean of the benchmarks, each weighing the same. */
  readonly macro: ForecastEstimate;
}

/**
 * Forecasts the accuracy of one model on every benchmark from a few of its answers.
 *
 * The answered questions are known exactly. For the others, the posterior of the model's abilities
 * under the pool's item response model gives probabilities, which are integrated over. The forecast
 * is corrected by the mean residual of the observed answers, judged by prediction-powered inference
 * (see `predictionPoweredMean`) and shrunk by how large such misfits were for left-out models of
 * the pool. Intervals cover the abilities, the answers yet to come and the misfit, and are scaled by
 * what left-out models showed. They are about the accuracy over exactly these questions.
 *
 * Cost: about (2 k + 30) FLOPs for each draw and question.
 *
 * @throws EmbedLLMError `invalid-argument` on options out of range, unknown or repeated questions,
 * or a model that is not in the pool and has no responses; `conflicting-labels`.
 *
 * @example
 * ```ts
 * const forecast = forecastBenchmarks({ pool, responses: [{ question: 'gsm8k/7', outcome: 1 }] });
 * forecast.benchmarks[0]; // { benchmark: 'gsm8k', accuracy: 0.81, lower: 0.55, upper: 0.93, ... }
 * ```
 */
export function forecastBenchmarks(options: ForecastBenchmarksOptions): ModelBenchmarksForecast {
  const { pool, model, confidence = 0.95, sample = 'random', draws = 512, seed = 0 } = options;
  assertRange(confidence, draws, sample);
  const observed = pool.observe(responsesOf(options));
  const population = populationOf(pool, options.questions);
  const forecasts = forecastPopulation({
    fitted: {
      items: pool.items,
      abilityPrior: pool.abilityPrior,
      benchmarkOf: pool.benchmarkOf,
      benchmarkCount: pool.benchmarks.length,
    },
    observed,
    population,
    draws,
    seed,
    randomSample: sample === 'random',
  });
  const { calibration } = pool;
  const { deviations } = calibration.misfit;
  const shares = misfitShares(misfitsOf(forecasts), calibration.misfit);
  const outside = forecasts[0]?.outside ?? 0;
  const scale = scaleAt(calibration, sample, observed.questions.length, outside);
  const corrected = forecasts.map((forecast) => correctForecast(forecast, deviations, shares));
  const benchmarks = corrected.map((forecast): BenchmarkEstimate => {
    const estimate = summarise(forecast, confidence, scale);
    return {
      benchmark: pool.benchmarks[forecast.benchmark] as string,
      ...estimate,
      sampleMean: forecast.answers > 0 ? forecast.correct / forecast.answers : undefined,
    };
  });
  return {
    model,
    confidence,
    outsidePool: outside,
    benchmarks,
    micro: summarise(combine(corrected, population.length), confidence, scale),
    macro: summarise(combine(corrected, undefined), confidence, scale, macroBounds(corrected)),
  };
}

function responsesOf({ pool, model, responses }: ForecastBenchmarksOptions): Answer[] {
  const own = model !== undefined && pool.models.includes(model) ? pool.answersOf(model) : [];
  if (responses !== undefined) return [...own, ...responses];
  return model !== undefined && own.length === 0 ? pool.answersOf(model) : own;
}

function populationOf(
  pool: ItemResponsePool,
  questions: readonly string[] | undefined,
): Int32Array {
  if (questions === undefined) return Int32Array.from(pool.questions, (_, index) => index);
  const indices = Int32Array.from(questions, (id) => pool.questionIndex(id));
  if (indices.length === 0 || new Set(indices).size < indices.length) {
    throw new EmbedLLMError('Pass at least one question, each only once.', {
      code: 'invalid-argument',
    });
  }
  return indices;
}

/** The accuracy over several benchmarks, weighed by their questions, or alike without a total. */
function combine(
  forecasts: readonly PopulationForecast[],
  total: number | undefined,
): PopulationForecast {
  const shareOf = ({ questions }: PopulationForecast): number =>
    total === undefined ? 1 / forecasts.length : questions / total;
  const sum = (partOf: (mixture: NormalMixture, draw: number, share: number) => number) =>
    Float64Array.from(forecasts[0]?.mixture.weights ?? [], (_, draw) =>
      forecasts.reduce(
        (value, forecast) => value + partOf(forecast.mixture, draw, shareOf(forecast)),
        0,
      ),
    );
  const count = (field: 'questions' | 'answers' | 'correct'): number =>
    forecasts.reduce((value, forecast) => value + forecast[field], 0);
  return {
    benchmark: -1,
    questions: count('questions'),
    answers: count('answers'),
    correct: count('correct'),
    mixture: {
      means: sum(({ means }, draw, share) => share * means[draw]!),
      variances: sum(({ variances }, draw, share) => share ** 2 * variances[draw]!),
      weights: forecasts[0]?.mixture.weights ?? new Float64Array(0),
    },
    outside: forecasts[0]?.outside ?? 0,
    misfit: undefined,
  };
}

function macroBounds(forecasts: readonly PopulationForecast[]): [number, number] {
  const bounds = forecasts.map(boundsOf);
  const mean = (end: 0 | 1): number =>
    bounds.reduce((sum, pair) => sum + pair[end] / bounds.length, 0);
  return [mean(0), mean(1)];
}

/** The least and the greatest accuracy that the observed answers leave possible. */
function boundsOf({ correct, answers, questions }: PopulationForecast): [number, number] {
  return [correct / questions, (correct + questions - answers) / questions];
}

function summarise(
  forecast: PopulationForecast,
  confidence: number,
  scale: number,
  [least, greatest]: readonly [number, number] = boundsOf(forecast),
): ForecastEstimate {
  const { mixture, questions, answers } = forecast;
  const clip = (accuracy: number): number => Math.min(greatest, Math.max(least, accuracy));
  const median = mixtureQuantile(mixture, 0.5);
  const low = mixtureQuantile(mixture, (1 - confidence) / 2);
  const high = mixtureQuantile(mixture, (1 + confidence) / 2);
  return {
    accuracy: clip(median),
    standardError: scale * Math.sqrt(mixtureMoments(mixture).variance),
    lower: clip(median + scale * (low - median)),
    upper: clip(median + scale * (high - median)),
    questions,
    answers,
  };
}

function assertRange(confidence: number, draws: number, sample: string): void {
  if (!(confidence > 0 && confidence < 1)) {
    throw new EmbedLLMError(
      `The confidence must be between 0 and 1 (0.95 for 95%), but is ${confidence}.`,
      { code: 'invalid-argument' },
    );
  }
  if (!Number.isInteger(draws) || draws < 16 || draws > 100_000 || draws % 2 === 1) {
    throw new EmbedLLMError(
      `The number of draws must be even and from 16 to 100000, but is ${draws}.`,
      { code: 'invalid-argument' },
    );
  }
  if (sample !== 'random' && sample !== 'chosen') {
    throw new EmbedLLMError(
      `The sample must be "random" or "chosen", but is ${JSON.stringify(sample)}.`,
      { code: 'invalid-argument' },
    );
  }
}
