import { advice, EmbedLLMError, namedOption } from '@embedllm/core';
import type { EvaluationStore } from '../store/evaluation-store.js';
import type { StoreImport } from '../store/import-source.js';
import type { TableMapping } from '../store/table-mapping.js';
import type { TableReport } from '../tables/collect-tables.js';
import type { ReadEvaluationsOptions } from './evaluation-options.js';
import {
  describeSources,
  type EvaluationsReport,
  type ImportedSource,
} from './evaluations-report.js';
import {
  type FoundSource,
  isParquet,
  joinLogs,
  type ReadingOptions,
  withSources,
} from './find-sources.js';

/**
 * Imports evaluation records of any kind into a store, as `readEvaluations` reads them, each source as
 * transactions of its own. Graded scores of tables are kept; `toDataset` then takes the threshold.
 *
 * @returns what each source brought; splits and embeddings are left out, a store has none.
 * @throws DataError and EmbedLLMError as `readEvaluations`.
 *
 * @example
 * const store = await openEvaluationStore('pool.duckdb');
 * const { imports } = await importEvaluations(store, ['logs', 'judged.csv']);
 * for (const { name, format, responses } of imports) console.log(name, format, responses);
 */
export function importEvaluations(
  store: EvaluationStore,
  paths: string | readonly string[],
  options: ReadEvaluationsOptions = {},
): Promise<EvaluationsReport> {
  return withSources(paths, options, (sources, reading) => importSources(store, sources, reading));
}

/** Imports what was found. */
export async function importSources(
  store: EvaluationStore,
  sources: readonly FoundSource[],
  options: ReadingOptions,
): Promise<EvaluationsReport> {
  const imports: ImportedSource[] = [];
  const logs: EvaluationsReport['logs'][number][] = [];
  const tables: TableReport[] = [];
  for (const source of joinLogs(sources)) {
    options.signal?.throwIfAborted();
    const brought = await importSource(store, source, options);
    imports.push(...brought.imports.map((each) => ({ ...each, format: source.format })));
    logs.push(...(brought.logs ?? []));
    tables.push(...(brought.tables ?? []));
  }
  return { imports, logs, tables, ...describeSources(sources, logs) };
}

interface Brought extends Partial<Pick<EvaluationsReport, 'logs' | 'tables'>> {
  readonly imports: readonly StoreImport[];
}

async function importSource(
  store: EvaluationStore,
  { path, format, tables, logs: found }: FoundSource,
  options: ReadingOptions,
): Promise<Brought> {
  const logs = found ?? path;
  const { signal, onConflict, scores, threshold, category, maxRecordBytes, nameOf, onProgress } =
    options;
  // Graded scores are made labels only when they leave the store.
  const kept = { ...options, threshold: scores === 'keep' ? undefined : threshold };
  if (format === 'harness') {
    const { logs: report, ...imported } = await store.importHarnessLogs(logs, kept);
    return { imports: [imported], logs: [report] };
  }
  if (format === 'inspect') {
    const { logs: report, ...imported } = await store.importInspectLogs(logs, {
      ...kept,
      category: category === 'group' ? 'dataset' : category,
    });
    return { imports: [imported], logs: [report] };
  }
  if (format === 'table' && !(isParquet(path) && options.questionColumn !== undefined)) {
    const brought = await store.importTables(path, options);
    return { imports: [brought.imported], tables: brought.tables };
  }
  if (onConflict === 'mean' || onConflict === 'majority') {
    throw new EmbedLLMError(
      advice`${namedOption('onConflict', onConflict)} applies only to logs and text tables, but ${path} is neither. Use keep or replace.`,
      { code: 'invalid-argument' },
    );
  }
  const importing = { onConflict, maxRecordBytes, nameOf, signal, onProgress };
  if (format === 'table') {
    return { imports: [await store.importTable(path, mappingOf(options), importing)] };
  }
  return { imports: await store.importEmbedLLM({ responses: path, ...tables, ...importing }) };
}

/** The columns of a Parquet file, which have to be named. */
function mappingOf(options: ReadEvaluationsOptions): TableMapping {
  const { questionColumn: question, modelColumn: model, scoreColumn: score = 'score' } = options;
  for (const name of ['model', 'scale', 'separator'] as const) {
    if (options[name] === undefined) continue;
    throw new EmbedLLMError(
      advice`${namedOption(name)} applies only to text tables. Convert the Parquet file to CSV or JSON Lines.`,
      { code: 'invalid-argument' },
    );
  }
  if (question === undefined) {
    throw new EmbedLLMError(
      advice`A Parquet file needs ${namedOption('questionColumn')}, and ${namedOption('modelColumn')} unless it has a column per model.`,
      { code: 'invalid-argument' },
    );
  }
  const common = { question, category: options.categoryColumn, prompt: options.promptColumn };
  return model === undefined
    ? { layout: 'wide', ...common, models: options.modelColumns }
    : { ...common, model, score };
}
