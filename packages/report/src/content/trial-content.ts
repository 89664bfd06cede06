/** A policy that was tested on marked answers. Plain JSON. */
export interface TestedPolicy {
  /** What a dollar is worth in probability, as `objective: utility` takes it. */
  readonly lambda: number;
  /** Share of requests that it takes from the present model. */
  readonly switched: number;
  /** Its quality as a share of that of the present model, estimated. */
  readonly qualityKept: number;
  /** Share of the present model's quality that is lost beyond what may be, at the most: kept up to 0. */
  readonly worstExcess: number;
  readonly isKept: boolean;
}

/** A marked request that the policy would have made worse. */
export interface TrialHarm {
  readonly prompt: string;
  /** The model that the policy chooses. */
  readonly model: string;
  /** From 0 to 1. */
  readonly outcome: number;
  readonly presentOutcome: number;
}

/** What trying a policy on logged requests found. Plain JSON. */
export interface TrialContent {
  readonly title: string;
  /** Where the requests come from. */
  readonly log: string;
  /** ISO 8601. */
  readonly generatedAt: string;
  /** Different requests of the log. */
  readonly requests: number;
  /** The model that answers everything at present. */
  readonly present: string;
  /** The models that the policy may choose. */
  readonly models: readonly string[];
  /** The share of quality to keep, and how sure to be. */
  readonly share: number;
  readonly confidence: number;
  /** Policies in the order in which they were tested. */
  readonly tested: readonly TestedPolicy[];
  /** The boldest that passed; `undefined` where none did. */
  readonly passed: TestedPolicy | undefined;
  /** US dollars that the passed policy saves per 1,000 requests, and the present cost of these. */
  readonly savedPer1000?:
    | { readonly value: number; readonly lower: number; readonly upper: number }
    | undefined;
  readonly presentPer1000?: number | undefined;
  readonly marks: number;
  /** Answers that could not be marked or did not come; each counts against the policy. */
  readonly undecided: number;
  /** What the promise holds for, in a sentence. @default requests like those of the log, each counting once */
  readonly holdsFor?: string | undefined;
  /** Who marked, in a sentence. */
  readonly markedBy: string;
  /** Where the passed policy did worse, or the first tested one if none passed. */
  readonly harms: readonly TrialHarm[];
}
