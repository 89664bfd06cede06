import type { EvaluationStore, StoreImport, TableMapping } from '@embedllm/dataset-builder/store';
import type { Context } from '../program/context.js';
import { UsageError } from '../program/failure.js';
import { harnessLogsAt, isLogFile } from './harness-logs.js';
import type { ImportOptions } from './import-options.js';
import { type LogsReport, logRemarks } from './log-remarks.js';
import { harnessOptions, inspectOptions } from './log-settings.js';
import { sayTables } from './say-tables.js';
import { isParquet, type OpenSource, type Source } from './source.js';
import { tableOptions } from './table-options.js';

/** What one file or folder brought into a store. */
export interface ImportedSource extends StoreImport {
  readonly format: Source['format'];
}

/** Imports sources into a store, each as transactions of its own. */
export async function importIntoStore(
  context: Context,
  store: EvaluationStore,
  sources: readonly OpenSource[],
  options: ImportOptions,
): Promise<{ readonly imports: ImportedSource[]; readonly remarks: readonly string[] }> {
  const { signal } = context;
  const onConflict = storePolicy(options);
  const { scores } = options;
  const imported: ImportedSource[] = [];
  const remarks: string[] = [];
  for (const { path, more, format, tables } of await joinLogFiles(sources)) {
    signal.throwIfAborted();
    const task = context.progress.start('Importing');
    const onProgress = ({ file, bytes }: { file: string; bytes: number }): void =>
      task.update(0, 0, `${file} ${Math.round(bytes / 1e6)} MB`);
    const addLogs = ({ logs, ...result }: StoreImport & { logs: LogsReport }): void => {
      imported.push({ ...result, format });
      remarks.push(...logRemarks(logs, options));
    };
    const add = (results: readonly StoreImport[]): void => {
      imported.push(...results.map((result) => ({ ...result, format })));
    };
    const isUnread = tables !== undefined || format === 'embedllm' || isParquet(path);
    if (isUnread && (options.onConflict === 'mean' || options.onConflict === 'majority')) {
      throw new UsageError(
        `--on-conflict ${options.onConflict} is for logs and tables of text, not for ${path} here: take keep or replace.`,
      );
    }
    if (tables !== undefined) {
      add(await store.importEmbedLLM({ ...tables, onConflict, signal, onProgress }));
    } else if (format === 'embedllm') {
      add(await store.importEmbedLLM({ responses: path, onConflict, signal, onProgress }));
    } else if (format === 'harness') {
      const logs = await harnessLogsAt(path, ...more);
      const logged = { ...harnessOptions(options), ...kept(options), scores, signal };
      addLogs(await store.importHarnessLogs(logs, logged));
    } else if (format === 'inspect') {
      addLogs(
        await store.importInspectLogs(more.length > 0 ? [path, ...more] : path, {
          ...{ ...inspectOptions(options), ...kept(options), scores, signal },
        }),
      );
    } else if (isParquet(path)) {
      add([await store.importTable(path, mappingOf(options), { onConflict, signal, onProgress })]);
    } else {
      const { imported: one, tables: read } = await store.importTables(path, {
        ...tableOptions(options),
        signal,
      });
      sayTables(context, read);
      add([one]);
    }
    task.end();
  }
  return { imports: imported, remarks };
}

/** Graded scores are made labels only when they leave the store. */
function kept({ scores, threshold }: ImportOptions): { readonly threshold: number | undefined } {
  return { threshold: scores === 'keep' ? undefined : threshold };
}

/**
 * Files of logs of one format as one source, in the place of the first: of several runs of a model
 * on a task the newest stands, as in a folder.
 */
async function joinLogFiles(
  sources: readonly OpenSource[],
): Promise<(OpenSource & { readonly more: readonly string[] })[]> {
  const joined: (OpenSource & { more: string[] })[] = [];
  const first = new Map<Source['format'], string[]>();
  for (const source of sources) {
    const { format, path } = source;
    const isLog = (format === 'harness' || format === 'inspect') && (await isLogFile(path));
    const others = isLog ? first.get(format) : undefined;
    if (others) {
      others.push(path);
      continue;
    }
    const entry = { ...source, more: [] };
    if (isLog) first.set(format, entry.more);
    joined.push(entry);
  }
  return joined;
}

/** What a store does where it has another score; several of one source are settled before. */
function storePolicy({ onConflict }: ImportOptions): 'refuse' | 'keep' | 'replace' {
  return onConflict === 'keep' || onConflict === 'replace' ? onConflict : 'refuse';
}

/** The columns of a Parquet file, which have to be named. */
function mappingOf(options: ImportOptions): TableMapping {
  const { questionColumn: question, modelColumn: model, scoreColumn: score = 'score' } = options;
  for (const flag of ['model', 'scale', 'separator'] as const) {
    if (options[flag] === undefined) continue;
    throw new UsageError(
      `--${flag} is for tables of text: write the Parquet file as CSV or JSON Lines.`,
    );
  }
  if (question === undefined) {
    throw new UsageError(
      'A Parquet file needs --question-column, and --model-column unless it has a column for each model.',
    );
  }
  const common = { question, category: options.categoryColumn, prompt: options.promptColumn };
  return model === undefined
    ? { layout: 'wide', ...common, models: options.modelColumns }
    : { ...common, model, score };
}
