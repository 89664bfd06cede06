import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EvaluationDataset, Matrix, QuestionSplit } from '@embedllm/core';
import {
  type ImportReport,
  type ReadProgress,
  readEmbedLLM,
  readEvaluationFolder,
  readHarnessLogs,
  readInspectLogs,
  readTables,
} from '@embedllm/dataset-builder';
import type { Context } from '../program/context.js';
import { UsageError } from '../program/failure.js';
import { harnessLogsAt, isLogFile } from './harness-logs.js';
import { type ImportedSource, importIntoStore } from './import-into-store.js';
import type { ImportOptions } from './import-options.js';
import { logRemarks } from './log-remarks.js';
import { harnessOptions, inspectOptions } from './log-settings.js';
import { sayTables } from './say-tables.js';
import { isParquet, type OpenSource, type Source } from './source.js';
import { describesTable, storeThreshold, tableOptions } from './table-options.js';

/** A dataset in memory, with what its import found. */
export interface ImportedDataset extends EvaluationDataset {
  /** The split that came with the records. */
  readonly split: QuestionSplit | undefined;
  /** Embeddings of the questions that came with the records, shape [Q, D]. */
  readonly embeddings?: Matrix | undefined;
  /** Of a single source that was read directly. */
  readonly report: ImportReport | undefined;
  /** Labels of older runs that newer ones contradict, where logs were read directly. */
  readonly overruled?: number | undefined;
  /** Questions that runs asked with their choices in another order, where logs were read directly. */
  readonly reordered?: number | undefined;
  /** What was not read, and what was decided by default. */
  readonly remarks?: readonly string[] | undefined;
  /** Of sources that were brought together. */
  readonly imports: readonly ImportedSource[];
}

/**
 * Reads sources into one dataset: those of one kind directly, several kinds and tables of one's
 * own through a store in a temporary folder.
 */
export async function importSources(
  context: Context,
  sources: readonly OpenSource[],
  options: ImportOptions,
): Promise<ImportedDataset> {
  const formats = new Set(sources.map(({ format }) => format));
  const paths = sources.map(({ path }) => path);
  assertTables(formats, options);
  if (areTables(sources, options)) return readTextTables(context, paths, options);
  const [only] = formats;
  // Files of one model and task are runs of which the newest stands, as in a folder.
  const areLogFiles =
    (only === 'harness' || only === 'inspect') &&
    (await Promise.all(paths.map(isLogFile))).every(Boolean);
  const isDirect =
    formats.size === 1 &&
    (only === 'embedllm' || areLogFiles || (only !== 'table' && paths.length === 1));
  const keepsScores = options.scores === 'keep';
  if ((!isDirect || keepsScores) && only !== undefined) {
    return throughStore(context, sources, options);
  }
  const task = context.progress.start('Reading');
  const reading = {
    signal: context.signal,
    onProgress: ({ bytes, totalBytes, file }: ReadProgress) => task.update(bytes, totalBytes, file),
  };
  const [path = '', ...more] = paths;
  if (only === 'folder') {
    if (options.onConflict !== 'refuse') {
      throw new UsageError(
        `--on-conflict does not hold for a folder of EmbedLLM's tables, which keeps its split: name its files instead of ${path}, or leave it out.`,
      );
    }
    const { threshold } = options;
    const folder = await readEvaluationFolder(path, { ...reading, threshold });
    return { ...folder, imports: [] };
  }
  if (only === 'inspect') {
    const dataset = await readInspectLogs(areLogFiles ? paths : path, {
      ...inspectOptions(options),
      ...reading,
    });
    const { report } = dataset;
    return {
      ...{ ...dataset, split: undefined, imports: [], overruled: overruledIn(report) },
      remarks: logRemarks(report, options),
    };
  }
  if (only === 'harness') {
    const dataset = await readHarnessLogs(await harnessLogsAt(path, ...more), {
      ...harnessOptions(options),
      ...reading,
    });
    const { report } = dataset;
    const { reordered } = report;
    return {
      ...{ ...dataset, split: undefined, imports: [], overruled: overruledIn(report), reordered },
      remarks: logRemarks(report, options),
    };
  }
  const { threshold, maxRecordBytes, maxCells } = options;
  const dataset = await readEmbedLLM({
    ...{ responses: paths, threshold, maxRecordBytes, maxCells },
    ...reading,
  });
  return { ...dataset, split: undefined, imports: [] };
}

function overruledIn({ runs }: { readonly runs: readonly { disagreements: number }[] }): number {
  return runs.reduce((sum, { disagreements }) => sum + disagreements, 0);
}

/** Whether all are tables that are read without a store: of one's own, or beside such EmbedLLM's. */
function areTables(sources: readonly OpenSource[], { onConflict }: ImportOptions): boolean {
  const isText = ({ path, format }: OpenSource): boolean =>
    (format === 'table' && !isParquet(path)) || format === 'embedllm';
  const isOwn = sources.some(({ format }) => format === 'table') || onConflict !== 'refuse';
  return sources.length > 0 && isOwn && sources.every(isText);
}

async function readTextTables(
  context: Context,
  paths: readonly string[],
  options: ImportOptions,
): Promise<ImportedDataset> {
  const task = context.progress.start('Reading');
  const { tables, ...dataset } = await readTables(paths, {
    ...tableOptions(options),
    signal: context.signal,
    onProgress: ({ bytes, totalBytes, file }) => task.update(bytes, totalBytes, file),
  });
  task.end();
  sayTables(context, tables);
  return { ...dataset, split: undefined, imports: [] };
}

/** @throws UsageError where a flag would be ignored. */
function assertTables(formats: ReadonlySet<Source['format']>, options: ImportOptions): void {
  if (formats.has('table') || !describesTable(options)) return;
  const { threshold: _, onConflict: __, ...columns } = tableOptions(options);
  const [name = ''] = Object.entries(columns).find(([, value]) => value !== undefined) ?? [];
  const flag = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new UsageError(
    `--${flag} is for tables of your own, and none of the sources is one. Leave it out, or say --format table.`,
  );
}

async function throughStore(
  context: Context,
  sources: readonly OpenSource[],
  options: ImportOptions,
): Promise<ImportedDataset> {
  const { openEvaluationStore } = await import('@embedllm/dataset-builder/store');
  const folder = await mkdtemp(join(tmpdir(), 'embedllm-build-'));
  try {
    const store = await openEvaluationStore(join(folder, 'store.duckdb'));
    try {
      const { imports, remarks } = await importIntoStore(context, store, sources, options);
      const dataset = await store.toDataset({ threshold: storeThreshold(options) });
      return { ...dataset, split: undefined, report: undefined, imports, remarks };
    } finally {
      store.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
