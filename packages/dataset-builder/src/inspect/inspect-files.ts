import { basename } from 'node:path';
import { DataError } from '@embedllm/core';
import { listFiles } from '../files/list-files.js';
import { type LogSelection, type SkippedLog, skipsFile } from '../runs/log-selection.js';

/**
 * As Inspect lists its logs (`is_log_file` of inspect_ai): every `.eval`, and `.json` whose name starts
 * with the time.
 */
const LOG_NAME = /\.eval$|^\d{4}-\d{2}-\d{2}T\d{2}[-:]\d{2}[-:]\d{2}.*\.json(?:\.gz)?$/;

/** What may be listed: names of logs can be chosen freely. */
const READABLE = /\.(?:json(?:\.gz)?|eval)$/;

/** Whether a file is named as Inspect names its logs. */
export function isInspectLogName(file: string): boolean {
  return LOG_NAME.test(basename(file));
}

/** Logs to read, and those left out as asked. */
export interface InspectFiles {
  readonly files: readonly string[];
  readonly skipped: SkippedLog[];
}

/**
 * The logs listed, or all below a directory that are named as Inspect names them, in the order of
 * their paths.
 *
 * @throws DataError when a directory cannot be read, a listed file is not a `.json` or `.eval`, or
 * there is no log.
 */
export async function findInspectFiles(
  source: string | readonly string[],
  selection: LogSelection = {},
): Promise<InspectFiles> {
  const found = await findFiles(source);
  const skipped = found.filter((file) => skipsFile(selection, file));
  const files = found.filter((file) => !skipsFile(selection, file));
  if (files.length === 0) {
    throw new DataError('all logs were left out as asked.', {
      file: typeof source === 'string' ? source : undefined,
    });
  }
  return {
    files,
    skipped: skipped.map((file) => ({ file, reason: 'file', detail: 'left out as asked' })),
  };
}

async function findFiles(source: string | readonly string[]): Promise<readonly string[]> {
  if (typeof source !== 'string') {
    for (const file of source) {
      if (READABLE.test(file)) continue;
      throw new DataError('is not named like a log of Inspect: .json, .json.gz or .eval.', {
        file,
      });
    }
    if (source.length === 0) throw new DataError('there is no log of Inspect.', {});
    return [...source];
  }
  if (READABLE.test(source)) return [source];
  const files = (await listFiles(source)).filter(isInspectLogName);
  if (files.length > 0) return files;
  throw new DataError(
    'there is no .eval, and no .json named <time>_<task>_<id>. List the files if yours have other names.',
    { file: source },
  );
}
