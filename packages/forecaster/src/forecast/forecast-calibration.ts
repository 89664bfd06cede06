import type { PopulationForecast } from './forecast-population.js';
import type { MeasuredMisfit, MisfitDistribution } from './misfit.js';
import { fitMisfit, misfitShares, shrinkMisfit } from './misfit.js';
import { mixtureMoments, mixtureQuantile, normalQuantile } from './normal-mixture.js';

/** How far forecasts of models that were left out of the pool were off. */
export interface ForecastCalibration {
  readonly misfit: MisfitDistribution;
  /** Numbers of answers at which intervals were checked, ascending; may be empty. */
  readonly answers: readonly number[];
  /** By what intervals are to be widened at each of them. */
  readonly scales: readonly number[];
}

/** A forecast of a model that was left out, beside what it really reached. */
export interface CheckedForecast {
  /** Number of answers that it was made from. */
  readonly answers: number;
  readonly forecasts: readonly PopulationForecast[];
  /** Accuracy in the population of each of them. */
  readonly accuracies: readonly number[];
}

/** The confidence at which intervals are checked. */
const CHECKED_LEVEL = 0.95;
/** Errors as they should be that join those of the left-out models. */
const TYPICAL_ERRORS = 30;

/** A pool too small to check forecasts on. */
export function unchecked(): ForecastCalibration {
  return { misfit: fitMisfit([]), answers: [], scales: [] };
}

/**
 * Estimates the misfit from the forecasts with most answers, then the scale of intervals: the one
 * with which 95 % of the left-out accuracies lie inside, as in conformalized quantile regression
 * (Romano, Patterson and Candes 2019, arXiv 1905.03222), drawn a little to 1.
 */
export function calibrate(checked: readonly CheckedForecast[]): ForecastCalibration {
  const answers = [...new Set(checked.map((check) => check.answers))].sort((a, b) => a - b);
  const most = answers.at(-1);
  const misfit = fitMisfit(
    checked.filter((check) => check.answers === most).map(({ forecasts }) => misfitsOf(forecasts)),
  );
  const scales = answers.map((n) => {
    const ratios = typicalRatios();
    for (const check of checked) {
      if (check.answers !== n) continue;
      const shares = misfitShares(misfitsOf(check.forecasts), misfit);
      check.forecasts.forEach((forecast, index) => {
        const accuracy = check.accuracies[index]!;
        ratios.push(errorRatio(correctForecast(forecast, misfit.deviations, shares), accuracy));
      });
    }
    ratios.sort((a, b) => a - b);
    return ratios[Math.ceil(CHECKED_LEVEL * ratios.length) - 1]!;
  });
  return { misfit, answers, scales };
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

/** The scale for a number of answers: between those that were checked, linear in its logarithm. */
export function scaleAt({ answers, scales }: ForecastCalibration, n: number): number {
  const above = answers.findIndex((checked) => checked >= n);
  if (above < 0) return scales.at(-1) ?? 1;
  const high = scales[above]!;
  if (above === 0) return high;
  const low = scales[above - 1]!;
  const from = Math.log(answers[above - 1]!);
  const share = (Math.log(n) - from) / (Math.log(answers[above]!) - from);
  return low + share * (high - low);
}
