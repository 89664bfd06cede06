/** Turns a model's logit into a calibrated probability; a larger logit never gives a smaller one. */
export interface Calibration {
  /** Names of the models that it was fitted for. */
  readonly models: readonly string[];
  /** For a model's position in `models`; -1 is a model that it was not fitted for. */
  probability(model: number, logit: number): number;
}
