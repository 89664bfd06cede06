import { readdir, stat } from 'node:fs/promises';
import { DataError } from '@embedllm/core';
import {
  type EvaluationFolderSource,
  type EvaluationSource,
  hasEmbedLLMColumns,
} from '@embedllm/dataset-builder';
import type { ImportOptions } from './import-options.js';
import type { SourceFormat } from './source-format.js';
import { describesTable } from './table-options.js';

/** A source with how it is read; plain JSON. */
export interface Source {
  readonly path: string;
  readonly format: SourceFormat;
}

/** A source with the tables of a folder. */
export interface OpenSource extends Source {
  readonly tables?: EvaluationFolderSource['tables'];
}

/**
 * How to read what was found at a path. `--format` says so, but for a folder of EmbedLLM's tables.
 *
 * @throws DataError where nothing known was found, and no format is given.
 */
export async function sourcesOf(
  path: string,
  found: readonly EvaluationSource[],
  options: ImportOptions,
): Promise<readonly OpenSource[]> {
  const folder = found.find((source) => source.kind === 'folder');
  if (folder !== undefined) return [{ path, format: 'folder', tables: folder.tables }];
  const { format } = options;
  if (format !== 'auto') return [{ path, format }];
  const isCsv = found.some((source) => source.kind === 'table' && source.format === 'csv');
  // Named columns make a CSV file a table of one's own.
  const csv =
    isCsv && !describesTable(options) && (await hasEmbedLLMColumns(path)) ? 'embedllm' : 'table';
  const sources = found.flatMap((source): OpenSource[] => {
    if (source.kind === 'archive') return [];
    return [
      { path, format: source.kind === 'table' && source.format === 'csv' ? csv : source.kind },
    ];
  });
  if (sources.length > 0) return sources;
  throw (await stat(path)).isDirectory()
    ? await unknownFolder(path)
    : new DataError(
        'The name says no kind of file that can be read: .csv, .tsv, .json, .jsonl, .parquet, .eval, samples_*.jsonl, .zip, .tar or .tar.gz. --format says what it is.',
        { file: path },
      );
}

/** Tables that a folder has although it is not a folder of a dataset. */
const TABLE = /\.(?:csv|tsv|jsonl?|ndjson|parquet|pq)(?:\.gz)?$/i;

async function unknownFolder(path: string): Promise<DataError> {
  const names = (await readdir(path)).sort();
  const seen = names.slice(0, 8).join(', ');
  const more = names.length > 8 ? ` and ${names.length - 8} more` : '';
  const advice = names.some((name) => TABLE.test(name))
    ? ` To read tables of your own, name the files instead of the folder; --model '{file}' takes the model's name from each file's.`
    : '';
  return new DataError(
    `The folder holds neither responses.csv (or train.csv, val.csv, test.csv), nor samples_*.jsonl of lm-evaluation-harness, nor logs of Inspect (.eval, or <time>_<task>_<id>.json). ${names.length === 0 ? 'It is empty.' : `It has ${seen}${more}.`}${advice}`,
    { file: path },
  );
}

/** Whether a file is a Parquet file by its name. */
export function isParquet(path: string): boolean {
  return /\.(?:parquet|pq)$/i.test(path);
}
