/** A candidate for a question. */
export interface RoutedCandidate {
  readonly model: string;
  /** Probability of a correct answer, from 0 to 1. */
  readonly probability: number;
  readonly expectedCostUsd?: number | undefined;
  /** Whether its answer was correct, where that is known. */
  readonly correct?: boolean | undefined;
}

/** A question and where the router sends it. */
export interface RoutedQuestion {
  readonly question: string;
  /** Set for questions of the dataset. */
  readonly benchmark?: string | undefined;
  /** The chosen model first. */
  readonly candidates: readonly RoutedCandidate[];
  readonly reason: string;
  /** Share of held-out questions that are less familiar, 0 to 1, where the artifact knows. */
  readonly familiarity?: number | undefined;
}

/** Examples of what the router does. */
export interface RoutingContent {
  /** Texts that were given. */
  readonly given: readonly RoutedQuestion[];
  /** Test questions drawn at random, one benchmark after the other. */
  readonly drawn: readonly RoutedQuestion[];
  readonly seed: number;
  readonly notes: readonly string[];
}
