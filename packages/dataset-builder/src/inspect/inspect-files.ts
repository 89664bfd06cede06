import { basename } from 'node:path';
import { DataError } from '@embedllm/core';
import { listFiles } from '../files/list-files.js';

/** As Inspect names its logs: the time, then anything. */
const LOG_NAME = /^\d{4}-\d{2}-\d{2}T\d{2}[-:]\d{2}[-:]\d{2}.*\.(?:json(?:\.gz)?|eval)$/;

/** What may be listed: names of logs can be chosen freely. */
const READABLE = /\.(?:json(?:\.gz)?|eval)$/;

/** Whether a file is named as Inspect names its logs. */
export function isInspectLogName(file: string): boolean {
  return LOG_NAME.test(basename(file));
}

/**
 * The logs listed, or all below a directory that are named as Inspect names them, in the order of
 * their paths.
 *
 * @throws DataError when a directory cannot be read, a listed file is no `.json` or `.eval`, or there
 * is no log.
 */
export async function findInspectFiles(source: string | readonly string[]): Promise<string[]> {
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
    'there is no log named <time>_<task>_<id>.eval or .json. List the files if yours have other names.',
    { file: source },
  );
}
