/** Who or what found out how good an answer was. */
export type OutcomeSource = 'app' | 'judge' | 'person' | 'test' | 'tool';

/** All of them. */
export const OUTCOME_SOURCES: readonly OutcomeSource[] = ['app', 'judge', 'person', 'test', 'tool'];

/** How good an answer was, as a client says it. */
export interface PostedOutcome {
  /** The request's id, as the header `x-request-id` of its answer has it. */
  readonly id: string;
  /** From 0 to 1. */
  readonly outcome: number;
  readonly source: OutcomeSource;
  /** The name of the key that says so. */
  readonly client: string | undefined;
  /** Whether this key may judge the answers that other keys got. */
  readonly isAdmin: boolean;
}

/** The same, with what is known of the answer. Plain JSON. */
export interface AnswerOutcome extends Omit<PostedOutcome, 'isAdmin'> {
  /** The model that answered. */
  readonly model: string;
  /** The same for the same question, where the log recognises questions. */
  readonly promptId: string;
  /** What requests of the same session have in common, where sessions are told apart. */
  readonly session?: string | undefined;
  /** The text of the question, where it is still known. */
  readonly question?: string | undefined;
  /** The same key and source said the same before: nothing is kept or learned once more. */
  readonly isRepeated?: boolean | undefined;
  /**
   * The same key and source said something else before, which the router has learned. What is said last is
   * kept, and counts in its place from the next start or reload: learned on top, two keystrokes in turn
   * could move a model as far as anybody likes.
   */
  readonly isCorrection?: boolean | undefined;
}
