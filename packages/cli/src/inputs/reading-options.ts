import type { Progress } from '@embedllm/core';
import type { NameChoice, ReadEvaluationsOptions } from '@embedllm/dataset-builder';
import type { Context } from '../program/context.js';
import type { ProgressTask } from '../program/progress.js';
import type { ColumnOptions } from './column-options.js';
import type { ImportOptions } from './import-options.js';
import type { LogOptions } from './log-options.js';

/** What the flags of a command say of records: all of them, or those of answers. */
export type ReadingFlags = LogOptions & ColumnOptions & Partial<ImportOptions>;

/** The options of the library that flags stand for. */
export function readingOptions(context: Context, flags: ReadingFlags): ReadEvaluationsOptions {
  const { threshold, onConflict, maxRecordBytes, maxCells, format, separator } = flags;
  const { epochs, questionId, runs, variants, incomplete, tasks, skipTasks, skipFiles } = flags;
  const { category, scores, questionColumn, promptColumn, categoryColumn } = flags;
  const { modelColumn, scoreColumn, modelColumns, model, scale } = flags;
  return {
    ...{ threshold, onConflict, maxRecordBytes, maxCells },
    ...{ epochs, questionId, runs, variants, incomplete, tasks, skipTasks, skipFiles },
    ...{ category, scores, questionColumn, promptColumn, categoryColumn },
    ...{ modelColumn, scoreColumn, modelColumns, model, scale },
    format: format === 'auto' ? undefined : format,
    filter: byTask(flags.filter),
    metric: byTask(flags.metric),
    scorer: byTask(flags.scorer),
    value: byTask(flags.value),
    categories: flags.categories && Object.fromEntries(flags.categories.map(pairOf)),
    // A name without a file is that of all.
    modelName: flags.modelName && Object.fromEntries(flags.modelName.map(pairOf)),
    separator: separator?.replace(/^(?:\\t|tab)$/i, '\t'),
    signal: context.signal,
    onProgress: showProgress(context),
  };
}

const LABELS: Readonly<Record<string, string>> = {
  unpack: 'Unpacking',
  read: 'Reading',
  check: 'Checking',
  import: 'Importing',
};

function showProgress({ progress: display }: Context): (progress: Progress) => void {
  let shown = '';
  let task: ProgressTask | undefined;
  return (progress) => {
    if (progress.phase !== shown) task = display.start(LABELS[progress.phase] ?? progress.phase);
    shown = progress.phase;
    task?.onProgress(progress);
  };
}

/** The threshold on the scale from 0 to 1, on which a store keeps scores. */
export function storeThreshold({
  threshold,
  scale,
}: Pick<ColumnOptions, 'threshold' | 'scale'>): number | undefined {
  if (threshold === undefined || scale === undefined) return threshold;
  return (threshold - scale.min) / (scale.max - scale.min);
}

/** Names for all tasks, and after them those for single ones (`task=name`). */
function byTask(items: readonly string[] | undefined): NameChoice | undefined {
  if (items === undefined || !items.some((item) => item.includes('='))) return items;
  const record: Record<string, string[]> = {};
  for (const item of items) {
    if (!item.includes('=')) continue;
    const [task, name] = pairOf(item);
    record[task] = [...(record[task] ?? []), name];
  }
  const general = items.filter((item) => !item.includes('='));
  return general.length > 0 ? { ...record, '*': general } : record;
}

/** `pattern=name`; without a pattern the name is for everything. */
function pairOf(item: string): [pattern: string, name: string] {
  const at = item.indexOf('=');
  return at < 0 ? ['*', item] : [item.slice(0, at).trim(), item.slice(at + 1).trim()];
}
