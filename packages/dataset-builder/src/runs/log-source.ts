import { stat } from 'node:fs/promises';
import { checkPaths } from '@embedllm/internals';
import { listFiles } from '../files/list-files.js';
import { readError } from '../files/read-error.js';

/** Logs that were found at a path, as `detectEvaluationSources` finds them. */
export interface FoundLogs {
  /** A log, or a folder that has some at any depth, and may have other files. */
  readonly path: string;
  /** The logs; of lm-evaluation-harness those with samples first, then results. */
  readonly files: readonly string[];
}

/** Where logs are: a folder of them at any depth, a log, several, or what was found at a path. */
export type LogSource = string | readonly string[] | FoundLogs;

/** Files that may be logs. */
export interface ListedLogs {
  readonly files: readonly string[];
  /** The folder that was searched; `undefined` where the caller names the files. */
  readonly folder: string | undefined;
}

/** @throws DataError `io` where a path does not exist or cannot be read. */
export async function listLogs(
  source: LogSource,
  signal?: AbortSignal | undefined,
): Promise<ListedLogs> {
  if (typeof source !== 'string') {
    const files = filesOf(source);
    if (!('path' in source)) return { files, folder: undefined };
    const { path } = source;
    return { files, folder: files.includes(path) ? undefined : path };
  }
  const status = await stat(source).catch((error: unknown) => {
    throw readError(source, error);
  });
  if (!status.isDirectory()) return { files: [source], folder: undefined };
  return { files: await listFiles(source, signal), folder: source };
}

/** The path that logs are at; `undefined` where there are several. */
export function pathOfLogs(source: LogSource): string | undefined {
  const files = filesOf(source);
  if (typeof source === 'object' && 'path' in source && !files.includes(source.path)) {
    return source.path;
  }
  return files.length === 1 ? files[0] : undefined;
}

/** What logs are called: their path, or how many there are. */
export function nameOfLogs(source: LogSource): string {
  return pathOfLogs(source) ?? `${filesOf(source).length} logs`;
}

function filesOf(source: LogSource): readonly string[] {
  // Callers without types may pass anything.
  const isFound = typeof source === 'object' && source !== null && 'path' in source;
  return checkPaths('source', isFound ? source.files : source);
}
