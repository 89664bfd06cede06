import type { Answer, CorrectnessMatrix } from '@embedllm/core';

/** Options of `verifyModel`. */
export interface VerifyModelOptions {
  /** The model that the API claims to be, one of the pool. */
  readonly claimed: string;
  /** Stored labels of the pool, shape [Q, M]. */
  readonly correctness: CorrectnessMatrix;
  /** The API's answers to questions of the pool, each question once; outcomes are 1 or 0. */
  readonly answers: readonly Answer[];
  /**
   * Answers of a second run of the claimed model, from a trusted source, under the same settings as
   * the API's answers and ideally on the same questions: the best evidence of how often a model
   * disagrees with itself.
   */
  readonly rerun?: readonly Answer[] | undefined;
  /**
   * Without a rerun: how often the claimed model agrees with its own stored labels, as counts of
   * an earlier comparison, or as a rate from 0 to 1 that is assumed. 1 means that it always gives
   * the same answer.
   */
  readonly selfAgreement?:
    | number
    | { readonly agreements: number; readonly total: number }
    | undefined;
  /** Largest accepted chance of a false alarm, above 0 to below 1. @default 0.05 */
  readonly level?: number | undefined;
  /**
   * Answers with a stored label that `consistent` needs: an integer from 0. With fewer, answers that
   * do not differ are `undecided`.
   *
   * @default 20
   */
  readonly minAnswers?: number | undefined;
  /** Random swaps of the test against the pool: an integer from 1. @default 9999 */
  readonly permutations?: number | undefined;
  /** Seed of the swaps: an unsigned 32-bit integer. @default 0 */
  readonly seed?: number | undefined;
}

/** Result of `verifyModel`. */
export interface ModelVerification {
  readonly claimed: string;
  /**
   * `different`: the p-value is at most the level. `consistent`: it is not, which does not prove
   * identity. `undecided`: it is not, and there are fewer than `minAnswers` questions.
   */
  readonly verdict: 'consistent' | 'different' | 'undecided';
  /** The smallest of the tests' p-values times their number, at most 1 (Bonferroni). */
  readonly pValue: number;
  /** Questions with both an answer and a stored label. */
  readonly questions: number;
  /** Share of these with the same label. */
  readonly agreement: number;
  /** On these questions. */
  readonly answersAccuracy: number;
  readonly storedAccuracy: number;
  readonly tests: readonly VerificationTest[];
  /**
   * Every model of the pool with stored labels of these questions, first those whose agreement
   * exceeds the claimed model's on the same questions by most.
   */
  readonly candidates: readonly VerificationCandidate[];
}

/**
 * One test of the claim.
 *
 * - `accuracy`: exact McNemar test of answers against stored labels. Needs to know nothing of
 *   nondeterminism: two runs of one model are exchangeable on every question.
 * - `agreement`: do the answers disagree with the stored labels more often than the claimed model
 *   does itself? With a rerun on the same questions by an exact sign test where only one of the two
 *   agrees; with a rerun on other questions or with counts by Fisher's exact test; with a rate by
 *   the binomial tail.
 * - `alternative`: with a rerun on the same questions: do the answers agree with any other model
 *   more than the rerun does? Largest standardized difference over the pool, against random swaps
 *   of answer and rerun.
 */
export interface VerificationTest {
  readonly test: 'accuracy' | 'agreement' | 'alternative';
  readonly pValue: number;
  /** What was found, in words. */
  readonly detail: string;
}

/**
 * How well a model of the pool explains the answers, on the questions where it and the claimed
 * model both have a stored label.
 */
export interface VerificationCandidate {
  readonly name: string;
  /** Questions with an answer and both stored labels. */
  readonly questions: number;
  /** Share of these where the answer has the candidate's label. */
  readonly agreement: number;
  /** Share of the same questions where the answer has the claimed model's label. */
  readonly claimedAgreement: number;
  /**
   * Share of these where its stored label differs from the claimed model's: if it is small, no number
   * of answers can distinguish the two.
   */
  readonly differsFromClaimed: number;
}
