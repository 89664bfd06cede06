import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DataError } from '@embedllm/core';
import { type ArchiveFormat, archiveFormat } from '../archive/archive-format.js';
import { listFiles } from '../files/list-files.js';
import { errorCode, pipeError, readError } from '../files/read-error.js';
import { findFolderFiles, responseFiles } from '../folder/folder-files.js';
import {
  isOlderSamplesName,
  parseSamplesName,
  sortHarnessFiles,
} from '../harness/harness-files.js';
import { isInspectLogName } from '../inspect/inspect-files.js';
import type { FoundLogs } from '../runs/log-source.js';

/** Evaluation records that a path leads to, by `kind`. */
export type EvaluationSource =
  | EvaluationFolderSource
  | EvaluationLogsSource<'harness'>
  | EvaluationLogsSource<'inspect'>
  | EvaluationTableSource
  | EvaluationArchiveSource;

/** A folder of EmbedLLM's tables: for `readEvaluationFolder`. */
export interface EvaluationFolderSource {
  readonly kind: 'folder';
  readonly path: string;
  /** Paths of its tables: for `readEmbedLLM`, and `importEmbedLLM` of a store. */
  readonly tables: {
    readonly responses: readonly string[];
    readonly questions: string | undefined;
    readonly models: string | undefined;
  };
}

/** Logs of lm-evaluation-harness or Inspect: for `readHarnessLogs` and `readInspectLogs`, which take it as it is. */
export interface EvaluationLogsSource<Kind extends 'harness' | 'inspect'> extends FoundLogs {
  readonly kind: Kind;
}

/** A table, or results of an evaluation tool: for `readTables`, and for `readEmbedLLM` where it has EmbedLLM's columns. */
export interface EvaluationTableSource {
  readonly kind: 'table';
  readonly path: string;
  /** As the file's name says; all but Parquet may be compressed with gzip. */
  readonly format: 'csv' | 'jsonl' | 'json' | 'parquet';
}

/** An archive, which may hold anything: for `extractArchive`. */
export interface EvaluationArchiveSource {
  readonly kind: 'archive';
  readonly path: string;
  readonly format: ArchiveFormat;
}

/** Options of `detectEvaluationSources`. */
export interface DetectEvaluationSourcesOptions {
  /** Stops looking; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

const TABLES = [
  ['csv', /\.(?:csv|tsv|txt)(?:\.gz)?$/i],
  ['jsonl', /\.(?:jsonl|ndjson)(?:\.gz)?$/i],
  ['json', /\.json(?:\.gz)?$/i],
  ['parquet', /\.(?:parquet|pq)$/i],
] as const;

/**
 * Identifies what evaluation records a file or folder holds: by the names of the files, as the tools that
 * write them choose these, and archives by their content. Nothing else is read, so a file may turn
 * out to be no more than named so.
 *
 * A folder with responses (`responses.csv`, or `train.csv`, `val.csv` and `test.csv`) is an
 * evaluation folder and nothing else; other folders are searched for logs at any depth.
 *
 * @returns one source, or two where a folder has logs of both lm-evaluation-harness and Inspect;
 * empty where nothing is known of the path.
 * @throws DataError `io` when the path does not exist or cannot be read, `invalid-data` when a folder
 * has one table twice (plain and compressed), or responses both whole and in parts.
 *
 * @example
 * for (const source of await detectEvaluationSources('inspect-logs')) {
 *   if (source.kind === 'inspect') console.log((await readInspectLogs(source)).report.labels);
 *   else console.log(`${source.path} holds: ${source.kind}`);
 * }
 */
export async function detectEvaluationSources(
  path: string,
  options: DetectEvaluationSourcesOptions = {},
): Promise<readonly EvaluationSource[]> {
  const { signal } = options;
  signal?.throwIfAborted();
  let status: Stats;
  try {
    status = await stat(path);
  } catch (cause) {
    if (errorCode(cause) !== 'ENOENT') throw readError(path, cause);
    throw new DataError('there is no such file or folder.', { file: path, code: 'io', cause });
  }
  if (status.isDirectory()) return inDirectory(path, signal);
  if (!status.isFile()) throw pipeError(path);
  const source = await ofFile(path);
  return source === undefined ? [] : [source];
}

async function inDirectory(
  path: string,
  signal: AbortSignal | undefined,
): Promise<EvaluationSource[]> {
  const found = await findFolderFiles(path);
  const responses = responseFiles(path, found);
  if (responses.length > 0) {
    const { questions, models } = found;
    return [{ kind: 'folder', path, tables: { responses, questions, models } }];
  }
  const files = await listFiles(path, signal);
  const { samples, older, results } = sortHarnessFiles(files);
  const logs = files.filter(isInspectLogName);
  const sources: EvaluationSource[] = [];
  if (samples.length + older.length > 0) {
    const harness = [
      ...samples.map(({ file }) => file),
      ...older,
      ...results.map(({ file }) => file),
    ];
    sources.push({ kind: 'harness', path, files: harness });
  }
  if (logs.length > 0) sources.push({ kind: 'inspect', path, files: logs });
  sources.push(...evaluationFiles(files));
  return sources;
}

async function ofFile(path: string): Promise<EvaluationSource | undefined> {
  if (parseSamplesName(path) !== undefined || isOlderSamplesName(path)) {
    return { kind: 'harness', path, files: [path] };
  }
  // Logs of Inspect are zip archives too, and may be named freely.
  if (isInspectLogName(path) || path.endsWith('.eval')) {
    return { kind: 'inspect', path, files: [path] };
  }
  const [format] = TABLES.find(([, name]) => name.test(basename(path))) ?? [];
  if (format !== undefined) return { kind: 'table', path, format };
  const archive = await archiveFormat(path);
  return archive === undefined ? undefined : { kind: 'archive', path, format: archive };
}

/** Runs of HELM, one a folder, and details of lighteval, one a task, by the names that these give. */
function evaluationFiles(files: readonly string[]): EvaluationSource[] {
  const known = new Set(files);
  const sources: EvaluationSource[] = [];
  for (const file of files) {
    const name = basename(file);
    if (/^details_.+_\d{4}-\d\d-\d\dT.+\.parquet$/.test(name)) {
      sources.push({ kind: 'table', path: file, format: 'parquet' });
    }
    if (name !== 'run_spec.json') continue;
    const run = ['display_predictions.json', 'per_instance_stats.json'].map((each) =>
      join(dirname(file), each),
    );
    const found = run.find((each) => known.has(each));
    if (found !== undefined) sources.push({ kind: 'table', path: found, format: 'json' });
  }
  return sources;
}
