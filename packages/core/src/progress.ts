/** How far long work has come: what every `onProgress` of these packages is called with. */
export interface Progress {
  /** What is being done, such as `read` or `encode`; work can have several phases. */
  readonly phase: string;
  /** How much of the phase is done, in units. */
  readonly done: number;
  /** How much there is to do in the phase, in units. */
  readonly total: number;
  /** What is counted, such as `bytes` or `questions`. */
  readonly unit?: string | undefined;
  /** What is being worked on, such as a file, or what has come out so far. */
  readonly detail?: string | undefined;
}
