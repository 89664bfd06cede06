import { DataError, EmbedLLMError, type EvaluationDataset } from '@embedllm/core';
import { describeImport, type ImportReport } from '../embedllm/import-report.js';
import { sizeOfFile } from '../files/read-bytes.js';
import type { ReadProgress } from '../progress.js';
import { type RunCounts, type RunDisagreement, RunLabels } from '../runs/run-labels.js';
import { findHarnessFiles } from './harness-files.js';
import { readHarnessResults } from './harness-results.js';
import { describeRuns, type HarnessRun, outermostGroup, type UnnamedRun } from './harness-runs.js';
import type { HarnessSampleOptions } from './harness-sample.js';
import { assertThreshold, streamSamples } from './read-harness-samples.js';

/** Options of `readHarnessLogs`. */
export interface ReadHarnessLogsOptions extends HarnessSampleOptions {
  /**
   * What to do with several runs of one model on one task. `newest`: the newest stands alone;
   * `merge`: older ones fill in the questions that newer ones lack; `refuse`: an error. Either way
   * the newest label of a question counts, and disagreements are reported.
   *
   * @default 'newest'
   */
  readonly runs?: 'newest' | 'merge' | 'refuse' | undefined;
  /**
   * The category of a question: its task, the outermost group of its task as the results files
   * have it (such as `mmlu` for `mmlu_anatomy`), or what a function says.
   *
   * @default 'task'
   */
  readonly category?: 'task' | 'group' | ((task: string) => string) | undefined;
  /**
   * Names the model of a run; `undefined` leaves the default.
   *
   * @default `model_name` of the results file, else the model in its `model_args`, else the folder
   */
  readonly modelName?: ((run: UnnamedRun) => string | undefined) | undefined;
  /** Largest number of questions times models. @default 2^28 */
  readonly maxCells?: number | undefined;
  /** Longest line accepted, in bytes. @default 16 MiB */
  readonly maxRecordBytes?: number | undefined;
  /** Stops reading; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called after every chunk taken from the disk (256 KiB at most) and once at the end. */
  readonly onProgress?: ((progress: ReadProgress) => void) | undefined;
}

/** What was read from one run, and what became of it. */
export interface HarnessRunReport extends HarnessRun, Readonly<RunCounts> {
  /** Samples read with the filter in use. */
  readonly samples: number;
  /** The filter in use. */
  readonly filter: string;
  /** The score in use. */
  readonly metric: string;
  /** File of the newer run that comes before this one, if there is one. */
  readonly supersededBy: string | undefined;
}

/** What an import of logs found. */
export interface HarnessReport extends ImportReport {
  /** In the order read: by path, and of one model and task the newest first. */
  readonly runs: readonly HarnessRunReport[];
  /** Where an older run has another label than the newer: the first 100. */
  readonly disagreements: readonly RunDisagreement[];
}

/** A dataset with what its import found. */
export interface HarnessDataset extends EvaluationDataset {
  readonly report: HarnessReport;
}

/**
 * Reads the logs of EleutherAI's lm-evaluation-harness, as `lm_eval --log_samples --output_path`
 * writes them: `samples_<task>_<date>.jsonl` with `results_<date>.json` beside them, in a folder
 * for each model, at any depth. Files are streamed; memory holds each question's text once and 9
 * bytes for each question and model.
 *
 * A question is identified by its task and `doc_hash`, the hash of its document, so that the same
 * document in two tasks (TruthfulQA as mc1 and mc2, say) is two questions.
 *
 * The mean length of a model's generated answers is in its metadata as `meanOutputChars`.
 *
 * @param source - A directory, or the files themselves.
 * @returns questions, models and their correctness, shape [Q, M], with a report.
 * @throws DataError with file, row (line) and field: `io` when a file is missing,
 * `conflicting-labels` when one run labels a question twice and differently, `invalid-data` on
 * anything else that is malformed, ambiguous or cut off.
 * @throws EmbedLLMError `invalid-argument` on options out of range.
 *
 * @example
 * const { questions, models, correctness, report } = await readHarnessLogs('logs', {
 *   filter: ['strict-match', 'none'],
 *   category: 'group',
 * });
 * for (const run of report.runs) console.log(run.model, run.task, run.labels);
 */
export async function readHarnessLogs(
  source: string | readonly string[],
  options: ReadHarnessLogsOptions = {},
): Promise<HarnessDataset> {
  const { labels, reports } = await collectHarnessRuns(source, options);
  const dataset = {
    questions: labels.questions,
    models: labels.describeModels(),
    correctness: labels.build(),
  };
  const imported = describeImport(dataset, {
    files: reports.map(({ file, samples }) => ({ file, rows: samples })),
    modelIds: labels.models,
    duplicates: reports.reduce((sum, { repeated }) => sum + repeated, 0),
  });
  return {
    ...dataset,
    report: { ...imported, runs: reports, disagreements: labels.disagreements },
  };
}

/** As `readHarnessLogs`, but with the labels, or graded scores, not yet in a matrix. */
export async function collectHarnessRuns(
  source: string | readonly string[],
  options: ReadHarnessLogsOptions & { readonly graded?: boolean },
): Promise<{ labels: RunLabels; reports: readonly HarnessRunReport[] }> {
  const { signal, category = 'task', onProgress, maxCells = 2 ** 28 } = options;
  assertThreshold(options.threshold);
  if (!Number.isSafeInteger(maxCells) || maxCells < 1) {
    throw new EmbedLLMError('invalid-argument', `maxCells must be an integer of at least 1.`);
  }
  signal?.throwIfAborted();
  const files = await findHarnessFiles(source);
  const results = [];
  for (const file of files.results) results.push(await readHarnessResults(file, signal));
  const runs = inReadingOrder(describeRuns(files, results, options.modelName));
  const totalBytes = await sizeOfAll(runs);
  const labels = new RunLabels({ maxCells, graded: options.graded });
  const reports: HarnessRunReport[] = [];
  const newest = new Map<string, HarnessRun>();
  let bytes = 0;
  let rows = 0;
  for (const [number, run] of runs.entries()) {
    const { file, task } = run;
    const key = JSON.stringify([run.model, task]);
    const newer = newest.get(key);
    if (newer !== undefined) assertSupersedes(newer, run, options.runs);
    newest.set(key, run);
    const counts: RunCounts = { labels: 0, repeated: 0, disagreements: 0, unused: 0 };
    const target = {
      file,
      number,
      model: labels.addModel(run.model),
      category: categoryOf(task, category, results),
      takes: newer === undefined || options.runs === 'merge',
      counts,
    };
    let samples = 0;
    let filter = '';
    let metric = '';
    const onBytes = (count: number): void => {
      bytes += count;
      onProgress?.({ bytes, totalBytes, rows, file });
    };
    for await (const sample of streamSamples(file, { ...options, task, onBytes })) {
      const { questionId, prompt, score, correct, row, metric: field, outputChars } = sample;
      const value = options.graded ? score : Number(correct);
      labels.add({ questionId, prompt, value, row, field, outputChars }, target);
      samples++;
      rows++;
      filter = sample.filter;
      metric = sample.metric;
    }
    assertComplete(run, samples);
    reports.push({ ...run, ...counts, samples, filter, metric, supersededBy: newer?.file });
  }
  signal?.throwIfAborted();
  onProgress?.({ bytes, totalBytes, rows, file: runs.at(-1)?.file ?? '' });
  return { labels, reports };
}

/** By path; the runs of one model on one task together, the newest first. */
function inReadingOrder(runs: readonly HarnessRun[]): HarnessRun[] {
  const groups = new Map<string, HarnessRun[]>();
  for (const run of runs) {
    const key = JSON.stringify([run.model, run.task]);
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return [...groups.values()].flatMap((group) =>
    group.sort((a, b) => (a.date < b.date ? 1 : a.date > b.date ? -1 : 0)),
  );
}

async function sizeOfAll(runs: readonly HarnessRun[]): Promise<number> {
  let total = 0;
  for (const { file } of runs) total += await sizeOfFile(file);
  return total;
}

/** @throws DataError where runs are to be unique, or it cannot be told which is newer. */
function assertSupersedes(
  newer: HarnessRun,
  older: HarnessRun,
  runs: ReadHarnessLogsOptions['runs'],
): void {
  const what = `is another run of ${older.model} on ${older.task} than ${newer.file}`;
  if (runs === 'refuse') {
    throw new DataError(`${what}. Remove one, or let the newest win with runs: 'newest'.`, {
      file: older.file,
    });
  }
  if (newer.date === older.date) {
    throw new DataError(`${what}, and their names do not say which is newer. Remove one.`, {
      file: older.file,
    });
  }
}

/** Lines lost from the end of a file would pass for questions that were not asked. */
function assertComplete({ file, task, expectedSamples }: HarnessRun, samples: number): void {
  if (expectedSamples === undefined || samples >= expectedSamples) return;
  throw new DataError(
    `holds ${samples} samples, but the results file says that ${expectedSamples} were asked of ${task}. Was the file cut off?`,
    { file },
  );
}

function categoryOf(
  task: string,
  category: NonNullable<ReadHarnessLogsOptions['category']>,
  results: Parameters<typeof outermostGroup>[1],
): string {
  if (category === 'task') return task;
  const name = category === 'group' ? outermostGroup(task, results) : category(task);
  if (name !== '') return name;
  throw new EmbedLLMError('invalid-argument', `The category of the task ${task} is empty.`);
}
