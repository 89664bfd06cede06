import { createHash } from 'node:crypto';
import { basename, resolve } from 'node:path';
import type { DuckDBValue } from '@duckdb/node-api';
import { EmbedLLMError, type EvaluationDataset, MISSING } from '@embedllm/core';
import { ModelTable, readModels } from '../embedllm/model-table.js';
import { QuestionTable, readQuestions } from '../embedllm/question-table.js';
import { type WriteEmbedLLMOptions, writeEmbedLLM } from '../embedllm/write-embedllm.js';
import { type ReadHarnessLogsOptions, readHarnessLogs } from '../harness/read-harness-logs.js';
import { type CheckedFile, checkFile } from './check-file.js';
import { type ExportParquetOptions, exportParquet } from './export-parquet.js';
import { type ImportTarget, importSource, type StoreImport } from './import-source.js';
import type { ConflictPolicy } from './merge-staged.js';
import { readDataset, type ToDatasetOptions } from './read-dataset.js';
import { stageCsv } from './stage-csv.js';
import { appendResponse, stageJsonl } from './stage-jsonl.js';
import { stageParquet } from './stage-parquet.js';
import type { StagingSource } from './staging.js';
import { prepareSchema } from './store-schema.js';
import { type SqlRow, type StoreLimits, StoreSession } from './store-session.js';
import {
  formatOfName,
  mappedColumns,
  type TableFormat,
  type TableMapping,
} from './table-mapping.js';

/** How far an import has come. */
export interface StoreProgress {
  readonly file: string;
  /** Hashing and checking the bytes, or reading the records into the store. */
  readonly phase: 'check' | 'import';
  /** Bytes checked so far, and of the file. */
  readonly bytes: number;
}

/** Options of every import. */
export interface StoreImportOptions {
  /**
   * What to do when the store already has another score for a question and model.
   *
   * @default 'refuse'
   */
  readonly onConflict?: ConflictPolicy | undefined;
  /** Stops the import, which then leaves nothing; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: StoreProgress) => void) | undefined;
}

/** Options of `EvaluationStore.importTable`. */
export interface ImportTableOptions extends StoreImportOptions {
  /** @default what the file's name says */
  readonly format?: TableFormat | undefined;
  /** Category of new questions where the table has none. @default 'uncategorized' */
  readonly defaultCategory?: string | undefined;
}

/** Options of `EvaluationStore.importEmbedLLM`. */
export interface ImportEmbedLLMOptions extends StoreImportOptions {
  /** CSV files of responses; see `readEmbedLLM`. */
  readonly responses: string | readonly string[];
  /** CSV file of all questions. @default the questions in `responses` */
  readonly questions?: string | undefined;
  /** CSV file of all models. @default the models in `responses` */
  readonly models?: string | undefined;
}

/**
 * A store of evaluation records in one DuckDB file: the tables `models`, `questions`, `responses`
 * and `sources`. Each file goes in as one transaction, so that whatever ends an import leaves
 * either all of the file or nothing; a file that is already in is recognized by its SHA-256 and
 * skipped, so that an interrupted import of many files goes on by running it again.
 */
export class EvaluationStore {
  readonly #path: string;
  readonly #limits: StoreLimits;
  /** Open with no file but the store's own; closed while an import has its own session. */
  #session: StoreSession | undefined;
  #closed = false;
  #busy: Promise<unknown> = Promise.resolve();

  private constructor(path: string, limits: StoreLimits) {
    this.#path = path;
    this.#limits = limits;
  }

  /** See `openEvaluationStore`. */
  static async open(path: string, limits: StoreLimits): Promise<EvaluationStore> {
    const { threads } = limits;
    if (threads !== undefined && !(Number.isSafeInteger(threads) && threads >= 1)) {
      throw new EmbedLLMError('invalid-argument', 'threads must be an integer of at least 1.');
    }
    const store = new EvaluationStore(path === ':memory:' ? refuseMemory() : resolve(path), limits);
    store.#session = await StoreSession.open(store.#path, limits);
    try {
      await prepareSchema(store.#session, path);
    } catch (error) {
      store.close();
      throw error;
    }
    return store;
  }

  /**
   * Imports EmbedLLM's CSV tables, joined or apart, each file of responses as one transaction.
   *
   * @returns what each file of responses brought.
   * @throws DataError with file, row and field, as `readEmbedLLM` does.
   */
  async importEmbedLLM(options: ImportEmbedLLMOptions): Promise<StoreImport[]> {
    const { questions, models, signal } = options;
    const files = typeof options.responses === 'string' ? [options.responses] : options.responses;
    const modelTable = new ModelTable();
    if (models !== undefined) await readModels(models, modelTable, { signal });
    const questionTable = new QuestionTable({ disjointFiles: false });
    if (questions !== undefined) await readQuestions(questions, questionTable, { signal });
    const described = { questions: questionTable.questions, models: modelTable };
    const apart = { category: undefined, prompt: undefined };
    const mapping: TableMapping = {
      question: 'prompt_id',
      model: models === undefined ? 'model_name' : 'model_id',
      score: 'label',
      ...(questions === undefined ? { category: 'category', prompt: 'prompt' } : apart),
    };
    const imports: StoreImport[] = [];
    for (const file of files) {
      imports.push(
        await this.#importFile(file, 'embedllm-csv', mapping, options, {
          stage: (checked) =>
            stageCsv(checked, {
              mapping,
              strictLabels: true,
              signal,
              modelKey: models === undefined ? 'model_id' : undefined,
            }),
          described,
          onlyKnownQuestions: questions !== undefined,
        }),
      );
    }
    return imports;
  }

  /**
   * Imports a table of any columns, long or wide, in CSV (plain or gzip), JSONL or Parquet. Scores
   * are kept as they are, 0 to 1; `toDataset` turns them into labels.
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
    return this.#importFile(file, format, mapping, options, {
      stage: async (checked) => {
        if (format === 'parquet') return stageParquet(checked, mapping);
        if (format === 'jsonl') return stageJsonl(checked, mapping, options.signal);
        return stageCsv(checked, { mapping, strictLabels: false, signal: options.signal });
      },
      defaultCategory: options.defaultCategory,
    });
  }

  /** Imports logs of lm-evaluation-harness; see `readHarnessLogs` for its options and errors. */
  async importHarnessLogs(
    logs: string | readonly string[],
    options: ReadHarnessLogsOptions & Pick<StoreImportOptions, 'onConflict'> = {},
  ): Promise<StoreImport> {
    const dataset = await readHarnessLogs(logs, options);
    const name = typeof logs === 'string' ? logs : `${logs.length} logs`;
    return this.importDataset(dataset, { ...options, onProgress: undefined, name });
  }

  /** Imports a dataset that is in memory, under a name for messages and `sources`. */
  importDataset(
    dataset: EvaluationDataset,
    options: StoreImportOptions & { readonly name: string },
  ): Promise<StoreImport> {
    const { questions, models, correctness } = dataset;
    const hash = createHash('sha256');
    hash.update(JSON.stringify([questions, models])).update(correctness.labels);
    return this.#import([], {
      name: options.name,
      format: 'dataset',
      sha256: hash.digest('hex'),
      settings: '',
      signal: options.signal,
      onConflict: options.onConflict ?? 'refuse',
      onlyKnownQuestions: true,
      described: { questions, models },
      source: {
        stage: (session) =>
          session.append('staged', (appender) => {
            questions.forEach(({ id }, question) => {
              correctness.row(question).forEach((label, model) => {
                const name = models[model]?.name;
                if (label !== MISSING && name !== undefined) {
                  appendResponse(appender, id, name, label, question + 1);
                }
              });
              if (question % 512 === 511) appender.flushSync();
            });
          }),
        explain: ({ kind }) => {
          throw new EmbedLLMError('invalid-data', `${options.name} is inconsistent (${kind}).`);
        },
      },
    });
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
    return this.#alone((session) => session.rows(sql, values));
  }

  /** What was imported, in order. */
  sources(): Promise<SqlRow[]> {
    return this.query('SELECT * FROM sources ORDER BY source_id');
  }

  /** Questions, models and labels, in memory. @throws EmbedLLMError on graded scores without threshold. */
  toDataset(options: ToDatasetOptions = {}): Promise<EvaluationDataset> {
    return this.#alone((session) => readDataset(session, options));
  }

  /** Writes EmbedLLM's CSV tables; see `writeEmbedLLM`. */
  async writeEmbedLLM(
    directory: string,
    options: WriteEmbedLLMOptions & ToDatasetOptions = {},
  ): Promise<string[]> {
    return writeEmbedLLM(directory, await this.toDataset(options), options);
  }

  /** Writes `questions.parquet`, `models.parquet` and `responses.parquet`, scores as they are. */
  writeParquet(directory: string, options: ExportParquetOptions = {}): Promise<string[]> {
    return exportParquet(directory, options, (files, work) => this.#withFiles(files, work));
  }

  /** Closes the file; wait for what is running first. */
  close(): void {
    this.#closed = true;
    this.#session?.close();
    this.#session = undefined;
  }

  async #importFile(
    file: string,
    format: string,
    mapping: TableMapping,
    options: StoreImportOptions,
    target: Pick<ImportTarget, 'described' | 'onlyKnownQuestions' | 'defaultCategory'> & {
      readonly stage: (checked: CheckedFile) => Promise<StagingSource> | StagingSource;
    },
  ): Promise<StoreImport> {
    const { signal, onProgress } = options;
    let bytes = 0;
    const path = resolve(file);
    const checked = await checkFile(file, {
      text: format !== 'parquet',
      signal,
      onBytes(count) {
        bytes += count;
        onProgress?.({ file, phase: 'check', bytes });
      },
    });
    onProgress?.({ file, phase: 'import', bytes });
    return this.#import([file, path], {
      ...target,
      name: basename(file),
      file,
      format,
      sha256: checked.sha256,
      settings: JSON.stringify([mapping, target.defaultCategory ?? null]),
      signal,
      onConflict: options.onConflict ?? 'refuse',
      source: () => target.stage(checked),
      beforeCommit: () => checked.assertUnchanged(),
    });
  }

  #import(files: readonly string[], target: ImportTarget): Promise<StoreImport> {
    return this.#withFiles(files, (session) => importSource(session, target));
  }

  /** Runs work in a session that may touch the given files, and no other. */
  async #withFiles<T>(
    files: readonly string[],
    work: (session: StoreSession) => Promise<T>,
  ): Promise<T> {
    if (files.length === 0) return this.#alone(work);
    return this.#inTurn(async () => {
      this.#session?.close();
      this.#session = undefined;
      const session = await StoreSession.open(this.#path, { ...this.#limits, files });
      try {
        return await work(session);
      } finally {
        session.close();
      }
    });
  }

  /** One piece of work after the other: a transaction belongs to the connection. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#busy.then(() => {
      if (this.#closed) throw new EmbedLLMError('invalid-argument', 'The store is closed.');
      return work();
    });
    this.#busy = turn.catch(() => {});
    return turn;
  }

  #alone<T>(work: (session: StoreSession) => Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      this.#session ??= await StoreSession.open(this.#path, this.#limits);
      return work(this.#session);
    });
  }
}

function refuseMemory(): never {
  throw new EmbedLLMError('invalid-argument', 'A store is a file: give its path.');
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
