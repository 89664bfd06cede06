import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { advice, DataError, namedOption } from '@embedllm/core';
import { checkObject, checkPaths } from '@embedllm/internals';
import { extractArchive } from '../archive/extract-archive.js';
import { hasEmbedLLMColumns } from '../embedllm/has-embedllm-columns.js';
import type { ImportReport } from '../embedllm/import-report.js';
import { OF_MACOS } from '../files/list-files.js';
import type { FoundLogs } from '../runs/log-source.js';
import {
  detectEvaluationSources,
  type EvaluationFolderSource,
  type EvaluationSource,
} from '../sources/detect-evaluation-sources.js';
import { ArchivePaths } from './archive-paths.js';
import {
  assertOptionsUsed,
  describesTable,
  type ReadEvaluationsOptions,
} from './evaluation-options.js';
import type { EvaluationsReport, SourceOfRecords } from './evaluations-report.js';

/** A source with what was found there. */
export interface FoundSource extends SourceOfRecords {
  readonly tables?: EvaluationFolderSource['tables'];
  readonly logs?: FoundLogs;
}

/** Options of reading, and how files are named in stores. */
export interface ReadingOptions extends ReadEvaluationsOptions {
  readonly nameOf: (file: string) => string;
}

/**
 * Works with what paths hold; archives are unpacked meanwhile into a temporary folder, each into a
 * folder of its name.
 *
 * @throws DataError where nothing known is at a path, and no format is given.
 * @throws EmbedLLMError `invalid-argument` where an option would be ignored.
 */
export async function withSources<T extends EvaluationsReport & { readonly report?: ImportReport }>(
  paths: string | readonly string[],
  given: ReadEvaluationsOptions,
  work: (sources: readonly FoundSource[], options: ReadingOptions) => Promise<T>,
): Promise<T> {
  const { signal } = checkObject('options', given);
  const archives = new ArchivePaths();
  const options: ReadingOptions = {
    ...given,
    nameOf: archives.shown,
    onProgress: archives.progress(given.onProgress),
  };
  let temporary: string | undefined;
  const sources: FoundSource[] = [];
  try {
    for (const path of checkPaths('paths', paths)) {
      assertNoSpreadsheet(path);
      let found = await detectEvaluationSources(path, { signal });
      let place = path;
      if (found[0]?.kind === 'archive') {
        temporary ??= await mkdtemp(join(tmpdir(), 'embedllm-sources-'));
        const folder = join(temporary, String(sources.length), basename(path));
        archives.add(folder, path);
        place = await unpack(path, folder, options);
        found = await detectEvaluationSources(place, { signal });
      }
      sources.push(...(await sourcesOf(place, found, options)));
    }
    assertOptionsUsed(
      options,
      sources.map(({ format }) => format),
    );
    const read = await work(sources, options);
    const { report, logs, tables, imports, unmatched, sources: found } = read;
    archives.showIn([report?.files, logs, tables, imports, unmatched, found]);
    return read;
  } catch (error) {
    archives.showInError(error);
    throw error;
  } finally {
    if (temporary !== undefined) await rm(temporary, { recursive: true, force: true });
  }
}

function assertNoSpreadsheet(path: string): void {
  if (!/\.(?:xls[xmb]?|ods|numbers)$/i.test(path)) return;
  throw new DataError('is a spreadsheet. Export the sheet as CSV and pass that.', { file: path });
}

/** @returns the folder that it was unpacked into, or the one that is all there is in it. */
async function unpack(
  path: string,
  directory: string,
  { signal, onProgress }: ReadEvaluationsOptions,
): Promise<string> {
  await extractArchive(path, directory, {
    signal,
    filter: (entry) => !entry.split('/').some((name) => OF_MACOS.test(name)),
    onProgress,
  });
  let place = directory;
  for (;;) {
    const [first, ...others] = await readdir(place, { withFileTypes: true });
    if (!first?.isDirectory() || others.length > 0) return place;
    place = join(place, first.name);
  }
}

/** How to read what was found. */
async function sourcesOf(
  path: string,
  found: readonly EvaluationSource[],
  options: ReadEvaluationsOptions,
): Promise<readonly FoundSource[]> {
  const folder = found.find((source) => source.kind === 'folder');
  if (folder !== undefined) return [{ path, format: 'folder', tables: folder.tables }];
  const { format } = options;
  if (format !== undefined) {
    const logs = found.find((source) => source.kind === format);
    const isLogs = logs !== undefined && 'files' in logs;
    const isFile = !(await stat(path)).isDirectory();
    return [{ path, format, ...(isLogs ? { logs } : isFile && { logs: { path, files: [path] } }) }];
  }
  const sources: FoundSource[] = [];
  for (const source of found) {
    if (source.kind === 'harness' || source.kind === 'inspect') {
      sources.push({ path, format: source.kind, logs: source });
    } else if (source.kind === 'table') {
      // Named columns make a CSV file a custom table.
      const mayBeOurs = source.format === 'csv' && !describesTable(options);
      const isOurs = mayBeOurs && (await hasEmbedLLMColumns(source.path));
      sources.push({ path: source.path, format: isOurs ? 'embedllm' : 'table' });
    }
  }
  if (sources.length > 0) return sources;
  if ((await stat(path)).isDirectory()) throw await unknownFolder(path);
  throw new DataError(
    advice`Unrecognised file type. Supported: .csv, .tsv, .json, .jsonl, .parquet, .eval, samples_*.jsonl, .zip, .tar and .tar.gz. Use ${namedOption('format')} to override.`,
    { file: path },
  );
}

/** Tables that a folder has although it is not a folder of a dataset. */
const TABLE = /\.(?:csv|tsv|jsonl?|ndjson|parquet|pq)(?:\.gz)?$/i;

async function unknownFolder(path: string): Promise<DataError> {
  const names = (await readdir(path)).sort();
  const seen = names.slice(0, 8).join(', ');
  const more = names.length > 8 ? ` and ${names.length - 8} more` : '';
  const hint = names.some((name) => TABLE.test(name))
    ? advice` To read custom tables, name the files instead of the folder; ${namedOption('model', '{file}')} takes the model's name from each file name.`
    : '';
  return new DataError(
    advice`The folder has no responses.csv (or train.csv, val.csv, test.csv), no samples_*.jsonl of lm-evaluation-harness and no Inspect logs (.eval, or <time>_<task>_<id>.json). ${names.length === 0 ? 'It is empty.' : `It contains ${seen}${more}.`}${hint}`,
    { file: path },
  );
}

/** Whether a file is a Parquet file by its name. */
export function isParquet(path: string): boolean {
  return /\.(?:parquet|pq)$/i.test(path);
}

/**
 * Files of logs of one format as one source, and folders of them, each in the place of the first: of
 * several runs of a model on a task the newest stands, as in one folder.
 */
export function joinLogs(sources: readonly FoundSource[]): FoundSource[] {
  const joined: FoundSource[] = [];
  const kindOf = ({ path, format, logs }: FoundSource): string | undefined =>
    logs && `${format} ${logs.files.includes(path) ? 'file' : 'folder'}`;
  const kinds: (string | undefined)[] = [];
  for (const source of sources) {
    const kind = kindOf(source);
    const at = kind === undefined ? -1 : kinds.indexOf(kind);
    const first = joined[at];
    if (first?.logs === undefined || source.logs === undefined) {
      joined.push(source);
      kinds.push(kind);
      continue;
    }
    const files = [...new Set([...first.logs.files, ...source.logs.files])];
    // A list of folders is what messages name.
    const path = kind?.endsWith('file') ? first.path : `${first.logs.path}, ${source.logs.path}`;
    joined[at] = { ...first, logs: { path, files } };
  }
  return joined;
}
