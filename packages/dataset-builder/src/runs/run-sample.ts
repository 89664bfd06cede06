import type { OutputLength } from './output-lengths.js';

/** What became of the samples of one run. */
export interface RunCounts {
  /** Labels taken. */
  labels: number;
  /** Samples whose label was there already and is the same. */
  repeated: number;
  /** Samples whose label was there already, from a newer run, and is another. */
  disagreements: number;
  /** Samples left out because a newer run stands for the task. */
  unused: number;
  /** Samples that ask a question again in the same run and differ: made one as `onConflict` says. */
  contradictions: number;
}

/** What became of a run. */
export interface RunOutcome extends Readonly<RunCounts> {
  /** File of the newer run that comes before this one, if there is one. */
  readonly supersededBy: string | undefined;
}

/** Counts before anything was read. */
export function noCounts(): RunCounts {
  return { labels: 0, repeated: 0, disagreements: 0, unused: 0, contradictions: 0 };
}

/** What `RunLabels` takes of a sample. */
export interface RunSample extends OutputLength {
  readonly questionId: string;
  readonly prompt: string;
  /** The same for questions that differ only in the order of their choices, if that is known. */
  readonly key?: string | undefined;
  /** 0 to 1. */
  readonly score: number;
  /** Whether the score counts as correct. */
  readonly correct: boolean;
  /** Line of the file. */
  readonly row: number;
  /** Where in the record the value is, for messages. */
  readonly field: string;
}

/** The run that samples are of. */
export interface LabelledRun {
  readonly number: number;
  readonly model: number;
  readonly category: string;
  /** Whether questions that newer runs did not ask are taken. */
  readonly takes: boolean;
  readonly counts: RunCounts;
}
