import { DataError, type ModelInfo } from '@embedllm/core';
import { messageOf } from '../files/read-error.js';
import { assertNoPattern, checkFile } from './check-file.js';
import type { StoreImportOptions } from './import-options.js';
import { importSource, type StoreImport } from './import-source.js';
import { literal } from './sql-text.js';
import { type StagingSource, stageModels } from './staging.js';
import type { StoreSession } from './store-session.js';
import type { StoreSessions } from './store-sessions.js';

/** A part that `writeParquet` wrote, to import. */
export interface ImportParquetOptions extends Omit<StoreImportOptions, 'nameOf' | 'onProgress'> {
  /** Path of `questions-00000.parquet`. */
  readonly questions: string;
  /** Path of its `responses-00000.parquet`. */
  readonly responses: string;
  /** All models of the responses; others of them go into the store too. */
  readonly models: readonly ModelInfo[];
  /** Names the part in messages and in `sources`. @default the path of its questions */
  readonly name?: string | undefined;
  /**
   * What the questions are of. Those of lm-evaluation-harness that differ only in the order of their
   * choices become one; those of Inspect must have the same text where they have the same id.
   *
   * @default 'table'
   */
  readonly format?: 'harness' | 'inspect' | 'table' | undefined;
}

const KEYS = { harness: 'joins', inspect: 'checks', table: undefined } as const;

/** Imports a part of another store, as its sources would be imported. */
export async function importParquet(
  sessions: StoreSessions,
  options: ImportParquetOptions,
): Promise<StoreImport> {
  const { questions, responses, models, format = 'table', onConflict = 'refuse', signal } = options;
  const files = [questions, responses];
  files.forEach(assertNoPattern);
  const name = options.name ?? questions;
  const hashes: string[] = [];
  for (const file of files) hashes.push((await checkFile(file, { text: false, signal })).sha256);
  return sessions.apart({ files }, (session) =>
    importSource(session, {
      ...{
        name,
        format: 'parquet',
        sha256: hashes.join(' '),
        settings: format,
        signal,
        onConflict,
      },
      described: { questions: [], models },
      source: stagePart({ questions, responses, models, name }, KEYS[format]),
    }),
  );
}

type Part = Pick<ImportParquetOptions, 'questions' | 'responses' | 'models'> & {
  readonly name: string;
};

function stagePart(part: Part, keys: StagingSource['keys']): StagingSource {
  const { questions, responses, models, name } = part;
  return {
    ...{ coded: true, keys },
    async stage(session) {
      await reading(questions, () =>
        session.run(
          `INSERT INTO staged_questions
            SELECT file_row_number, id, category, prompt, 1, 1, key
            FROM read_parquet(${literal(questions)}, file_row_number = true)`,
        ),
      );
      await stageModels(session, [...new Set(models.map((model) => model.name))]);
      await reading(responses, () => stageResponses(session, responses));
      return { mayRepeat: true };
    },
    explain: (problem) => {
      const what =
        problem.kind === 'labels'
          ? `has two scores of ${problem.model} on ${problem.question}`
          : `is inconsistent (${problem.kind})`;
      return Promise.resolve(new DataError(`${what}.`, { file: name }));
    },
  };
}

async function stageResponses(session: StoreSession, file: string): Promise<void> {
  const relation = `read_parquet(${literal(file)})`;
  await session.run(
    `INSERT INTO staged_codes SELECT q.code, m.code, score FROM ${relation} r
      JOIN staged_questions q ON q.id = r.question JOIN staged_models m ON m.name = r.model
      WHERE score BETWEEN 0 AND 1`,
  );
  const rows = await session.count(`SELECT count(*) FROM ${relation}`);
  const staged = await session.count('SELECT count(*) FROM staged_codes');
  if (rows === staged) return;
  throw new DataError(
    `${rows - staged} of ${rows} responses have a question or model that is not described, or a score that is not from 0 to 1.`,
    { file },
  );
}

async function reading(file: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    throw new DataError(`is not a part that writeParquet wrote (${messageOf(cause)}).`, {
      file,
      cause,
    });
  }
}
