import { DataError, EmbedLLMError, type EvaluationDataset } from '@embedllm/core';
import type { Place } from '../csv/columns.js';
import { describeImport, type ImportReport } from '../embedllm/import-report.js';
import { sizeOfFile } from '../files/read-bytes.js';
import { assertThreshold } from '../harness/read-harness-samples.js';
import type { ReadProgress } from '../progress.js';
import { type RunCounts, type RunDisagreement, RunLabels } from '../runs/run-labels.js';
import { findInspectFiles } from './inspect-files.js';
import {
  assertSupersedes,
  type DatedRun,
  describeRun,
  type InspectRun,
  inReadingOrder,
} from './inspect-run.js';
import type { InspectScoreOptions } from './inspect-score.js';
import {
  type IncompleteLogs,
  type InspectAnswer,
  type InspectCounts,
  readInspectHeader,
  readInspectLog,
} from './read-inspect-log.js';
import type { EpochReducer } from './reduce-epochs.js';

/** Options of `readInspectLogs`. */
export interface ReadInspectLogsOptions extends InspectScoreOptions {
  /**
   * The lowest score that counts as correct, above 0 and at most 1.
   *
   * @default scores must be exactly 0 or 1
   */
  readonly threshold?: number | undefined;
  /**
   * How the scores of several epochs of a question become one, before the threshold. Epochs without
   * a score do not count.
   *
   * @default 'mean', Inspect's own default
   */
  readonly epochs?: EpochReducer | undefined;
  /**
   * What identifies a question besides its task: its id in the log, or the content of its input,
   * choices and target, for datasets whose ids are positions in an order that changes.
   *
   * @default 'id'
   */
  readonly questionId?: 'id' | 'content' | undefined;
  /**
   * What to do with logs of runs that were cancelled, failed or go on: an error, leave them out, or
   * take the samples they have.
   *
   * @default 'refuse'
   */
  readonly incomplete?: IncompleteLogs | undefined;
  /**
   * What to do with several runs of one model on one task. `newest`: the newest stands alone;
   * `merge`: older ones fill in the questions that newer ones lack; `refuse`: an error.
   *
   * @default 'newest'
   */
  readonly runs?: 'newest' | 'merge' | 'refuse' | undefined;
  /** The category of a question: its task, its dataset's name, or what a function says. @default 'task' */
  readonly category?: 'task' | 'dataset' | ((run: InspectRun) => string) | undefined;
  /** Names the model of a run; `undefined` leaves the log's. @default the model in the log */
  readonly modelName?: ((run: InspectRun) => string | undefined) | undefined;
  /** Largest number of questions times models. @default 2^28 */
  readonly maxCells?: number | undefined;
  /** Longest sample accepted, in bytes of JSON. @default 256 MiB */
  readonly maxRecordBytes?: number | undefined;
  /** Stops reading; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called after every chunk or sample taken from the disk and once at the end. */
  readonly onProgress?: ((progress: ReadProgress) => void) | undefined;
}

/** What was read from one log, and what became of it. */
export interface InspectRunReport extends InspectRun, InspectCounts, Readonly<RunCounts> {
  /** The scorer in use; empty where no sample has a score. */
  readonly scorer: string;
  /** File of the newer run that comes before this one, if there is one. */
  readonly supersededBy: string | undefined;
}

/** What an import of logs found. */
export interface InspectReport extends ImportReport {
  /** In the order read: by path, and of one model and task the newest first. */
  readonly runs: readonly InspectRunReport[];
  /** Logs that were left out because their run did not end well. */
  readonly skipped: readonly InspectRun[];
  /** Where an older run has another label than the newer: the first 100. */
  readonly disagreements: readonly RunDisagreement[];
}

/** A dataset with what its import found. */
export interface InspectDataset extends EvaluationDataset {
  readonly report: InspectReport;
}

/**
 * Reads logs of Inspect (inspect_ai of the UK AI Security Institute): `.eval` archives and `.json`,
 * plain or gzip, of its log format version 2 (`EvalLog` in `inspect_ai/log/_log.py`), and of version
 * 1 where it is the same. Logs are streamed, sample by sample; memory holds one sample, and each
 * question's text and score.
 *
 * A question is a task and the id of its sample. Scores are read as Inspect's `value_to_float`
 * reads them: `C` 1, `P` 0.5, `I` and `N` 0. Samples that have no score, by an error or because the
 * scorer gave none, and samples that were declared invalid are left out and counted.
 *
 * The mean length of a model's answers is its `meanOutputTokens` where logs count tokens, else in its
 * metadata as `meanOutputChars`.
 *
 * @param source - A directory, a log, or several.
 * @returns questions, models and their correctness, shape [Q, M], with a report.
 * @throws DataError with file, row (line, of `.json`) and field: `io` when a file is missing,
 * `unsupported-version` for a newer format, `invalid-data` on anything else that is malformed,
 * ambiguous or cut off.
 * @throws EmbedLLMError `invalid-argument` on options out of range.
 *
 * @example
 * const { questions, models, correctness, report } = await readInspectLogs('inspect-logs', {
 *   scorer: ['match', 'choice'],
 * });
 * for (const run of report.runs) console.log(run.model, run.task, run.labels, run.unscored);
 */
export async function readInspectLogs(
  source: string | readonly string[],
  options: ReadInspectLogsOptions = {},
): Promise<InspectDataset> {
  const { labels, reports, skipped } = await collectInspectRuns(source, options);
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
  const { disagreements } = labels;
  return { ...dataset, report: { ...imported, runs: reports, skipped, disagreements } };
}

/** As `readInspectLogs`, but with the labels, or graded scores, not yet in a matrix. */
export async function collectInspectRuns(
  source: string | readonly string[],
  options: ReadInspectLogsOptions & { readonly graded?: boolean },
): Promise<{
  labels: RunLabels;
  reports: readonly InspectRunReport[];
  skipped: readonly InspectRun[];
}> {
  const { signal, onProgress, threshold, graded = false, maxCells = 2 ** 28 } = options;
  const { maxRecordBytes = 256 * 1024 * 1024 } = options;
  assertThreshold(threshold);
  assertPositive({ maxCells, maxRecordBytes });
  signal?.throwIfAborted();
  const files = await findInspectFiles(source);
  let totalBytes = 0;
  const runs: DatedRun[] = [];
  for (const file of files) {
    totalBytes += await sizeOfFile(file);
    const header = await readInspectHeader(file, { signal, maxRecordBytes });
    runs.push(describeRun(file, header, options.modelName));
  }
  const labels = new RunLabels({ maxCells, graded, samePrompts: true });
  const reports: InspectRunReport[] = [];
  const skipped: InspectRun[] = [];
  const newest = new Map<string, DatedRun>();
  let bytes = 0;
  let rows = 0;
  for (const [number, { run, created }] of inReadingOrder(runs).entries()) {
    const { file } = run;
    const onBytes = (count: number): void => {
      bytes += count;
      onProgress?.({ bytes, totalBytes, rows, file });
    };
    const log = await readInspectLog(file, {
      scorer: options.scorer,
      value: options.value,
      epochs: options.epochs ?? 'mean',
      questionId: options.questionId ?? 'id',
      incomplete: options.incomplete ?? 'refuse',
      signal,
      maxRecordBytes,
      onBytes,
    });
    if (log === undefined) {
      skipped.push(run);
      continue;
    }
    const key = JSON.stringify([run.model, run.task]);
    const newer = newest.get(key);
    if (newer !== undefined) assertSupersedes(newer, { run, created }, options.runs);
    newest.set(key, { run, created });
    const counts: RunCounts = { labels: 0, repeated: 0, disagreements: 0, unused: 0 };
    const target = {
      number,
      model: labels.addModel(run.model),
      category: categoryOf(run, options.category ?? 'task'),
      takes: newer === undefined || options.runs === 'merge',
      counts,
    };
    for (const answer of log.answers) {
      const { questionId, prompt, place, outputTokens, outputChars } = answer;
      const value = graded ? answer.score : labelOf(answer, threshold);
      labels.add(
        { questionId, prompt, value, row: place.row, field: 'scores', outputTokens, outputChars },
        { ...target, file: place.file },
      );
    }
    rows += log.samples;
    const { samples, failed, unscored, invalidated, scorer, header } = log;
    reports.push({
      ...run,
      status: header.status,
      ...counts,
      ...{ samples, failed, unscored, invalidated, scorer },
      supersededBy: newer?.run.file,
    });
  }
  if (reports.length === 0) {
    throw new DataError('no log is of a run that ended well, so there is nothing to read.', {
      file: typeof source === 'string' ? source : undefined,
    });
  }
  signal?.throwIfAborted();
  onProgress?.({ bytes, totalBytes, rows, file: files.at(-1) ?? '' });
  return { labels, reports, skipped };
}

function assertPositive(figures: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(figures)) {
    if (Number.isSafeInteger(value) && value >= 1) continue;
    throw new EmbedLLMError('invalid-argument', `${name} must be an integer of at least 1.`);
  }
}

function categoryOf(
  run: InspectRun,
  category: NonNullable<ReadInspectLogsOptions['category']>,
): string {
  if (category === 'task') return run.task;
  const name = category === 'dataset' ? (run.dataset ?? run.task) : category(run);
  if (name !== '') return name;
  throw new EmbedLLMError('invalid-argument', `The category of the task ${run.task} is empty.`);
}

function labelOf(
  { score, epochs, place }: InspectAnswer & { readonly place: Place },
  threshold: number | undefined,
): number {
  if (threshold !== undefined) return score >= threshold ? 1 : 0;
  if (score === 0 || score === 1) return score;
  throw new DataError(
    `is ${score}, ${epochs > 1 ? `over ${epochs} epochs` : 'a graded score'}. Say with the option threshold from where on it counts as correct${epochs > 1 ? ', or reduce the epochs in another way with the option epochs' : ''}.`,
    { ...place, field: 'scores' },
  );
}
