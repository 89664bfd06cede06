import { knownFileNames } from '../folder/folder-files.js';
import { sortHarnessFiles } from '../harness/harness-files.js';
import { isInspectLogName } from '../inspect/inspect-files.js';

/** Files that are imported together, apart from others. */
export interface EvaluationUnit {
  /** A folder, empty for the top one, or a table by itself. */
  readonly path: string;
  /** All that is read, by its path. */
  readonly files: readonly string[];
  /** What to give to `importEvaluations`: the folder, or its tables. */
  readonly sources: readonly string[];
}

/**
 * Cuts files into units that can be imported on different machines and merged one after another, as by
 * importing one after another into a store: each folder of the first level, the logs and tables of
 * EmbedLLM that are in none, and each other table that is in none.
 *
 * @param files - Paths with `/` below a common folder, in any order.
 * @returns by path.
 */
export function evaluationUnits(files: readonly string[]): EvaluationUnit[] {
  const folders = new Map<string, string[]>();
  const others = new Set(sortHarnessFiles(files).others);
  for (const file of [...files].sort()) {
    const slash = file.indexOf('/');
    const isLog = !others.has(file) || isOfFolder(file);
    const path = slash >= 0 ? file.slice(0, slash) : isLog ? '' : file;
    folders.set(path, [...(folders.get(path) ?? []), file]);
  }
  return [...folders]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, held]) => {
      const isFolder = held.some((file) => !others.has(file) || isOfFolder(file));
      return { path, files: held, sources: isFolder ? [path] : held };
    });
}

/** Whether a file that is not of lm-evaluation-harness is read as part of its folder. */
function isOfFolder(file: string): boolean {
  const name = file.slice(file.lastIndexOf('/') + 1);
  const isRun = name === 'run_spec.json' || /^details_.+\.parquet$/.test(name);
  return isRun || isInspectLogName(name) || knownFileNames().includes(name);
}
