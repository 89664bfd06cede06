import type {
  NameChoice,
  ReadHarnessLogsOptions,
  ReadInspectLogsOptions,
} from '@embedllm/dataset-builder';
import type { LogOptions } from './log-options.js';

/** What the options of a command say about logs. */
export interface LogSettings extends LogOptions {
  readonly threshold?: number | undefined;
  readonly category?: 'task' | 'group' | undefined;
  readonly categories?: readonly string[] | undefined;
}

/** The options of lm-evaluation-harness logs among the command's. */
export function harnessOptions(options: LogSettings): ReadHarnessLogsOptions {
  const { filter, metric, category, epochs: _, ...rest } = options;
  return {
    ...commonOptions(rest),
    filter: byTask(filter),
    metric: byTask(metric),
    category: category ?? 'task',
  };
}

/** The options of Inspect's logs among the command's. */
export function inspectOptions(options: LogSettings): ReadInspectLogsOptions {
  const { scorer, value, epochs, questionId, category } = options;
  return {
    ...commonOptions(options),
    ...{ scorer: byTask(scorer), value: byTask(value), epochs, questionId },
    category: category === 'group' ? 'dataset' : 'task',
  };
}

/** What both readers take. */
function commonOptions(options: Omit<LogSettings, 'epochs'>): Omit<
  ReadHarnessLogsOptions & ReadInspectLogsOptions,
  'category' | 'modelName'
> & {
  readonly modelName: Readonly<Record<string, string>> | undefined;
} {
  const { threshold, runs, variants, incomplete, tasks, skipTasks, skipFiles } = options;
  const { maxRecordBytes, maxCells, categories, modelName, onConflict } = options;
  return {
    ...{ threshold, runs, variants, incomplete, tasks, skipTasks, skipFiles },
    ...{ maxRecordBytes, maxCells, onConflict },
    categories: categories && Object.fromEntries(categories.map(pairOf)),
    // A name without a file is that of all.
    modelName: modelName && Object.fromEntries(modelName.map(pairOf)),
  };
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
