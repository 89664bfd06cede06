/** A predictor of attributes from model vectors, each model predicted from all others. */
export interface LeaveOneOut {
  /**
   * Predictions for every model from the targets of the others.
   *
   * @param targets - Row-major [n, columns].
   * @returns row-major [n, columns].
   */
  readonly predict: (targets: Float64Array, columns: number) => Float64Array;
}
