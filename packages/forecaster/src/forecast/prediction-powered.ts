/** What {@link predictionPoweredMean} takes. */
export interface PredictionPoweredOptions {
  /** Observed values, length n >= 1: 1 for right and 0 for wrong. */
  readonly labels: ArrayLike<number>;
  /**
   * Predicted values of the observed items, length n; each must have been made without the item's
   * own label.
   */
  readonly predictions: ArrayLike<number>;
  /** Mean of the predictions over all items, the observed ones included. */
  readonly populationMean: number;
  /** N, the number of items; >= n. */
  readonly population: number;
}

/** An estimate from a random sample with the help of predictions. */
export interface PredictionPoweredMean {
  /** Estimated mean of the labels over all items, clipped to [0, 1]. */
  readonly mean: number;
  /** Variance under random sampling without replacement. */
  readonly variance: number;
  /** Power given to the predictions, in [0, 1]: 0 is the plain sample mean. */
  readonly lambda: number;
}

/** Weight, in items, with which lambda is drawn to 1 and the variance to that of a coin. */
const PRIOR_ITEMS = 10;
/** Variance of predictions and of residuals that the prior items stand for. */
const PRIOR_PREDICTION_VARIANCE = 0.1;
const PRIOR_RESIDUAL_VARIANCE = 0.16;

/**
 * Prediction-powered estimate of a finite population's mean (PPI++: Angelopoulos, Duchi and Zrnic
 * 2023, arXiv 2311.01453): mean of the labels + lambda (mean prediction of all - mean prediction of
 * the sample). With lambda = Cov(label, prediction) / Var(prediction), the value of least variance
 * when predictions of the whole population are known, its variance is at most that of the sample
 * mean, whatever the predictions are worth. In small samples lambda is drawn to 1.
 */
export function predictionPoweredMean(options: PredictionPoweredOptions): PredictionPoweredMean {
  const { labels, predictions, populationMean, population } = options;
  const n = labels.length;
  let labelMean = 0;
  let predictionMean = 0;
  for (let i = 0; i < n; i++) {
    labelMean += labels[i]! / n;
    predictionMean += predictions[i]! / n;
  }
  let covariance = PRIOR_ITEMS * PRIOR_PREDICTION_VARIANCE;
  let spread = PRIOR_ITEMS * PRIOR_PREDICTION_VARIANCE;
  for (let i = 0; i < n; i++) {
    const deviation = predictions[i]! - predictionMean;
    covariance += deviation * (labels[i]! - labelMean);
    spread += deviation * deviation;
  }
  const lambda = Math.min(1, Math.max(0, covariance / spread));
  let squares = PRIOR_ITEMS * PRIOR_RESIDUAL_VARIANCE;
  for (let i = 0; i < n; i++) {
    const residual = labels[i]! - labelMean - lambda * (predictions[i]! - predictionMean);
    squares += residual * residual;
  }
  const mean = labelMean + lambda * (populationMean - predictionMean);
  return {
    mean: Math.min(1, Math.max(0, mean)),
    variance: (squares / (n + PRIOR_ITEMS - 1) / n) * Math.max(0, 1 - n / population),
    lambda,
  };
}
