import { mkdir, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { EmbedLLMError } from '@embedllm/core';
import { checkInteger } from '@embedllm/internals';
import { messageOf } from '../files/read-error.js';
import { partedQuestions, type QuestionParts } from './question-parts.js';
import { literal } from './sql-text.js';
import type { StoreSession } from './store-session.js';

/** Options of `EvaluationStore.writeParquet`. */
export interface ExportParquetOptions {
  /**
   * Cut questions and their responses into so many files, `questions-00000.parquet` and
   * `responses-00000.parquet`, an integer of at least 1. They keep what tells questions of logs
   * apart, for `importParquet`.
   *
   * @default one file of each
   */
  readonly parts?: number | undefined;
  /**
   * What goes into the same part in every store: questions of the same id, or those that differ only
   * in the order of their choices.
   *
   * @default 'id'
   */
  readonly partsBy?: 'id' | 'key' | undefined;
  /**
   * Write integers for questions and models, `question_id` and `model_id`, in the order in which they
   * came; those of questions begin with this one, an integer of at least 0. Compressed with Snappy.
   *
   * @default ids and names as text
   */
  readonly firstQuestion?: number | undefined;
  /** Stops writing and leaves the directory as it was; the promise rejects with the reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Order makes the files the same for the same content. */
const TABLES: Readonly<Record<string, string>> = {
  questions: 'SELECT id, category, prompt FROM questions ORDER BY question_id',
  models: 'SELECT name, info FROM models ORDER BY model_id',
  responses: `SELECT id AS question, models.name AS model, score
    FROM responses JOIN questions USING (question_id) JOIN models USING (model_id)
    ORDER BY question_id, model_id`,
};

/** Writes the tables as Parquet files, each complete under another name before it takes its place. */
export async function exportParquet(
  directory: string,
  options: ExportParquetOptions,
  withFiles: <T>(
    files: readonly string[],
    work: (session: StoreSession) => Promise<T>,
  ) => Promise<T>,
): Promise<string[]> {
  const { signal } = options;
  const tables = tablesOf(options);
  // What is numbered is read in other places too, where Snappy is never missing.
  const codec = options.firstQuestion === undefined ? 'zstd' : 'snappy';
  const root = resolve(directory);
  const suffix = `.${process.pid}.tmp`;
  const paths = Object.keys(tables).map((name) => join(root, `${name}.parquet`));
  signal?.throwIfAborted();
  try {
    await mkdir(root, { recursive: true });
    // DuckDB writes under a name of its own next to the one it is given.
    const allowed = paths.map((path) => `${path}${suffix}`);
    await withFiles(
      allowed.flatMap((path) => [path, path.replace(/([^/\\]+)$/, 'tmp_$1')]),
      (session) =>
        session.transaction(signal, async () => {
          const { parts, partsBy } = options;
          if (parts !== undefined) await cutParts(session, { parts, partsBy });
          for (const [index, query] of Object.values(tables).entries()) {
            const target = literal(allowed[index] ?? '');
            await session.run(
              `COPY (${query}) TO ${target} (FORMAT parquet, COMPRESSION ${codec})`,
            );
          }
        }),
    );
    for (const path of paths) await rename(`${path}${suffix}`, path);
    return Object.keys(tables).map((name) => join(directory, `${name}.parquet`));
  } catch (cause) {
    await Promise.all(paths.map((path) => rm(`${path}${suffix}`, { force: true })));
    signal?.throwIfAborted();
    throw new EmbedLLMError(`${directory} cannot be written (${messageOf(cause)}).`, {
      code: 'io',
      cause,
    });
  }
}

/** The names of files, and the queries that fill them. */
function tablesOf(options: ExportParquetOptions): Readonly<Record<string, string>> {
  const { parts, firstQuestion } = options;
  checkInteger('parts', parts, { min: 1, optional: true });
  checkInteger('firstQuestion', firstQuestion, { min: 0, optional: true });
  if (parts !== undefined && firstQuestion !== undefined) {
    throw new EmbedLLMError('parts and firstQuestion cannot be combined: parts keep their ids.', {
      code: 'invalid-argument',
    });
  }
  if (firstQuestion !== undefined) return numbered(firstQuestion);
  if (parts === undefined) return TABLES;
  const tables: Record<string, string> = {};
  for (let part = 0; part < parts; part++) {
    const number = String(part).padStart(5, '0');
    tables[`questions-${number}`] =
      `SELECT id, category, prompt, key FROM parted_questions WHERE part = ${part} ORDER BY question_id`;
    tables[`responses-${number}`] =
      `SELECT question, model, score FROM parted_responses WHERE part = ${part}
        ORDER BY question_id, model_id`;
  }
  return tables;
}

/** Finds the part of each question and response once for all parts, and puts those of a part together. */
async function cutParts(session: StoreSession, options: QuestionParts): Promise<void> {
  await session.run(
    `CREATE TEMP TABLE parted_questions AS SELECT * FROM (${partedQuestions(options)}) ORDER BY part`,
  );
  await session.run(`CREATE TEMP TABLE parted_responses AS
    SELECT part, question_id, model_id, id AS question, models.name AS model, score
    FROM responses JOIN parted_questions USING (question_id) JOIN models USING (model_id)
    ORDER BY part`);
}

function numbered(first: number): Readonly<Record<string, string>> {
  const id = `(question_id + ${first})::INTEGER AS question_id`;
  return {
    questions: `SELECT ${id}, id, category, prompt FROM questions ORDER BY question_id`,
    responses: `SELECT ${id}, model_id, score FROM responses ORDER BY question_id, model_id`,
    models: 'SELECT model_id, name, info FROM models ORDER BY model_id',
  };
}
