import { basename, dirname } from 'node:path';
import { DataError } from '@embedllm/core';
import { listFiles } from '../files/list-files.js';
import { type LogSelection, type SkippedLog, skipsFile } from '../runs/log-selection.js';

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
  /** Samples of lm_eval 0.4.0 to 0.4.2, `<model_args>_<task>.jsonl`: only the results tell the task. */
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

/**
 * Sorts the logs out by their names: those listed, or all below a directory, in the order of
 * their paths.
 *
 * @throws DataError when a directory cannot be read, a listed file is not named as a log, or there
 * is no file of samples.
 */
export async function findHarnessFiles(
  source: string | readonly string[],
  selection: LogSelection = {},
): Promise<HarnessFiles> {
  const files = typeof source === 'string' ? await listFiles(source) : source;
  const samples: SamplesFile[] = [];
  const older: string[] = [];
  const results: ResultsFile[] = [];
  const skipped: SkippedLog[] = [];
  const others: string[] = [];
  for (const file of files) {
    const asSamples = parseSamplesName(file);
    const asResults = asSamples === undefined ? parseResultsName(file) : undefined;
    const isOlder = isOlderSamplesName(file);
    if (!asSamples && !asResults && !isOlder) {
      others.push(file);
    } else if (skipsFile(selection, file)) {
      skipped.push({ file, reason: 'file', detail: 'left out as asked' });
    } else if (asSamples) samples.push(asSamples);
    else if (asResults) results.push(asResults);
    else older.push(file);
  }
  // The results of those versions can have any name.
  const folders = new Set(older.map((file) => dirname(file)));
  for (const file of others) {
    if (file.endsWith('.json') && folders.has(dirname(file))) results.push({ file, date: '' });
    else if (typeof source !== 'string') {
      throw new DataError(
        'is not named like a log of lm-evaluation-harness: samples_<task>_<date>.jsonl or results_<date>.json.',
        { file },
      );
    }
  }
  if (samples.length + older.length === 0) {
    throw new DataError(
      skipped.length > 0
        ? 'all logs were left out as asked.'
        : 'there is no samples_<task>_<date>.jsonl. Run lm_eval with --log_samples.',
      { file: typeof source === 'string' ? source : undefined },
    );
  }
  return { samples, older, results, skipped };
}
