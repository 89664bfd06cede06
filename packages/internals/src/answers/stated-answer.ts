/** A piece of an output that says that it is the answer. */
export interface StatedAnswer {
  readonly text: string;
  /** Where it starts in the output. */
  readonly at: number;
}
