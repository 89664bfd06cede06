import { DataError } from '@embedllm/core';
import { type LogSource, pathOfLogs } from './log-source.js';
import { matchesPattern } from './match-pattern.js';
import { isNamedBy } from './model-names.js';

/** Which logs to read. */
export interface LogSelection {
  /**
   * Tasks to read, by name, by the name of a group that has them, or by a pattern such as `mmlu_*`.
   *
   * @default all
   */
  readonly tasks?: readonly string[] | undefined;
  /** Tasks to leave out, named as in `tasks`. @default none */
  readonly skipTasks?: readonly string[] | undefined;
  /** Files to leave out, by path, name, or a pattern such as `*_old.json`. @default none */
  readonly skipFiles?: readonly string[] | undefined;
}

/** A log that was not read, and why. */
export interface SkippedLog {
  readonly file: string;
  /** Where it is known. */
  readonly model?: string | undefined;
  readonly task?: string | undefined;
  /**
   * `task` and `file`: as asked by `tasks`, `skipTasks` or `skipFiles`; `incomplete`: the run did not
   * end well, or samples are missing; `no-score`: nothing in it is a score from 0 to 1; `foreign`:
   * only named like a log.
   */
  readonly reason: 'task' | 'file' | 'incomplete' | 'no-score' | 'foreign';
  /** In words, after "is" or "has". */
  readonly detail: string;
}

/** Skipped logs that a message lists. */
const LISTED = 5;

/** The error of logs of which none was read. */
export function noneLeft(source: LogSource, skipped: readonly SkippedLog[]): DataError {
  const listed = skipped.slice(0, LISTED).map(({ file, detail }) => `${file} is ${detail}`);
  const rest = skipped.length > LISTED ? `; and ${skipped.length - LISTED} more` : '';
  return new DataError(`no log is left to read: ${listed.join('; ')}${rest}.`, {
    file: pathOfLogs(source),
  });
}

/** Whether a task is wanted. @param names - The task, and the groups that have it. */
export function selectsTask(
  { tasks, skipTasks = [] }: LogSelection,
  names: readonly string[],
): boolean {
  const isNamed = (patterns: readonly string[]): boolean =>
    patterns.some((pattern) => names.some((name) => matchesPattern(pattern, name)));
  return (tasks === undefined || isNamed(tasks)) && !isNamed(skipTasks);
}

/** Parts files into those to read, and those to leave out. */
export function selectFiles(
  files: readonly string[],
  { skipFiles = [] }: LogSelection,
): { readonly kept: string[]; readonly skipped: SkippedLog[] } {
  const skips = (file: string): boolean => skipFiles.some((pattern) => isNamedBy(pattern, file));
  return {
    kept: files.filter((file) => !skips(file)),
    skipped: files
      .filter(skips)
      .map((file) => ({ file, reason: 'file', detail: 'skipped as requested' })),
  };
}
