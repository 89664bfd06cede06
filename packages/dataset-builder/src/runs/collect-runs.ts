import { EmbedLLMError } from '@embedllm/core';
import { checkInteger, checkNumber } from '@embedllm/internals';
import { sizeOfFile } from '../files/read-bytes.js';
import { readingProgress } from '../files/reading-progress.js';
import type { CollectedRuns } from './collected-runs.js';
import { noneLeft, type SkippedLog } from './log-selection.js';
import type { LogSource } from './log-source.js';
import { valueFor } from './name-choice.js';
import { OpenChoices } from './open-choices.js';
import { checkSupersedes, inReadingOrder, type OrderedRun } from './order-runs.js';
import type { ReadRunsOptions } from './read-runs-options.js';
import { RunLabels } from './run-labels.js';
import { noCounts, type RunCounts, type RunOutcome, type RunSample } from './run-sample.js';
import { SeenNames } from './seen-names.js';
import { type RunSettings, separateVariants } from './separate-variants.js';
import { unmatchedNames } from './unmatched-names.js';

/** A run as far as it matters to all tools. */
interface AnyRun {
  readonly file: string;
  readonly model: string;
  readonly task: string;
  readonly variant: string;
}

/** A run that was found, its variant not yet named. */
export interface FoundRun<Run extends AnyRun> extends OrderedRun {
  readonly run: Run;
  readonly settings: RunSettings | undefined;
  /** Whether the log, or the caller, names the model. */
  readonly isSureOfModel: boolean;
}

/** Takes what is read of one run. */
export interface RunSink {
  readonly labels: RunLabels;
  readonly counts: RunCounts;
  /** Counts bytes taken from the disk. */
  onBytes(count: number): void;
  /** Makes the run's model known, which its first sample does too. */
  begin(): void;
  /** @param file - Where the sample is. @default the run's file */
  add(sample: RunSample, file?: string): void;
}

/** Why a run that was read does not count. */
export interface LeftOutRun {
  readonly leftOut: Pick<SkippedLog, 'reason' | 'detail'>;
  /** What to throw where nothing else is left. */
  readonly error?: Error | undefined;
}

/** The logs of a tool, and how they are read. */
export interface RunsOfTool<Run extends AnyRun, Read extends object> {
  readonly found: readonly FoundRun<Run>[];
  readonly skipped: SkippedLog[];
  /** The category of a run's questions; `undefined` for its task. */
  categoryOf(run: Run): string | undefined;
  /** Reads the samples of one run. @returns what the report says of it. */
  read(run: Run, sink: RunSink): Promise<Read | LeftOutRun>;
  /** Refuse a question whose key differs from that of another run. @default false */
  readonly sameKeys?: boolean | undefined;
  /** A task and its other names: of its groups, or without its package. */
  namesOf(task: string): readonly string[];
  /** @returns how many questions became part of another. */
  finish?(reports: readonly RunReport<Run, Read>[], labels: RunLabels): number;
}

/** What became of a run. */
export type RunReport<Run, Read> = Run & Read & RunOutcome;

/**
 * Reads logs into labels, or graded scores, that are not yet in a matrix: the newest run of a model on
 * a task first, so that older ones fill in what it did not ask.
 *
 * @param find - Finds the runs; it and the reading leave open what only the caller can decide, and
 * say which names samples have.
 */
export async function collectRuns<Run extends AnyRun, Read extends object>(
  source: LogSource,
  options: ReadRunsOptions & { readonly graded?: boolean | undefined },
  find: (open: OpenChoices, seen: SeenNames) => Promise<RunsOfTool<Run, Read>>,
): Promise<CollectedRuns<RunReport<Run, Read>>> {
  const { signal, onProgress, maxCells = 2 ** 28, maxRecordBytes } = options;
  checkNumber('threshold', options.threshold, { above: 0, max: 1, optional: true });
  checkInteger('maxCells', maxCells, { min: 1 });
  checkInteger('maxRecordBytes', maxRecordBytes, { min: 1, optional: true });
  signal?.throwIfAborted();
  const open = new OpenChoices();
  const seen = new SeenNames();
  const tool = await find(open, seen);
  const { skipped } = tool;
  const { runs, variants } = withVariants(tool.found, options);
  let bytes = 0;
  let totalBytes = 0;
  for (const { run } of runs) totalBytes += await sizeOfFile(run.file);
  const labels = new RunLabels({ ...options, maxCells, open, sameKeys: tool.sameKeys });
  const done: { run: Run; read: Read; counts: RunCounts; supersededBy: string | undefined }[] = [];
  const newest = new Map<string, FoundRun<Run>>();
  let withoutScore: Error | undefined;
  for (const [number, found] of runs.entries()) {
    const { run } = found;
    const { file, model, task } = run;
    const key = JSON.stringify([model, run.variant]);
    const newer = newest.get(key);
    const counts = noCounts();
    let target: Parameters<RunLabels['add']>[1] | undefined;
    const begin = (): NonNullable<typeof target> => {
      target ??= {
        ...{ file, number, counts, model: labels.addModel(model) },
        category: categoryOf(run, tool, options),
        takes: newer === undefined || options.runs !== 'newest',
      };
      return target;
    };
    const sink: RunSink = {
      ...{ labels, counts, begin },
      onBytes: (count) => {
        bytes += count;
        onProgress?.(readingProgress(file, bytes, totalBytes));
      },
      add: (sample, place = file) => labels.add(sample, { ...begin(), file: place }),
    };
    let read: Read | LeftOutRun;
    try {
      read = await tool.read(run, sink);
    } catch (error) {
      if (runs.length === 1 || signal?.aborted) throw error;
      open.addUnreadable(error, file);
      continue;
    }
    if ('leftOut' in read) {
      withoutScore ??= read.error;
      skipped.push({ file, model, task, ...read.leftOut });
      continue;
    }
    if (target) labels.endRun(target);
    if (newer !== undefined) {
      const isSureOfModel = found.isSureOfModel && newer.isSureOfModel;
      checkSupersedes({ newer, older: found }, { runs: options.runs, isSureOfModel, open });
    }
    newest.set(key, newer ?? found);
    done.push({ run, read, counts, supersededBy: newer?.run.file });
  }
  const reports = (): RunReport<Run, Read>[] =>
    done.map(({ run, read, counts, supersededBy }) => ({
      ...{ ...run, ...read, ...counts },
      supersededBy,
    }));
  // It changes the counts, where runs asked the same in another order.
  const reordered = tool.finish?.(reports(), labels) ?? 0;
  open.assertNone();
  if (done.length === 0) throw withoutScore ?? noneLeft(source, skipped);
  signal?.throwIfAborted();
  onProgress?.(readingProgress(runs.at(-1)?.run.file ?? '', bytes, totalBytes));
  const { disagreements } = labels;
  const names = { skipped, seen, namesOf: tool.namesOf, runs: tool.found.map(({ run }) => run) };
  const unmatched = unmatchedNames({ ...options }, names);
  return {
    labels,
    logs: { runs: reports(), skipped, variants, disagreements, reordered, unmatched },
  };
}

/** Names runs of other settings apart, in the order of reading. */
function withVariants<Run extends AnyRun>(
  found: readonly FoundRun<Run>[],
  { variants: rule }: ReadRunsOptions,
): Pick<ReturnType<typeof separateVariants>, 'variants'> & { readonly runs: FoundRun<Run>[] } {
  const settled = found.map(({ run, settings }) => ({ ...run, settings }));
  const { names, variants } =
    rule === 'ignore' ? { names: settled, variants: [] } : separateVariants(settled);
  const runs = found.map((each, index) => {
    const { model = each.run.model, task: variant = each.run.task } = names[index] ?? {};
    return { ...each, run: { ...each.run, model, variant } };
  });
  return { runs: inReadingOrder(runs), variants };
}

function categoryOf<Run extends AnyRun>(
  run: Run,
  tool: Pick<RunsOfTool<Run, object>, 'categoryOf'>,
  { categories }: ReadRunsOptions,
): string {
  const assigned = categories && valueFor(categories, run.task);
  const name = assigned ?? tool.categoryOf(run) ?? run.variant;
  if (name !== '' || assigned !== undefined) return name;
  throw new EmbedLLMError(`The category of the task ${run.task} is empty.`, {
    code: 'invalid-argument',
  });
}
