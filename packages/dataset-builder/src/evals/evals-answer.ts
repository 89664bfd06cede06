import type { TableRecord } from '../tables/table-record.js';

/** How results of evaluation tools are read. */
export interface EvalsReading {
  /** The model of answers that name none. */
  readonly model: string | undefined;
  /** The scorer or judge whose score counts. @default the only one */
  readonly scoreColumn: string | undefined;
}

/** An answer of an evaluation, with why its score is missing. */
export interface EvalsAnswer extends TableRecord {
  readonly row: number;
  /** Name of the score. */
  readonly field: string;
  readonly missing: 'error' | 'judge' | undefined;
}
