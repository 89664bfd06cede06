import { advice, EmbedLLMError, namedOption } from '@embedllm/core';
import { checkInteger, checkNumber } from '@embedllm/internals';
import { readBytes, sizeOfFile } from '../files/read-bytes.js';
import type { CollectedRuns } from '../runs/collected-runs.js';
import { noneLeft, type SkippedLog, selectsTask } from '../runs/log-selection.js';
import type { LogSource } from '../runs/log-source.js';
import { valueFor } from '../runs/name-choice.js';
import { OpenChoices } from '../runs/open-choices.js';
import { checkSupersedes, inReadingOrder } from '../runs/order-runs.js';
import { RunLabels } from '../runs/run-labels.js';
import { noCounts } from '../runs/run-sample.js';
import type { RunVariants } from '../runs/separate-variants.js';
import { findInspectFiles } from './inspect-files.js';
import { ForeignFileError, type InspectHeader } from './inspect-header.js';
import type { ReadInspectLogsOptions } from './inspect-logs-options.js';
import type { InspectRunReport } from './inspect-report.js';
import { type DatedRun, describeRuns } from './inspect-run.js';
import {
  type InspectAnswer,
  type InspectLog,
  readInspectHeader,
  readInspectLog,
} from './read-inspect-log.js';

interface Options extends ReadInspectLogsOptions {
  readonly graded?: boolean | undefined;
  readonly open: OpenChoices;
  readonly maxRecordBytes: number;
}

/** As `readInspectLogs`, but with the labels, or graded scores, not yet in a matrix. */
export async function collectInspectRuns(
  source: LogSource,
  given: ReadInspectLogsOptions & { readonly graded?: boolean },
): Promise<CollectedRuns<InspectRunReport>> {
  const { signal, onProgress, threshold, maxCells = 2 ** 28 } = given;
  const { maxRecordBytes = 256 * 1024 * 1024 } = given;
  checkNumber('threshold', threshold, { above: 0, max: 1, optional: true });
  checkInteger('maxCells', maxCells, { min: 1 });
  checkInteger('maxRecordBytes', maxRecordBytes, { min: 1 });
  signal?.throwIfAborted();
  const open = new OpenChoices();
  const options: Options = { ...given, open, maxRecordBytes };
  const { runs, variants, skipped } = await findRuns(source, options);
  let totalBytes = 0;
  for (const { file } of runs) totalBytes += await sizeOfFile(file);
  const labels = new RunLabels({ ...options, maxCells, sameKeys: true });
  const reports: InspectRunReport[] = [];
  const newest = new Map<string, DatedRun>();
  let bytes = 0;
  let rows = 0;
  for (const [number, run] of runs.entries()) {
    const { file } = run;
    const onBytes = (count: number): void => {
      bytes += count;
      onProgress?.({ bytes, totalBytes, rows, file });
    };
    let log: Awaited<ReturnType<typeof readInspectLog>>;
    try {
      log = await readInspectLog(file, {
        ...options,
        epochs: options.epochs ?? 'mean',
        questionId: options.questionId ?? 'id',
        incomplete: options.incomplete ?? 'refuse',
        onConflict: options.onConflict ?? 'refuse',
        ...{ variant: run.variant, onBytes },
      });
    } catch (error) {
      if (runs.length === 1 || signal?.aborted) throw error;
      open.addUnreadable(error, file);
      continue;
    }
    if ('leftOut' in log) {
      const { model, task } = run;
      skipped.push({ file, model, task, reason: 'incomplete', detail: log.leftOut });
      continue;
    }
    const key = JSON.stringify([run.model, run.variant]);
    const newer = newest.get(key);
    if (newer !== undefined) {
      checkSupersedes({ newer, older: run }, { runs: options.runs, isSureOfModel: true, open });
    }
    newest.set(key, newer ?? run);
    const target = {
      ...{ number, model: labels.addModel(run.model), counts: noCounts() },
      category: categoryOf(run, options),
      takes: newer === undefined || options.runs !== 'newest',
    };
    for (const answer of log.answers) {
      const { questionId, prompt, key, place, score, outputTokens, outputChars } = answer;
      const correct = options.graded ? score >= (threshold ?? 1) : isCorrect(answer, options, run);
      labels.add(
        {
          ...{ questionId, prompt, key, score, correct, row: place.row, field: 'scores' },
          ...{ outputTokens, outputChars },
        },
        { ...target, file: place.file },
      );
    }
    rows += log.samples;
    reports.push(describe(run, log, { counts: target.counts, supersededBy: newer?.file }));
  }
  open.assertNone();
  if (reports.length === 0) {
    throw noneLeft(source, skipped);
  }
  signal?.throwIfAborted();
  onProgress?.({ bytes, totalBytes, rows, file: runs.at(-1)?.file ?? '' });
  const { disagreements } = labels;
  return { labels, logs: { runs: reports, skipped, variants, disagreements, reordered: 0 } };
}

function describe(
  { made: _, isNamed: __, ...run }: DatedRun,
  { header, answers: ___, ...log }: InspectLog,
  {
    counts,
    supersededBy,
  }: { counts: ReturnType<typeof noCounts>; supersededBy: string | undefined },
): InspectRunReport {
  const { repeatedSamples, ...rest } = log;
  const repeated = counts.repeated + repeatedSamples;
  return { ...run, status: header.status, ...counts, ...rest, repeated, supersededBy };
}

/** The runs to be read in the order of reading, by what the logs say of them. */
async function findRuns(
  source: LogSource,
  options: Options,
): Promise<{
  readonly runs: readonly DatedRun[];
  readonly variants: readonly RunVariants[];
  readonly skipped: SkippedLog[];
}> {
  const { signal, maxRecordBytes, modelName, variants, open } = options;
  const { files, skipped, isFolder } = await findInspectFiles(source, options);
  const logs: { file: string; header: InspectHeader }[] = [];
  for (const file of files) {
    try {
      const header = await readInspectHeader(file, { signal, maxRecordBytes });
      const { task } = header;
      if (selectsTask(options, [task, task.split('/').at(-1) ?? task])) logs.push({ file, header });
      else skipped.push({ file, task, reason: 'task', detail: `of ${task}, left out as asked` });
    } catch (error) {
      if (!isFolder || files.length === 1 || signal?.aborted) throw error;
      // A folder may have other files, which only have such names.
      if (error instanceof ForeignFileError || !(await isObject(file))) {
        const detail = 'named like a log of Inspect, but something else';
        skipped.push({ file, reason: 'foreign', detail });
      } else open.addUnreadable(error, file);
    }
  }
  const described = describeRuns(logs, { modelName, separate: variants !== 'ignore' });
  const runs = inReadingOrder(described.runs);
  return { runs, variants: described.variants, skipped };
}

/** Whether a log in JSON begins as an object; archives are what their names say. */
async function isObject(file: string): Promise<boolean> {
  if (file.endsWith('.eval')) return true;
  for await (const chunk of readBytes(file)) {
    const start = chunk
      .toString('latin1')
      .replace(/^\u00ef\u00bb\u00bf/, '')
      .trimStart();
    if (start !== '') return start.startsWith('{');
  }
  return false;
}

function categoryOf(
  run: DatedRun,
  { category = 'task', categories }: ReadInspectLogsOptions,
): string {
  const assigned = categories && valueFor(categories, run.task);
  if (assigned !== undefined) return assigned;
  if (category === 'task') return run.variant;
  const name =
    category === 'dataset'
      ? (run.dataset ?? run.task) + run.variant.slice(run.task.length)
      : category(run);
  if (name !== '') return name;
  throw new EmbedLLMError(`The category of the task ${run.task} is empty.`, {
    code: 'invalid-argument',
  });
}

function isCorrect(
  { score, epochs, place }: InspectAnswer,
  { threshold, open }: Options,
  { task }: DatedRun,
): boolean {
  if (threshold !== undefined) return score >= threshold;
  if (score === 0 || score === 1) return score === 1;
  const more =
    epochs > 1 ? advice`, or reduce the epochs in another way with ${namedOption('epochs')}` : '';
  open.add(`threshold ${task}`, {
    message: advice`is ${score}, ${epochs > 1 ? `over ${epochs} epochs` : 'a graded score'}. Say with ${namedOption('threshold')} from where on it counts as correct${more}.`,
    location: { ...place, field: 'scores' },
    suggested: { threshold: 0.5 },
  });
  return false;
}
