/** An output of a model, and what it is measured against. */
export interface AnswerToScore {
  /** All that the model wrote, as it wrote it. */
  readonly output: string;
  /** The right answer, in the form that the scorer reads; left out where the question has none. */
  readonly key?: string | undefined;
  /** The text of the question. */
  readonly prompt: string;
  /** What the system said before it. @default nothing */
  readonly instructions?: string | undefined;
  /** Stops what takes long, such as the call of a judge. */
  readonly signal?: AbortSignal | undefined;
}

/** What a scorer makes of an output. */
export interface Score {
  /** From 0 (wrong) to 1 (right); left out where the scorer cannot tell, which is missing data. */
  readonly outcome?: number | undefined;
  /** What was taken for the answer. */
  readonly answer?: string | undefined;
  /** Why, in a sentence. */
  readonly reason: string;
  /** US dollars that scoring cost. @default 0 */
  readonly cost?: number | undefined;
}

/** Decides how good an answer is. An object of this shape is a scorer of your own. */
export interface Scorer {
  /** Kept with every outcome, such as `choice`. */
  readonly id: string;
  /** An integer, kept with every outcome; raise it when the same output may be scored otherwise. */
  readonly version: number;
  /** Added to the question to ask for a form that can be read; left out for none. */
  readonly instruction?: string | undefined;
  /**
   * Scores one output. What it throws is a defect and ends a collection; an output that makes no
   * sense is a score.
   */
  score(answer: AnswerToScore): Score | Promise<Score>;
  /** What must hold before anything is asked, such as that a judge can be trusted. */
  prepare?(signal?: AbortSignal): Promise<unknown>;
  /** The most that scoring an answer can cost, in US dollars; left out where it is free. */
  mostCost?(answer: AnswerToScore): number;
}

/** The score of a question without a key, which nothing can be measured against. */
export const NO_KEY: Score = { reason: 'The question has no key.' };
