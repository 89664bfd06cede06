import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DataError } from '@embedllm/core';
import { archiveHint } from '../archive/not-a-directory.js';
import { type LogSelection, type SkippedLog, selectFiles } from '../runs/log-selection.js';
import { type LogSource, listLogs, pathOfLogs } from '../runs/log-source.js';

/** A file of samples: one run of one model on one task. */
export interface SamplesFile {
  readonly file: string;
  /** As the file's name says it. */
  readonly task: string;
  /** As the file's name says it, such as `2024-06-25T12-30-00.123456`; empty where it does not. */
  readonly date: string;
}

/** A file of aggregated results: one run of one model on several tasks. */
export interface ResultsFile {
  readonly file: string;
  readonly date: string;
}

/** The logs of lm-evaluation-harness below a directory. */
export interface HarnessFiles {
  readonly samples: readonly SamplesFile[];
  /** Samples of lm_eval 0.4.0 to 0.4.2, `<model_args>_<task>.jsonl`: only the results name the task. */
  readonly older: readonly string[];
  readonly results: readonly ResultsFile[];
  readonly skipped: readonly SkippedLog[];
}

const DATE = String.raw`\d{4}-\d{2}-\d{2}T\d{2}[-:]\d{2}[-:]\d{2}(?:\.\d+)?`;
// In June 2024 the samples of the Open LLM Leaderboard ended in .json.
const SAMPLES = new RegExp(`^samples_(.+?)(?:_(${DATE})\\.jsonl?|\\.jsonl)(?:\\.gz)?$`);
const RESULTS = new RegExp(`^(?:results|.+_results|.+?)_(${DATE})\\.json$|^results\\.json$`);
/** `/` and `=` of the model's arguments became `__`. */
const OLDER_SAMPLES =
  /^(?:pretrained|model|peft|delta|path|engine|base_url|dtype)__.+_.+\.jsonl(?:\.gz)?$/;

/** What the name of a samples file says; `undefined` where it is not named as one. */
export function parseSamplesName(file: string): SamplesFile | undefined {
  const match = SAMPLES.exec(basename(file));
  return match ? { file, task: match[1] as string, date: match[2] ?? '' } : undefined;
}

/** Whether a file is named as samples of lm_eval 0.4.0 to 0.4.2. */
export function isOlderSamplesName(file: string): boolean {
  return OLDER_SAMPLES.test(basename(file));
}

function parseResultsName(file: string): ResultsFile | undefined {
  const match = RESULTS.exec(basename(file));
  return match ? { file, date: match[1] ?? '' } : undefined;
}

/** Files of lm-evaluation-harness by their names, and the others. */
export interface SortedFiles extends Omit<HarnessFiles, 'skipped'> {
  readonly others: readonly string[];
}

/** Sorts files out by their names, in their order. */
export function sortHarnessFiles(files: readonly string[]): SortedFiles {
  const samples = files.flatMap((file) => parseSamplesName(file) ?? []);
  const older = files.filter((file) => isOlderSamplesName(file));
  const folders = new Set(older.map((file) => dirname(file)));
  const known = new Set([...samples.map(({ file }) => file), ...older]);
  const rest = files.filter((file) => !known.has(file));
  const results = rest.flatMap((file): ResultsFile[] => {
    const named = parseResultsName(file);
    if (named !== undefined) return [named];
    // The results of those versions can have any name.
    return file.endsWith('.json') && folders.has(dirname(file)) ? [{ file, date: '' }] : [];
  });
  const isResults = new Set(results.map(({ file }) => file));
  return { samples, older, results, others: rest.filter((file) => !isResults.has(file)) };
}

/**
 * Sorts the logs out by their names: those named, with the results files next to them, or all below
 * a directory, in the order of their paths.
 *
 * @throws DataError when a directory cannot be read, a listed file is not named as a log, or there
 * is not a file of samples.
 */
export async function findHarnessFiles(
  source: LogSource,
  selection: LogSelection & { readonly signal?: AbortSignal | undefined } = {},
): Promise<HarnessFiles> {
  const { files, folder } = await listLogs(source, selection.signal);
  const [other] = folder === undefined ? sortHarnessFiles(files).others : [];
  if (other !== undefined) {
    throw new DataError(
      `is not named like an lm-evaluation-harness log: samples_<task>_<date>.jsonl or results_<date>.json.${await archiveHint(other)}`,
      { file: other },
    );
  }
  const all = folder === undefined ? await withResults(files) : files;
  const others = new Set(sortHarnessFiles(all).others);
  const { kept, skipped } = selectFiles(
    all.filter((file) => !others.has(file)),
    selection,
  );
  const { samples, older, results } = sortHarnessFiles(kept);
  if (samples.length + older.length === 0) {
    throw new DataError(
      skipped.length > 0
        ? 'all logs were skipped as requested.'
        : 'there is no samples_<task>_<date>.jsonl. Run lm_eval with --log_samples.',
      { file: pathOfLogs(source) },
    );
  }
  return { samples, older, results, skipped };
}

/**
 * Files with the results next to those of samples, which name their models and say how many samples
 * there must be: a file is of the same model, whether it or its folder is named.
 */
async function withResults(files: readonly string[]): Promise<string[]> {
  const { samples, older } = sortHarnessFiles(files);
  const found = new Set(files);
  for (const folder of new Set([...samples.map(({ file }) => file), ...older].map(folderOf))) {
    // A file that cannot be read is reported by its reader.
    const names = await readdir(folder === '' ? '.' : folder).catch((): string[] => []);
    const listed = names.sort().map((name) => join(folder, name));
    for (const { file } of sortHarnessFiles([...older, ...listed]).results) found.add(file);
  }
  return [...found];
}

/** As typed, so that messages show it so. */
function folderOf(file: string): string {
  return file === basename(file) ? '' : dirname(file);
}
