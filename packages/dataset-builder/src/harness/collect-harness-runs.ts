import { advice, namedOption } from '@embedllm/core';
import { cutSharedPrompts } from '../question-text/cut-shared.js';
import { orderFreeKey } from '../question-text/order-free-key.js';
import { collectRuns, type LeftOutRun, type RunSink } from '../runs/collect-runs.js';
import type { CollectedRuns } from '../runs/collected-runs.js';
import type { LogSource } from '../runs/log-source.js';
import { OpenChoices } from '../runs/open-choices.js';
import type { SeenNames } from '../runs/seen-names.js';
import { checkSameChoices } from './check-same-choices.js';
import { findHarnessRuns } from './find-harness-runs.js';
import type { ReadHarnessLogsOptions } from './harness-logs-options.js';
import type { HarnessRead, HarnessRunReport } from './harness-report.js';
import type { HarnessRun } from './harness-runs.js';
import { NoScoreError } from './harness-score.js';
import { type LeftOutSamples, streamSamples } from './read-harness-samples.js';

type Options = ReadHarnessLogsOptions & {
  readonly graded?: boolean;
  readonly open: OpenChoices;
  readonly seen: SeenNames;
};

/** As `readHarnessLogs`, but with the labels, or graded scores, not yet in a matrix. */
export function collectHarnessRuns(
  source: LogSource,
  given: ReadHarnessLogsOptions & { readonly graded?: boolean },
): Promise<CollectedRuns<HarnessRunReport>> {
  return collectRuns<HarnessRun, HarnessRead>(source, given, async (open, seen) => {
    const options: Options = { ...given, open, seen };
    const { category = 'task' } = options;
    const { found, skipped, groups } = await findHarnessRuns(source, options);
    return {
      ...{ found, skipped },
      namesOf: (task) => groups.namesOf(task),
      categoryOf: ({ task, variant }) => {
        if (category === 'task') return undefined;
        if (category !== 'group') return category(task);
        // What tells a variant of a task from others is in its name.
        return groups.outermost(task, open) + variant.slice(task.length);
      },
      read: (run, sink) => readRun(run, sink, options),
      finish: (reports, labels) => {
        checkSameChoices(reports, options);
        return labels.mergeReordered();
      },
    };
  });
}

async function readRun(
  run: HarnessRun,
  sink: RunSink,
  options: Options,
): Promise<HarnessRead | LeftOutRun> {
  const { file, task, expectedSamples } = run;
  if (options.incomplete === 'skip') {
    const { has, isCutOff } = await countSamples(run, options);
    if (isCutOff || has < (expectedSamples ?? 0)) {
      const of = expectedSamples === undefined ? '' : ` of ${expectedSamples}`;
      return { leftOut: { reason: 'incomplete', detail: `truncated: it has ${has}${of} samples` } };
    }
  }
  const { labels, onBytes } = sink;
  const leftOut = nothingLeftOut();
  const isKnown = (docHash: string): boolean => labels.has(`${run.variant}/${docHash}`);
  const wholePrompts: number[] = [];
  let [samples, filter, metric] = [0, '', ''];
  try {
    const reading = { ...options, task, onBytes, leftOut, isKnown };
    for await (const sample of streamSamples(file, reading)) {
      const { prompt, score, correct, row, metric: field, outputChars } = sample;
      const questionId = `${run.variant}/${sample.docHash}`;
      const known = labels.questions.length;
      const reorderKey = isKnown(sample.docHash) ? undefined : orderFreeKey(sample.doc);
      const key = reorderKey && `${run.variant}/${reorderKey}`;
      sink.add({ questionId, prompt, key, score, correct, row, field, outputChars });
      if (sample.isWholePrompt && labels.questions.length > known) wholePrompts.push(known);
      samples++;
      ({ filter, metric } = sample);
    }
  } catch (error) {
    if (!(error instanceof NoScoreError) || samples + leftOut.unscored > 0) throw error;
    const detail = `without a score from 0 to 1 (task ${task})`;
    return { leftOut: { reason: 'no-score', detail }, error };
  }
  cutSharedPrompts(labels.questions, wholePrompts);
  checkComplete(run, samples + leftOut.unscored, options);
  return {
    ...{ samples, filter, metric, unscored: leftOut.unscored },
    otherFilters: [...leftOut.filters].sort(),
    otherMetrics: [...leftOut.metrics].sort(),
  };
}

function nothingLeftOut(): LeftOutSamples {
  return { unscored: 0, filters: new Set(), metrics: new Set() };
}

/** How many samples of the filter in use a file has, and whether its last line is cut off. */
async function countSamples(
  { file, task }: HarnessRun,
  options: Options,
): Promise<{ has: number; isCutOff: boolean }> {
  const leftOut = nothingLeftOut();
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
    message: advice`has ${samples} samples, but according to the results file there were ${expectedSamples} of ${task}. Is the file truncated? Use the samples it has with ${namedOption('incomplete', 'take')}, or skip it with ${namedOption('incomplete', 'skip')}.`,
    location: { file },
    suggested: { incomplete: 'take' },
  });
}
