import type { FoundRun } from '../runs/collect-runs.js';
import { noneLeft, type SkippedLog, selectsTask } from '../runs/log-selection.js';
import type { LogSource } from '../runs/log-source.js';
import type { OpenChoices } from '../runs/open-choices.js';
import { findHarnessFiles } from './harness-files.js';
import type { ReadHarnessLogsOptions } from './harness-logs-options.js';
import { findHarnessResults, type HarnessResults } from './harness-results.js';
import { describeRuns, type HarnessRun } from './harness-runs.js';
import { TaskGroups } from './task-groups.js';

/** The runs that are to be read, and what was found with them. */
export interface FoundHarnessRuns {
  readonly found: readonly FoundRun<HarnessRun>[];
  readonly groups: TaskGroups;
  readonly skipped: SkippedLog[];
}

/** Finds the runs of a folder, or of the files listed, by names and results files. */
export async function findHarnessRuns(
  source: LogSource,
  options: ReadHarnessLogsOptions & { readonly open: OpenChoices },
): Promise<FoundHarnessRuns> {
  const files = await findHarnessFiles(source, options);
  options.open.files = [...files.samples.map(({ file }) => file), ...files.older];
  const skipped = [...files.skipped];
  const results: HarnessResults[] = [];
  for (const file of files.results) {
    let read: HarnessResults | undefined;
    try {
      read = await findHarnessResults(file, options.signal);
    } catch (error) {
      if (options.signal?.aborted) throw error;
      options.open.addUnreadable(error, file.file);
      continue;
    }
    if (read !== undefined) results.push(read);
    else {
      skipped.push({
        file: file.file,
        reason: 'foreign',
        detail: 'named like lm-evaluation-harness results, but something else',
      });
    }
  }
  const groups = new TaskGroups(results);
  const isWanted = ({ file, task }: { file: string; task: string }): boolean => {
    if (selectsTask(options, groups.namesOf(task))) return true;
    skipped.push({
      file,
      task,
      reason: 'task',
      detail: `of the task ${task}, skipped as requested`,
    });
    return false;
  };
  const samples = files.samples.filter(isWanted);
  const described = describeRuns({ ...files, samples }, results, options);
  skipped.push(...described.skipped);
  const older = new Set(files.older);
  const found = described.runs.filter(({ run }) => !older.has(run.file) || isWanted(run));
  if (found.length === 0) {
    options.open.assertNone();
    throw noneLeft(source, skipped);
  }
  return { found, groups, skipped };
}
