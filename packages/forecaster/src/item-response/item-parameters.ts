/**
 * What is known of Q questions as items of a multidimensional two-parameter logistic model with k
 * abilities: P(correct) = sigmoid(a_q + b_q . theta). Parameters are (a_q, b_q), k + 1 of them.
 */
export interface ItemParameters {
  /** Q. */
  readonly count: number;
  /** k, the number of abilities. */
  readonly dimensions: number;
  /** Posterior modes, intercept first; row-major [Q, k + 1]. */
  readonly means: Float64Array;
  /** Posterior covariances; row-major [Q, k + 1, k + 1]. */
  readonly covariances: Float64Array;
}
