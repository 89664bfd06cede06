import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EvaluationDataset, Matrix, QuestionSplit } from '@embedllm/core';
import {
  type ImportReport,
  type ReadHarnessLogsOptions,
  type ReadInspectLogsOptions,
  type ReadProgress,
  readEmbedLLM,
  readEvaluationFolder,
  readHarnessLogs,
  readInspectLogs,
} from '@embedllm/dataset-builder';
import type { Context } from '../program/context.js';
import { type ImportedSource, importIntoStore } from './import-into-store.js';
import type { ImportOptions } from './import-options.js';
import type { OpenSource } from './source.js';

/** A dataset in memory, with what its import found. */
export interface ImportedDataset extends EvaluationDataset {
  /** The split that came with the records. */
  readonly split: QuestionSplit | undefined;
  /** Embeddings of the questions that came with the records, shape [Q, D]. */
  readonly embeddings?: Matrix | undefined;
  /** Of a single source that was read directly. */
  readonly report: ImportReport | undefined;
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
  const [only] = formats;
  const isDirect =
    formats.size === 1 && (only === 'embedllm' || (only !== 'table' && paths.length === 1));
  if (!isDirect && only !== undefined) return throughStore(context, sources, options);
  const task = context.progress.start('Reading');
  const reading = {
    signal: context.signal,
    onProgress: ({ bytes, totalBytes, file }: ReadProgress) => task.update(bytes, totalBytes, file),
  };
  const [path = ''] = paths;
  if (only === 'folder') {
    return { ...(await readEvaluationFolder(path, reading)), imports: [] };
  }
  if (only === 'inspect') {
    const dataset = await readInspectLogs(path, { ...inspectOptions(options), ...reading });
    return { ...dataset, split: undefined, imports: [] };
  }
  const dataset =
    only === 'harness'
      ? await readHarnessLogs(path.endsWith('.jsonl') || path.endsWith('.gz') ? [path] : path, {
          ...harnessOptions(options),
          ...reading,
        })
      : await readEmbedLLM({ responses: paths, ...reading });
  return { ...dataset, split: undefined, imports: [] };
}

/** The options of lm-evaluation-harness logs among the command's. */
export function harnessOptions(options: ImportOptions): ReadHarnessLogsOptions {
  const { filter, metric, threshold, category, runs } = options;
  return { filter, metric, threshold, category, runs };
}

/** The options of Inspect's logs among the command's. */
export function inspectOptions(options: ImportOptions): ReadInspectLogsOptions {
  const { scorer, threshold, category, runs } = options;
  return { scorer, threshold, runs, category: category === 'group' ? 'dataset' : 'task' };
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
      const imports = await importIntoStore(context, store, sources, options);
      const dataset = await store.toDataset({ threshold: options.threshold });
      return { ...dataset, split: undefined, report: undefined, imports };
    } finally {
      store.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
