/** What a model charges, in US dollars per million tokens. */
export interface TokenPrices {
  readonly input: number;
  /** Of input that its cache holds. */
  readonly cachedInput: number;
  /** Of input that is written into its cache; as `input` where nothing is cached. */
  readonly cacheWrite: number;
  readonly output: number;
}

/** A model that could answer the next call of a session. */
export interface SessionCandidate {
  readonly name: string;
  /** Calibrated probability that it succeeds at the task, from 0 to 1. */
  readonly probability: number;
  readonly price: TokenPrices;
  /** Tokens of the conversation that its cache holds now; more than the conversation has count as all. @default 0 */
  readonly warmTokens?: number | undefined;
  /** Tokens that it writes in a call. @default 0 */
  readonly outputTokens?: number | undefined;
  /**
   * Calibrated probabilities that it succeeds at tasks like those that may follow in the session, from 0 to 1: at
   * earlier tasks of the session, or at a sample of the traffic. The same tasks in the same order for all candidates.
   * @default none: the session ends with the task
   */
  readonly laterProbabilities?: readonly number[] | undefined;
}
