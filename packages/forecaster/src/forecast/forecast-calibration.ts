import { normalQuantile } from '@embedllm/internals';
import type { PopulationForecast } from './forecast-population.js';
import type { MeasuredMisfit, MisfitDistribution } from './misfit.js';
import { fitMisfit, misfitShares, shrinkMisfit } from './misfit.js';
import { mixtureMoments, mixtureQuantile } from './normal-mixture.js';

/** Factors by which to widen intervals, by the number of answers. */
export interface IntervalScales {
  /** Numbers of answers at which intervals were checked, ascending; may be empty. */
  readonly answers: readonly number[];
  readonly scales: readonly number[];
}

/** Errors of forecasts of models that were left out of the pool. */
export interface ForecastCalibration {
  readonly misfit: MisfitDistribution;
  /** Of random samples of models that were left out at random. */
  readonly random: IntervalScales;
  /** Of chosen questions, of the same models. */
  readonly chosen: IntervalScales;
  /** Of random samples of the strongest models, left out together: of a model surely outside. */
  readonly outside: IntervalScales;
  /** Of chosen questions, of the same strongest models. */
  readonly outsideChosen: IntervalScales;
}

/** A forecast of a left-out model, with its actual accuracy. */
export interface CheckedForecast {
  /** Number of answers that it was made from. */
  readonly answers: number;
  readonly forecasts: readonly PopulationForecast[];
  /** Accuracy in the population of each of them. */
  readonly accuracies: readonly number[];
}

/** The confidence at which intervals are checked. */
const CHECKED_LEVEL = 0.95;
/** Share of the checked errors that a scale covers, at most: more would follow the single largest. */
const HIGHEST_LEVEL = 0.975;
/** Errors as they should be that join those of the left-out models. */
const TYPICAL_ERRORS = 30;
/** Probability of being outside from which a model's intervals are those of models beyond the pool. */
const PROBABLY_OUTSIDE = 0.5;
/** Least influence of being outside from which the scale of models beyond the pool is inferred. */
const LEAST_INFLUENCE = 0.2;
/** Scale of intervals where no model could be left out. */
const UNCHECKED_SCALE = 1.5;

/** Forecasts of left-out models, by how they were left out and which questions were asked. */
export interface CheckedForecasts {
  /** From random samples, of models left out at random. */
  readonly random: readonly CheckedForecast[];
  /** From chosen questions, of the same models. */
  readonly chosen: readonly CheckedForecast[];
  /** From random samples, of the strongest models, left out together. */
  readonly outside: readonly CheckedForecast[];
  /** From chosen questions, of these. */
  readonly outsideChosen: readonly CheckedForecast[];
}

/** For a pool too small to check forecasts on: intervals are 1.5 times as wide as the model's. */
export function unchecked(): ForecastCalibration {
  const scales = { answers: [1], scales: [UNCHECKED_SCALE] };
  return {
    misfit: fitMisfit([]),
    random: scales,
    chosen: scales,
    outside: scales,
    outsideChosen: scales,
  };
}

/**
 * Estimates the misfit from the forecasts with most answers, then the scales of intervals: those
 * with which 95% of the left-out accuracies lie inside, as in conformalized quantile regression
 * (Romano, Patterson and Candes 2019, arXiv 1905.03222), drawn a little to 1 and never below it: new
 * models differ from those that were left out.
 */
export function calibrate(checked: CheckedForecasts): ForecastCalibration {
  const { random, chosen, outside, outsideChosen } = checked;
  const most = Math.max(...random.map(({ answers }) => answers));
  const misfit = fitMisfit(
    random.filter(({ answers }) => answers === most).map(({ forecasts }) => misfitsOf(forecasts)),
  );
  const inside = {
    random: intervalScales(random, misfit),
    chosen: intervalScales(chosen, misfit),
  };
  return {
    misfit,
    ...inside,
    outside: intervalScales(outside, misfit, inside.random),
    outsideChosen: intervalScales(outsideChosen, misfit, inside.chosen),
  };
}

/**
 * The scales of intervals by the number of answers. With `inside`, the scales of models like the
 * pool's, those that a model beyond the pool needs: what a model that is outside with some
 * probability lacks beyond `inside` is divided by the influence by which `scaleAt` multiplies it.
 */
function intervalScales(
  checked: readonly CheckedForecast[],
  misfit: MisfitDistribution,
  inside?: IntervalScales,
): IntervalScales {
  const answers = [...new Set(checked.map((check) => check.answers))].sort((a, b) => a - b);
  const scales = answers.map((n) => {
    const ratios = typicalRatios();
    for (const check of checked) {
      if (check.answers !== n) continue;
      const shares = misfitShares(misfitsOf(check.forecasts), misfit);
      check.forecasts.forEach((forecast, index) => {
        const accuracy = check.accuracies[index]!;
        const ratio = errorRatio(correctForecast(forecast, misfit.deviations, shares), accuracy);
        const known = inside ? interpolate(inside, n) : 0;
        const share = inside ? Math.max(influenceOf(forecast.outside), LEAST_INFLUENCE) : 1;
        ratios.push(known + (ratio - known) / share);
      });
    }
    ratios.sort((a, b) => a - b);
    const models = checked.filter((check) => check.answers === n).length;
    return Math.max(1, ratios[Math.ceil(levelOf(models) * ratios.length) - 1]!);
  });
  return { answers, scales };
}

/**
 * The share of checked errors that a scale is to cover. The errors of one model are alike on all
 * benchmarks, so it is models that count, and with few of them the share that conformal prediction
 * asks for, level (1 + 1 / models), is notably above the level.
 */
function levelOf(models: number): number {
  return Math.min(HIGHEST_LEVEL, CHECKED_LEVEL * (1 + 1 / models));
}

/** Error of a median, in half-widths of the interval on that side. */
function errorRatio({ mixture }: PopulationForecast, accuracy: number): number {
  const median = mixtureQuantile(mixture, 0.5);
  const side = accuracy < median ? (1 - CHECKED_LEVEL) / 2 : (1 + CHECKED_LEVEL) / 2;
  const reach = Math.abs(mixtureQuantile(mixture, side) - median);
  const error = Math.abs(accuracy - median);
  return error === 0 ? 0 : error / reach;
}

/** Ratios of errors of a standard normal distribution whose intervals are right. */
function typicalRatios(): number[] {
  return Array.from(
    { length: TYPICAL_ERRORS },
    (_, index) => normalQuantile(0.5 + (index + 0.5) / TYPICAL_ERRORS / 2) / normalQuantile(0.975),
  );
}

/** Shifts a forecast by its expected misfit and widens it by what stays uncertain of that. */
export function correctForecast(
  forecast: PopulationForecast,
  deviations: readonly number[],
  shares: readonly number[],
): PopulationForecast {
  const { correction, variance } = correctionOf(forecast, deviations, shares);
  const { means, variances, weights } = forecast.mixture;
  const mixture = {
    means: means.map((mean) => mean + correction),
    variances: variances.map((value) => value + variance),
    weights,
  };
  return { ...forecast, mixture };
}

/** Expected misfit on a benchmark and its variance; zero where every question was answered. */
function correctionOf(
  forecast: PopulationForecast,
  deviations: readonly number[],
  shares: readonly number[],
): { correction: number; variance: number } {
  if (forecast.answers === forecast.questions) return { correction: 0, variance: 0 };
  if (forecast.misfit) return shrinkMisfit(forecast.misfit, deviations, shares);
  const variance = deviations.reduce(
    (sum, deviation, index) => sum + shares[index]! * deviation ** 2,
    0,
  );
  return { correction: 0, variance };
}

/** The misfits that were measured. */
export function misfitsOf(forecasts: readonly PopulationForecast[]): MeasuredMisfit[] {
  return forecasts.flatMap(({ misfit }) => (misfit ? [misfit] : []));
}

/** Mean negative log density of the accuracies, what dimensions are chosen by. */
export function meanLogLoss(checked: readonly CheckedForecast[]): number {
  let sum = 0;
  let count = 0;
  for (const { forecasts, accuracies } of checked) {
    forecasts.forEach(({ mixture }, index) => {
      const { mean, variance } = mixtureMoments(mixture);
      if (!(variance > 0)) return;
      sum += 0.5 * Math.log(variance) + (accuracies[index]! - mean) ** 2 / variance / 2;
      count++;
    });
  }
  return count > 0 ? sum / count : 0;
}

/**
 * The scale for `n` answers. The more likely a model is beyond all of the pool, the more it is that of
 * the strongest models, left out together, where that one is greater.
 *
 * @param outside - Probability that the model is stronger or weaker than all of the pool, 0 to 1.
 */
export function scaleAt(
  calibration: ForecastCalibration,
  sample: 'random' | 'chosen',
  n: number,
  outside: number,
): number {
  const isChosen = sample === 'chosen' && calibration.chosen.answers.length > 0;
  const inside = interpolate(isChosen ? calibration.chosen : calibration.random, n);
  const away = interpolate(isChosen ? calibration.outsideChosen : calibration.outside, n);
  return inside + influenceOf(outside) * Math.max(0, away - inside);
}

/** How much of what models beyond the pool need counts for one that is outside with a probability. */
function influenceOf(outside: number): number {
  return Math.min(1, outside / PROBABLY_OUTSIDE);
}

/** Between the numbers of answers that were checked, linear in their logarithm. */
function interpolate({ answers, scales }: IntervalScales, n: number): number {
  const above = answers.findIndex((checked) => checked >= n);
  if (above < 0) return scales.at(-1) ?? 1;
  const high = scales[above]!;
  if (above === 0) return high;
  const low = scales[above - 1]!;
  const from = Math.log(answers[above - 1]!);
  const share = (Math.log(n) - from) / (Math.log(answers[above]!) - from);
  return low + share * (high - low);
}
