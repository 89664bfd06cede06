import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

const RESULTS = /^results(_.+)?\.json$/;

/** Whether a path is one file of logs, not a folder of them. */
export async function isLogFile(path: string): Promise<boolean> {
  return (await stat(path)).isFile();
}

/**
 * What is read of lm-evaluation-harness for paths: one folder as it is, files of samples together
 * with the results files beside them, which name their models and how many samples there must be.
 * So a file is of the same model, whether it or its folder is named.
 */
export async function harnessLogsAt(
  ...paths: readonly [string, ...string[]]
): Promise<string | readonly string[]> {
  const [first] = paths;
  if (paths.length === 1 && !(await isLogFile(first))) return first;
  const files = new Set<string>(paths);
  for (const path of paths) {
    const folder = dirname(path);
    const results = (await readdir(folder)).filter((name) => RESULTS.test(name)).sort();
    // Left as typed, so that messages show it so.
    for (const name of results) files.add(path === basename(path) ? name : join(folder, name));
  }
  return [...files];
}
