import { mkdir, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { EmbedLLMError } from '@embedllm/core';
import { messageOf } from '../files/read-error.js';
import { literal } from './sql-text.js';
import type { StoreSession } from './store-session.js';

/** Options of `EvaluationStore.writeParquet`. */
export interface ExportParquetOptions {
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
  { signal }: ExportParquetOptions,
  withFiles: <T>(
    files: readonly string[],
    work: (session: StoreSession) => Promise<T>,
  ) => Promise<T>,
): Promise<string[]> {
  const root = resolve(directory);
  const suffix = `.${process.pid}.tmp`;
  const paths = Object.keys(TABLES).map((name) => join(root, `${name}.parquet`));
  signal?.throwIfAborted();
  try {
    await mkdir(root, { recursive: true });
    // DuckDB writes under a name of its own next to the one it is given.
    const allowed = paths.map((path) => `${path}${suffix}`);
    await withFiles(
      allowed.flatMap((path) => [path, path.replace(/([^/\\]+)$/, 'tmp_$1')]),
      (session) =>
        session.transaction(signal, async () => {
          for (const [index, query] of Object.values(TABLES).entries()) {
            const target = literal(allowed[index] ?? '');
            await session.run(`COPY (${query}) TO ${target} (FORMAT parquet, COMPRESSION zstd)`);
          }
        }),
    );
    for (const path of paths) await rename(`${path}${suffix}`, path);
    return Object.keys(TABLES).map((name) => join(directory, `${name}.parquet`));
  } catch (cause) {
    await Promise.all(paths.map((path) => rm(`${path}${suffix}`, { force: true })));
    signal?.throwIfAborted();
    throw new EmbedLLMError(`${directory} cannot be written (${messageOf(cause)}).`, {
      code: 'io',
      cause,
    });
  }
}
