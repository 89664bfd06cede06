/** Observed labels whose predicted probability lies in one range. */
export interface ReliabilityBin {
  /** Mean predicted probability. */
  readonly predicted: number;
  /** Share of correct answers, with its 95% Wilson interval. */
  readonly observed: number;
  readonly lower: number;
  readonly upper: number;
  readonly labels: number;
}

/** Calibration of the probabilities of one model, or of all. */
export interface Reliability {
  readonly name: string;
  readonly labels: number;
  /** Expected calibration error over these bins, from 0 to 1. */
  readonly calibrationError: number;
  /**
   * The calibration error that perfectly calibrated probabilities would show in as many labels:
   * the error of a few labels is never 0.
   */
  readonly errorByChance: number;
  /** By ascending probability; empty ones are left out. */
  readonly bins: readonly ReliabilityBin[];
}

/** Whether predicted probabilities match observed frequencies, on test questions. */
export interface CalibrationContent {
  /** Whether the artifact has a fitted calibration, which was applied. */
  readonly calibrated: boolean;
  /** Calibration error of the raw probabilities, where a calibration was applied. */
  readonly uncalibratedError?: number | undefined;
  readonly overall: Reliability;
  /** Models whose error is furthest above what chance gives, worst first. */
  readonly worst: readonly Reliability[];
  /** Models with fewer test labels were not ranked. */
  readonly minimumLabels: number;
  readonly rankedModels: number;
}
