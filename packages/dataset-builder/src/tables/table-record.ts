import type { Place } from '../csv/columns.js';

/** What a record of a table says. */
export interface TableRecord {
  readonly question: string;
  readonly prompt: string | undefined;
  readonly category: string | undefined;
  readonly model: string;
  /** 0 to 1; `null` where the model was not asked. */
  readonly score: number | null;
  /** Generated tokens, hidden reasoning included. */
  readonly outputTokens?: number | undefined;
}

/** Where a record and its fields are. */
export interface RecordPlace extends Place {
  /** Names of the fields of the prompt, category and score. */
  readonly fields: {
    readonly prompt?: string | undefined;
    readonly category?: string | undefined;
    readonly score: string;
  };
}
