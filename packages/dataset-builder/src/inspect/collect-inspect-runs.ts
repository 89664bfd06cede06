import { advice, namedOption } from '@embedllm/core';
import { readBytes } from '../files/read-bytes.js';
import { collectRuns, type FoundRun, type LeftOutRun, type RunSink } from '../runs/collect-runs.js';
import type { CollectedRuns } from '../runs/collected-runs.js';
import { type SkippedLog, selectsTask } from '../runs/log-selection.js';
import type { LogSource } from '../runs/log-source.js';
import type { OpenChoices } from '../runs/open-choices.js';
import type { SeenNames } from '../runs/seen-names.js';
import { findInspectFiles } from './inspect-files.js';
import { ForeignFileError } from './inspect-header.js';
import type { ReadInspectLogsOptions } from './inspect-logs-options.js';
import type { InspectRead, InspectRunReport } from './inspect-report.js';
import { describeRun, type InspectRun } from './inspect-run.js';
import { type InspectAnswer, readInspectHeader, readInspectLog } from './read-inspect-log.js';

interface Options extends ReadInspectLogsOptions {
  readonly graded?: boolean | undefined;
  readonly open: OpenChoices;
  readonly seen: SeenNames;
  readonly maxRecordBytes: number;
}

type ReadLog = InspectRead & Pick<InspectRun, 'status'>;

/** As `readInspectLogs`, but with the labels, or graded scores, not yet in a matrix. */
export function collectInspectRuns(
  source: LogSource,
  given: ReadInspectLogsOptions & { readonly graded?: boolean },
): Promise<CollectedRuns<InspectRunReport>> {
  return collectRuns<InspectRun, ReadLog>(source, given, async (open, seen) => {
    const { category = 'task', maxRecordBytes = 256 * 1024 * 1024 } = given;
    const options: Options = { ...given, open, seen, maxRecordBytes };
    return {
      ...(await findRuns(source, options)),
      ...{ sameKeys: true, namesOf },
      categoryOf: (run) => {
        if (category === 'task') return undefined;
        if (category !== 'dataset') return category(run);
        return (run.dataset ?? run.task) + run.variant.slice(run.task.length);
      },
      read: (run, sink) => readRun(run, sink, options),
    };
  });
}

async function readRun(
  run: InspectRun,
  sink: RunSink,
  options: Options,
): Promise<ReadLog | LeftOutRun> {
  const log = await readInspectLog(run.file, {
    ...options,
    epochs: options.epochs ?? 'mean',
    questionId: options.questionId ?? 'id',
    incomplete: options.incomplete ?? 'refuse',
    onConflict: options.onConflict ?? 'refuse',
    ...{ variant: run.variant, onBytes: sink.onBytes },
  });
  if ('leftOut' in log) return { leftOut: { reason: 'incomplete', detail: log.leftOut } };
  sink.begin();
  for (const answer of log.answers) {
    const { place, epochs: _, ...sample } = answer;
    const { threshold = 1, graded } = options;
    const correct = graded ? sample.score >= threshold : isCorrect(answer, options, run);
    sink.add({ ...sample, correct, row: place.row, field: 'scores' }, place.file);
  }
  const { header, answers: _, repeatedSamples, ...read } = log;
  sink.counts.repeated += repeatedSamples;
  return { ...read, status: header.status };
}

/** A task with and without its package. */
function namesOf(task: string): string[] {
  return [task, task.split('/').at(-1) ?? task];
}

/** The runs to be read, by what the logs say of them. */
async function findRuns(
  source: LogSource,
  options: Options,
): Promise<{ readonly found: readonly FoundRun<InspectRun>[]; readonly skipped: SkippedLog[] }> {
  const { signal, maxRecordBytes, modelName, open } = options;
  const { files, skipped, isFolder } = await findInspectFiles(source, options);
  open.files = files;
  const found: FoundRun<InspectRun>[] = [];
  for (const file of files) {
    try {
      const header = await readInspectHeader(file, { signal, maxRecordBytes });
      const { task } = header;
      if (selectsTask(options, namesOf(task))) {
        found.push(describeRun(file, header, modelName));
      } else
        skipped.push({ file, task, reason: 'task', detail: `of ${task}, skipped as requested` });
    } catch (error) {
      if (!isFolder || files.length === 1 || signal?.aborted) throw error;
      // A folder may have other files, which only have such names.
      if (error instanceof ForeignFileError || !(await isObject(file))) {
        const detail = 'named like an Inspect log, but something else';
        skipped.push({ file, reason: 'foreign', detail });
      } else open.addUnreadable(error, file);
    }
  }
  return { found, skipped };
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

function isCorrect(
  { score, epochs, place }: InspectAnswer,
  { threshold, open }: Options,
  { task }: InspectRun,
): boolean {
  if (threshold !== undefined) return score >= threshold;
  if (score === 0 || score === 1) return score === 1;
  const more =
    epochs > 1 ? advice`, or combine the epochs differently with ${namedOption('epochs')}` : '';
  open.add(`threshold ${task}`, {
    message: advice`is ${score}, ${epochs > 1 ? `over ${epochs} epochs` : 'a graded score'}. Set the lowest score that counts as correct with ${namedOption('threshold')}${more}.`,
    location: { ...place, field: 'scores' },
    suggested: { threshold: 0.5 },
  });
  return false;
}
