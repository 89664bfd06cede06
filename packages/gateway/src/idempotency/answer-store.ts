/** An answer as its client got it. */
export interface AnswerRecord {
  readonly status: number;
  readonly headers: readonly [string, string][];
  readonly pieces: readonly Uint8Array<ArrayBuffer>[];
}

/** A request that comes with an idempotency key. */
export interface AnswerClaim {
  /** Says whose key it is and which. */
  readonly name: string;
  /** Of the body and all else that has to be the same. */
  readonly fingerprint: string;
  /** How old an answer may be that is given again, in milliseconds. */
  readonly maxAgeMs: number;
  /** The most that all answers together may take, in bytes; the oldest make room. */
  readonly maxBytes: number;
}

/** What is known of a request. */
export type ClaimedAnswer =
  /** Nothing: answer it, and report the result to `finish` under this `id`. */
  | { readonly state: 'claimed'; readonly id: string }
  /** Its answer. */
  | { readonly state: 'answered'; readonly record: AnswerRecord }
  /** Its key came with another fingerprint before. */
  | { readonly state: 'different' };

/** Where answers are kept by idempotency key. Gateways that share a store share their answers. */
export interface AnswerStore {
  /**
   * Claims a request. While another one of the same name and fingerprint is claimed, this waits until
   * that is finished. Atomic: of requests that come at once, one is claimed.
   */
  claim(claim: AnswerClaim): Promise<ClaimedAnswer>;
  /**
   * What came of a claimed request: its answer, or nothing that is kept, so that the next request
   * claims it. The first call counts; an id that is not known changes nothing.
   */
  finish(id: string, record: AnswerRecord | undefined): Promise<void>;
}
