import { stat } from 'node:fs/promises';
import { DataError } from '@embedllm/core';
import type { EvaluationFolderSource, EvaluationSource } from '@embedllm/dataset-builder';
import type { ImportOptions } from './import-options.js';

/** How a source of evaluation records is read. */
export type SourceFormat = 'folder' | 'embedllm' | 'harness' | 'inspect' | 'table';

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
  { format, questionColumn }: Pick<ImportOptions, 'format' | 'questionColumn'>,
): Promise<readonly OpenSource[]> {
  const folder = found.find((source) => source.kind === 'folder');
  if (folder !== undefined) return [{ path, format: 'folder', tables: folder.tables }];
  if (format !== 'auto') return [{ path, format }];
  // Named columns make a CSV file a table of one's own.
  const csv = questionColumn === undefined ? 'embedllm' : 'table';
  const sources = found.flatMap((source): OpenSource[] => {
    if (source.kind === 'archive') return [];
    return [
      { path, format: source.kind === 'table' && source.format === 'csv' ? csv : source.kind },
    ];
  });
  if (sources.length > 0) return sources;
  throw new DataError(
    (await stat(path)).isDirectory()
      ? 'The folder holds neither responses.csv (or train.csv, val.csv, test.csv), nor samples_*.jsonl of lm-evaluation-harness, nor logs of Inspect (<time>_<task>_<id>.eval or .json).'
      : 'It is no kind of file that is known: .csv, .jsonl, .parquet, .eval, samples_*.jsonl, .zip, .tar or .tar.gz; --format says what it is.',
    { file: path },
  );
}
