import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DataError } from '@embedllm/core';

/** What a source of evaluation records is. */
export type SourceFormat = 'folder' | 'embedllm' | 'harness' | 'inspect' | 'table';

/** A source with what it is. */
export interface Source {
  readonly path: string;
  readonly format: SourceFormat;
}

const TABLE_NAMES = /^(responses|train|val|test)\.csv(\.gz)?$/;
const SAMPLE_NAMES = /^samples_.+\.jsonl(\.gz)?$/;
/** As Inspect names its logs: the time, then anything. */
const INSPECT_NAMES = /^\d{4}-\d{2}-\d{2}T\d{2}[-:]\d{2}[-:]\d{2}.*\.(json(\.gz)?|eval)$/;

/**
 * Tells by its name and content what a source is: a folder of EmbedLLM's tables, logs of
 * lm-evaluation-harness or of Inspect (a folder at any depth, or their files), or a single table.
 *
 * @param hasMapping - Whether columns were named, which makes a CSV file a table of one's own.
 * @throws DataError `io` when there is nothing; `invalid-data` when it is nothing known.
 */
export async function detectSource(path: string, hasMapping: boolean): Promise<Source> {
  const isFolder = await isDirectory(path);
  if (isFolder) {
    const files = await readdir(path, { recursive: true });
    if (files.some((file) => TABLE_NAMES.test(file))) return { path, format: 'folder' };
    if (files.some((file) => SAMPLE_NAMES.test(basename(file)))) return { path, format: 'harness' };
    if (files.some((file) => INSPECT_NAMES.test(basename(file))))
      return { path, format: 'inspect' };
    throw new DataError(
      'The folder holds neither responses.csv (or train.csv, val.csv, test.csv), nor samples_*.jsonl of lm-evaluation-harness, nor logs of Inspect (<time>_<task>_<id>.eval or .json).',
      { file: path },
    );
  }
  const name = basename(path);
  if (SAMPLE_NAMES.test(name)) return { path, format: 'harness' };
  if (INSPECT_NAMES.test(name) || name.endsWith('.eval')) return { path, format: 'inspect' };
  if (/\.csv(\.gz)?$/.test(name)) return { path, format: hasMapping ? 'table' : 'embedllm' };
  if (/\.(jsonl|ndjson|parquet)(\.gz)?$/.test(name)) return { path, format: 'table' };
  throw new DataError(
    'It is no kind of file that is known: .csv, .jsonl, .parquet, .eval or samples_*.jsonl; --format says what it is.',
    { file: path },
  );
}

/** The tables of a folder by what they hold. */
export async function tablesOf(folder: string): Promise<{
  responses: string[];
  questions: string | undefined;
  models: string | undefined;
}> {
  const files = (await readdir(folder)).sort();
  const named = (name: string): string | undefined => {
    const file = files.find((candidate) => candidate.replace(/\.gz$/, '') === `${name}.csv`);
    return file === undefined ? undefined : join(folder, file);
  };
  const whole = named('responses');
  const parts = ['train', 'val', 'test'].flatMap((name) => named(name) ?? []);
  return {
    responses: whole === undefined ? parts : [whole],
    questions: named('questions'),
    models: named('models'),
  };
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    throw new DataError('There is no such file or folder.', { file: path }, { code: 'io', cause });
  }
}
