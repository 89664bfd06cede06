import { basename } from 'node:path';
import { DataError } from '@embedllm/core';
import { archiveHint } from '../archive/not-a-directory.js';
import { type LogSelection, type SkippedLog, selectFiles } from '../runs/log-selection.js';
import { type LogSource, listLogs, pathOfLogs } from '../runs/log-source.js';

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

/** Logs to read, and those skipped as requested. */
export interface InspectFiles {
  readonly files: readonly string[];
  readonly skipped: SkippedLog[];
  /** Whether they were searched for, so that other files may have such names too. */
  readonly isFolder: boolean;
}

/**
 * The logs listed, or all below a directory that are named as Inspect names them, in the order of
 * their paths.
 *
 * @throws DataError when a directory cannot be read, a listed file is not a `.json` or `.eval`, or
 * there is no log.
 */
export async function findInspectFiles(
  source: LogSource,
  selection: LogSelection & { readonly signal?: AbortSignal | undefined } = {},
): Promise<InspectFiles> {
  const { files, folder } = await listLogs(source, selection.signal);
  const foreign = folder === undefined ? files.find((file) => !READABLE.test(file)) : undefined;
  if (foreign !== undefined) {
    throw new DataError(
      `is not named like an Inspect log: .json, .json.gz or .eval.${await archiveHint(foreign)}`,
      { file: foreign },
    );
  }
  const found = folder === undefined ? files : files.filter(isInspectLogName);
  if (found.length === 0) {
    throw folder === undefined
      ? new DataError('there is no Inspect log.', {})
      : new DataError(
          'there is no .eval and no .json named <time>_<task>_<id>. If your files have other names, list them.',
          { file: folder },
        );
  }
  const { kept, skipped } = selectFiles(found, selection);
  if (kept.length === 0) {
    throw new DataError('all logs were skipped as requested.', { file: pathOfLogs(source) });
  }
  return { files: kept, skipped, isFolder: folder !== undefined };
}
