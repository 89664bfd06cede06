import { resolve } from 'node:path';
import type { DuckDBValue } from '@duckdb/node-api';
import { EmbedLLMError, type EvaluationDataset } from '@embedllm/core';
import { checkInteger } from '@embedllm/internals';
import { type WriteEmbedLLMOptions, writeEmbedLLM } from '../embedllm/write-embedllm.js';
import { collectHarnessRuns } from '../harness/collect-harness-runs.js';
import type { ReadHarnessLogsOptions } from '../harness/harness-logs-options.js';
import type { HarnessRunReport } from '../harness/harness-report.js';
import { collectInspectRuns } from '../inspect/collect-inspect-runs.js';
import type { ReadInspectLogsOptions } from '../inspect/inspect-logs-options.js';
import type { InspectRunReport } from '../inspect/inspect-report.js';
import type { CollectedRuns } from '../runs/collected-runs.js';
import type { LogSource } from '../runs/log-source.js';
import type { ReadRunsOptions } from '../runs/read-runs-options.js';
import { collectTables, type TableReport } from '../tables/collect-tables.js';
import { unitThreshold } from '../tables/read-tables.js';
import { datasetTarget } from './dataset-target.js';
import { embedllmImports } from './embedllm-imports.js';
import { type ExportParquetOptions, exportParquet } from './export-parquet.js';
import { type FileImport, importFile } from './import-file.js';
import type {
  ImportEmbedLLMOptions,
  ImportLogsOptions,
  ImportTableOptions,
  ImportTablesOptions,
  StoreImportOptions,
  StoreLogsImport,
} from './import-options.js';
import { type ImportParquetOptions, importParquet } from './import-parquet.js';
import { importSource, type StoreImport } from './import-source.js';
import { countQuestionParts, type QuestionParts } from './question-parts.js';
import { readDataset, type ToDatasetOptions } from './read-dataset.js';
import { keepsScores, runsTarget } from './runs-target.js';
import { prepareSchema } from './store-schema.js';
import type { SqlRow, StoreLimits } from './store-session.js';
import { StoreSessions } from './store-sessions.js';
import { formatOfName, mappedColumns, type TableMapping } from './table-mapping.js';
import { tablesTarget } from './tables-target.js';

/**
 * A store of evaluation records in one DuckDB file: the tables `models`, `questions`, `responses`
 * and `sources`. Each file goes in as one transaction, so that whatever ends an import leaves
 * either all of the file or nothing; a file that is already in is recognized by its SHA-256 and
 * skipped, so that an interrupted import of many files resumes by running it again.
 */
export class EvaluationStore {
  readonly #sessions: StoreSessions;

  private constructor(sessions: StoreSessions) {
    this.#sessions = sessions;
  }

  /** See `openEvaluationStore`. */
  static async open(path: string, limits: StoreLimits): Promise<EvaluationStore> {
    const { threads } = limits;
    checkInteger('threads', threads, { min: 1, optional: true });
    if (path === ':memory:') {
      throw new EmbedLLMError('A store is a file. Pass its path.', { code: 'invalid-argument' });
    }
    const sessions = new StoreSessions(resolve(path), limits);
    try {
      await sessions.run((session) => prepareSchema(session, path));
    } catch (error) {
      sessions.close();
      throw error;
    }
    return new EvaluationStore(sessions);
  }

  /**
   * Imports EmbedLLM's CSV tables, joined or apart, each file of responses as one transaction.
   *
   * @returns what each file of responses brought.
   * @throws DataError with file, row and field, as `readEmbedLLM` does.
   */
  async importEmbedLLM(options: ImportEmbedLLMOptions): Promise<StoreImport[]> {
    const imports: StoreImport[] = [];
    for (const file of await embedllmImports(options)) imports.push(await this.#importFile(file));
    return imports;
  }

  /**
   * Imports a table of any columns, long or wide, in CSV (plain or gzip), JSONL, JSON or Parquet.
   * Scores are kept as they are, 0 to 1; `toDataset` turns them into labels. Long CSV and Parquet
   * are streamed into the store; of other tables the scores pass through memory.
   *
   * @throws DataError with file, and row and field where they are known.
   */
  async importTable(
    file: string,
    mapping: TableMapping,
    options: ImportTableOptions = {},
  ): Promise<StoreImport> {
    const format = options.format ?? formatOfName(file);
    mappedColumns(mapping);
    return this.#importFile({ file, format, mapping, options });
  }

  /**
   * Imports tables as `readTables` reads them, guesses included, with their scores as they are.
   *
   * @returns what they brought, and what was understood of each.
   * @throws DataError as `readTables` does.
   */
  async importTables(
    files: string | readonly string[],
    options: ImportTablesOptions = {},
  ): Promise<{ readonly imported: StoreImport; readonly tables: readonly TableReport[] }> {
    const { scores, tables } = await collectTables(files, {
      ...options,
      threshold: unitThreshold(options),
    });
    const { onConflict, nameOf, signal } = options;
    const isPolicy = onConflict === 'keep' || onConflict === 'replace';
    const file = typeof files === 'string' ? files : `${files.length} tables`;
    const name = nameOf?.(file) ?? file;
    const target = tablesTarget(scores, name, {
      onConflict: isPolicy ? onConflict : 'refuse',
      defaultCategory: options.defaultCategory,
      signal,
    });
    const imported = await this.#sessions.run((session) => importSource(session, target));
    return { imported, tables };
  }

  /** Imports logs of lm-evaluation-harness; see `readHarnessLogs` for its options and errors. */
  importHarnessLogs(
    logs: LogSource,
    options: ReadHarnessLogsOptions & ImportLogsOptions = {},
  ): Promise<StoreLogsImport<HarnessRunReport>> {
    return this.#importLogs(logs, options, collectHarnessRuns);
  }

  /** Imports logs of Inspect; see `readInspectLogs` for its options and errors. */
  importInspectLogs(
    logs: LogSource,
    options: ReadInspectLogsOptions & ImportLogsOptions = {},
  ): Promise<StoreLogsImport<InspectRunReport>> {
    return this.#importLogs(logs, options, collectInspectRuns);
  }

  async #importLogs<Options extends ReadRunsOptions, Run>(
    source: LogSource,
    options: Options & ImportLogsOptions & { readonly signal?: AbortSignal | undefined },
    collect: (
      source: LogSource,
      options: Options & { readonly graded: boolean },
    ) => Promise<CollectedRuns<Run>>,
  ): Promise<StoreLogsImport<Run>> {
    const { labels, logs } = await collect(source, { ...options, graded: keepsScores(options) });
    const imported = await this.#sessions.run((session) =>
      importSource(session, runsTarget(labels, source, options)),
    );
    return { ...imported, logs };
  }

  /** Imports a dataset that is in memory, under a name for messages and `sources`. */
  importDataset(
    dataset: EvaluationDataset,
    options: StoreImportOptions & { readonly name: string },
  ): Promise<StoreImport> {
    return this.#sessions.run((session) => importSource(session, datasetTarget(dataset, options)));
  }

  /**
   * Runs SQL of the user, with `?` for values. It cannot reach other files or the network.
   *
   * @returns the rows; integers beyond 2^53 are text.
   *
   * @example
   * await store.query(
   *   `SELECT category, avg(score) AS accuracy FROM responses JOIN questions USING (question_id)
   *    WHERE model_id = ? GROUP BY category`,
   *   [0],
   * );
   */
  query(sql: string, values: readonly DuckDBValue[] = []): Promise<SqlRow[]> {
    return this.#sessions.run(async (session) => {
      await session.lock();
      return session.rows(sql, values);
    });
  }

  /** What was imported, in order. */
  sources(): Promise<SqlRow[]> {
    return this.query('SELECT * FROM sources ORDER BY source_id');
  }

  /** Questions, models and labels, in memory. @throws EmbedLLMError on graded scores without threshold. */
  toDataset(options: ToDatasetOptions = {}): Promise<EvaluationDataset> {
    return this.#sessions.run((session) => readDataset(session, options));
  }

  /** Writes EmbedLLM's CSV tables; see `writeEmbedLLM`. */
  async writeEmbedLLM(
    directory: string,
    options: WriteEmbedLLMOptions & ToDatasetOptions = {},
  ): Promise<string[]> {
    return writeEmbedLLM(directory, await this.toDataset(options), options);
  }

  /** Imports a part that `writeParquet` of another store wrote with `parts`. @throws DataError */
  importParquet(options: ImportParquetOptions): Promise<StoreImport> {
    return importParquet(this.#sessions, options);
  }

  /** Writes `questions.parquet`, `models.parquet` and `responses.parquet`, scores as they are. */
  writeParquet(directory: string, options: ExportParquetOptions = {}): Promise<string[]> {
    return exportParquet(directory, options, (files, work) =>
      this.#sessions.apart({ files }, work),
    );
  }

  /** Questions of each part, as `writeParquet` divides them. */
  countParts(options: QuestionParts): Promise<number[]> {
    return this.#sessions.run((session) => countQuestionParts(session, options));
  }

  /** Closes the file; wait for what is running first. */
  close(): void {
    this.#sessions.close();
  }

  #importFile(request: FileImport): Promise<StoreImport> {
    return importFile(this.#sessions, request);
  }
}

/**
 * Opens an evaluation store, or makes one where there is no file. Needs `@duckdb/node-api`.
 *
 * @throws EmbedLLMError `missing-dependency` without DuckDB; `io` when the file cannot be opened or
 * another process has it open; `invalid-data` when it is a database of something else;
 * `unsupported-version` when a newer version of this package wrote it.
 *
 * @example
 * const store = await openEvaluationStore('pool.duckdb');
 * await store.importEmbedLLM({ responses: ['train.csv', 'val.csv', 'test.csv'] });
 * const dataset = await store.toDataset();
 * store.close();
 */
export function openEvaluationStore(
  path: string,
  limits: StoreLimits = {},
): Promise<EvaluationStore> {
  return EvaluationStore.open(path, limits);
}
