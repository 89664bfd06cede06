import { advice, EmbedLLMError, namedOption } from '@embedllm/core';
import { checkInteger, checkNumber } from '@embedllm/internals';
import { sizeOfFile } from '../files/read-bytes.js';
import { cutSharedPrompts } from '../question-text/cut-shared.js';
import { orderFreeKey } from '../question-text/order-free-key.js';
import type { CollectedRuns } from '../runs/collected-runs.js';
import { noneLeft } from '../runs/log-selection.js';
import type { LogSource } from '../runs/log-source.js';
import { valueFor } from '../runs/name-choice.js';
import { OpenChoices } from '../runs/open-choices.js';
import { checkSupersedes } from '../runs/order-runs.js';
import { RunLabels } from '../runs/run-labels.js';
import { noCounts } from '../runs/run-sample.js';
import { checkSameChoices } from './check-same-choices.js';
import { findHarnessRuns } from './find-harness-runs.js';
import type { ReadHarnessLogsOptions } from './harness-logs-options.js';
import type { HarnessRunReport } from './harness-report.js';
import type { HarnessRun } from './harness-runs.js';
import { NoScoreError } from './harness-score.js';
import { type LeftOutSamples, streamSamples } from './read-harness-samples.js';
import type { TaskGroups } from './task-groups.js';

type Options = ReadHarnessLogsOptions & { readonly graded?: boolean; readonly open: OpenChoices };

/** As `readHarnessLogs`, but with the labels, or graded scores, not yet in a matrix. */
export async function collectHarnessRuns(
  source: LogSource,
  given: ReadHarnessLogsOptions & { readonly graded?: boolean },
): Promise<CollectedRuns<HarnessRunReport>> {
  const { signal, onProgress, maxCells = 2 ** 28 } = given;
  checkNumber('threshold', given.threshold, { above: 0, max: 1, optional: true });
  checkInteger('maxCells', maxCells, { min: 1 });
  signal?.throwIfAborted();
  const open = new OpenChoices();
  const options: Options = { ...given, open };
  const { runs, groups, variants, skipped } = await findHarnessRuns(source, options);
  let totalBytes = 0;
  for (const { file } of runs) totalBytes += await sizeOfFile(file);
  const labels = new RunLabels({ ...options, maxCells });
  const reports: HarnessRunReport[] = [];
  const newest = new Map<string, (typeof runs)[number]>();
  let withoutScore: NoScoreError | undefined;
  let bytes = 0;
  let rows = 0;
  for (const [number, run] of runs.entries()) {
    const { file, task } = run;
    const key = JSON.stringify([run.model, run.variant]);
    const newer = newest.get(key);
    const leftOut: LeftOutSamples = { unscored: 0, filters: new Set(), metrics: new Set() };
    const counts = noCounts();
    let target: Parameters<RunLabels['add']>[1] | undefined;
    let [samples, filter, metric] = [0, '', ''];
    const onBytes = (count: number): void => {
      bytes += count;
      onProgress?.({ bytes, totalBytes, rows, file });
    };
    if (options.incomplete === 'skip') {
      const { has, isCutOff } = await countSamples(run, options);
      const asked = run.expectedSamples;
      if (isCutOff || has < (asked ?? 0)) {
        const detail = `cut off: it has ${has}${asked === undefined ? '' : ` of ${asked}`} samples`;
        skipped.push({ file, task, model: run.model, reason: 'incomplete', detail });
        continue;
      }
    }
    const isKnown = (docHash: string): boolean => labels.has(`${run.variant}/${docHash}`);
    const wholePrompts: number[] = [];
    const reading = { ...options, task, onBytes, leftOut, isKnown };
    try {
      for await (const sample of streamSamples(file, reading)) {
        target ??= {
          ...{ file, number, counts, model: labels.addModel(run.model) },
          category: categoryOf(run, options, groups),
          takes: newer === undefined || options.runs !== 'newest',
        };
        const { prompt, score, correct, row, metric: field, outputChars } = sample;
        const questionId = `${run.variant}/${sample.docHash}`;
        const known = labels.questions.length;
        const reorderKey = isKnown(sample.docHash) ? undefined : orderFreeKey(sample.doc);
        const key = reorderKey && `${run.variant}/${reorderKey}`;
        labels.add({ questionId, prompt, key, score, correct, row, field, outputChars }, target);
        if (sample.isWholePrompt && labels.questions.length > known) wholePrompts.push(known);
        samples++;
        rows++;
        ({ filter, metric } = sample);
      }
    } catch (error) {
      if (!(error instanceof NoScoreError) || samples + leftOut.unscored > 0) {
        if (runs.length === 1 || signal?.aborted) throw error;
        open.addUnreadable(error, file);
        continue;
      }
      withoutScore ??= error;
      const detail = `without a score from 0 to 1 (task ${task})`;
      skipped.push({ file, task, model: run.model, reason: 'no-score', detail });
      continue;
    }
    if (target) labels.endRun(target);
    cutSharedPrompts(labels.questions, wholePrompts);
    checkComplete(run, samples + leftOut.unscored, options);
    if (newer !== undefined) {
      const isSureOfModel = run.modelFrom !== 'folder' && newer.modelFrom !== 'folder';
      checkSupersedes({ newer, older: run }, { runs: options.runs, isSureOfModel, open });
    }
    newest.set(key, newer ?? run);
    const { made: _, ...described } = run;
    reports.push({
      ...{ ...described, ...counts, samples, filter, metric, unscored: leftOut.unscored },
      otherFilters: [...leftOut.filters].sort(),
      otherMetrics: [...leftOut.metrics].sort(),
      supersededBy: newer?.file,
    });
  }
  checkSameChoices(reports, options);
  open.assertNone();
  if (reports.length === 0) throw withoutScore ?? noneLeft(source, skipped);
  signal?.throwIfAborted();
  onProgress?.({ bytes, totalBytes, rows, file: runs.at(-1)?.file ?? '' });
  const reordered = labels.mergeReordered();
  const { disagreements } = labels;
  return { labels, logs: { runs: reports, skipped, variants, disagreements, reordered } };
}

/** How many samples of the filter in use a file has, and whether its last line is cut off. */
async function countSamples(
  { file, task }: HarnessRun,
  options: Options,
): Promise<{ has: number; isCutOff: boolean }> {
  const leftOut: LeftOutSamples = { unscored: 0, filters: new Set(), metrics: new Set() };
  let count = 0;
  // What is unclear is said when the file is read for its labels.
  const counting = {
    ...{ ...options, incomplete: 'take' as const, open: new OpenChoices() },
    ...{ task, leftOut, isKnown: () => true },
  };
  try {
    for await (const _ of streamSamples(file, counting)) count++;
  } catch (error) {
    if (!(error instanceof NoScoreError)) throw error;
  }
  return { has: count + leftOut.unscored, isCutOff: leftOut.isCutOff ?? false };
}

/** Lines lost from the end of a file would pass for questions that were not asked. */
function checkComplete(
  { file, task, expectedSamples }: HarnessRun,
  samples: number,
  { incomplete = 'refuse', open }: Options,
): void {
  if (expectedSamples === undefined || samples >= expectedSamples || incomplete === 'take') return;
  open.add(`incomplete ${file}`, {
    message: advice`holds ${samples} samples, but the results file says that ${expectedSamples} were asked of ${task}. Was the file cut off? Take the samples that it has with ${namedOption('incomplete', 'take')}, or leave it out with ${namedOption('incomplete', 'skip')}.`,
    location: { file },
    suggested: { incomplete: 'take' },
  });
}

function categoryOf(
  { task, variant }: HarnessRun,
  { category = 'task', categories, open }: Options,
  groups: TaskGroups,
): string {
  const assigned = categories && valueFor(categories, task);
  if (assigned !== undefined) return assigned;
  if (category === 'task') return variant;
  // What tells a variant of a task from others is in its name.
  const name =
    category === 'group'
      ? groups.outermost(task, open) + variant.slice(task.length)
      : category(task);
  if (name !== '') return name;
  throw new EmbedLLMError(`The category of the task ${task} is empty.`, {
    code: 'invalid-argument',
  });
}
