import { basename } from 'node:path';
import { DataError } from '@embedllm/core';
import { listFiles } from '../files/list-files.js';

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
  readonly results: readonly ResultsFile[];
}

const DATE = String.raw`\d{4}-\d{2}-\d{2}T\d{2}[-:]\d{2}[-:]\d{2}(?:\.\d+)?`;
const SAMPLES = new RegExp(`^samples_(.+?)(?:_(${DATE}))?\\.jsonl(?:\\.gz)?$`);
const RESULTS = new RegExp(`^(?:results|.+_results|.+?)_(${DATE})\\.json$|^results\\.json$`);

/** What the name of a samples file says; `undefined` where it is not named as one. */
export function parseSamplesName(file: string): SamplesFile | undefined {
  const match = SAMPLES.exec(basename(file));
  return match ? { file, task: match[1] as string, date: match[2] ?? '' } : undefined;
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
export async function findHarnessFiles(source: string | readonly string[]): Promise<HarnessFiles> {
  const files = typeof source === 'string' ? await listFiles(source) : source;
  const samples: SamplesFile[] = [];
  const results: ResultsFile[] = [];
  for (const file of files) {
    const asSamples = parseSamplesName(file);
    const asResults = asSamples === undefined ? parseResultsName(file) : undefined;
    if (asSamples) samples.push(asSamples);
    else if (asResults) results.push(asResults);
    else if (typeof source !== 'string') {
      throw new DataError(
        'is not named like a log of lm-evaluation-harness: samples_<task>_<date>.jsonl or results_<date>.json.',
        { file },
      );
    }
  }
  if (samples.length === 0) {
    throw new DataError(
      'there is no samples_<task>_<date>.jsonl. Run lm_eval with --log_samples.',
      { file: typeof source === 'string' ? source : undefined },
    );
  }
  return { samples, results };
}
