import type { Progress } from '@embedllm/core';
import type { LogsReport } from '../runs/logs-report.js';
import type { RepeatPolicy } from '../runs/repeated-answers.js';
import type { ReadTablesOptions } from '../tables/read-tables.js';
import type { StoreImport } from './import-source.js';
import type { ConflictPolicy } from './merge-staged.js';
import type { TableFormat } from './table-mapping.js';

/** How an import is named. */
export interface NamedImportOptions {
  /**
   * Names a file in messages and in `sources`, such as by its place in an archive.
   *
   * @default as the caller gave it
   */
  readonly nameOf?: ((file: string) => string) | undefined;
}

/** Options of every import. */
export interface StoreImportOptions extends NamedImportOptions {
  /**
   * What to do when the store already has another score for a question and model.
   *
   * @default 'refuse'
   */
  readonly onConflict?: ConflictPolicy | undefined;
  /** Stops the import, which then leaves nothing; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called with the bytes read: phase `check` hashes a file alone, `import` reads it. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** Options of imports of tables. */
export interface ReadingImportOptions extends StoreImportOptions {
  /** Longest record of CSV or JSON accepted, in bytes, an integer of at least 1. @default 16 MiB */
  readonly maxRecordBytes?: number | undefined;
}

/** Options of `EvaluationStore.importTable`. */
export interface ImportTableOptions extends ReadingImportOptions {
  /** @default what the file's name says */
  readonly format?: TableFormat | undefined;
  /** Category of new questions where the table has none. @default 'uncategorized' */
  readonly defaultCategory?: string | undefined;
}

/**
 * Options of `EvaluationStore.importTables`. `onConflict` holds within the tables; for what the store
 * has already, `mean` and `majority` refuse scores that differ. `threshold` is for a majority alone.
 */
export interface ImportTablesOptions extends ReadTablesOptions, NamedImportOptions {}

/** Options of `EvaluationStore.importEmbedLLM`. */
export interface ImportEmbedLLMOptions extends ReadingImportOptions {
  /** CSV files of responses; see `readEmbedLLM`. */
  readonly responses: string | readonly string[];
  /** CSV file of all questions. @default the questions in `responses` */
  readonly questions?: string | undefined;
  /** CSV file of all models. @default the models in `responses` */
  readonly models?: string | undefined;
}

/** Options of imports of logs, besides those of reading them. */
export interface ImportLogsOptions extends NamedImportOptions {
  /**
   * `label`: each response is 0 or 1, as when logs are read into memory. `keep`: graded scores stay
   * as they are, 0 to 1, like those of tables; `toDataset` then takes the `threshold`.
   *
   * @default 'label'
   */
  readonly scores?: 'label' | 'keep' | undefined;
  /**
   * What to do when the store already has another score for a question and model, and where one run
   * asked a question several times with different outcomes. `mean` and `majority` are for the latter
   * alone; another score in the store is then refused.
   *
   * @default 'refuse'
   */
  readonly onConflict?: RepeatPolicy | undefined;
}

/** What an import of logs brought. */
export interface StoreLogsImport<Run> extends StoreImport {
  readonly logs: LogsReport<Run>;
}
