import { basename, resolve } from 'node:path';
import { HashingReader } from '../files/hashing-reader.js';
import { sizeOfFile } from '../files/read-bytes.js';
import { assertNoPattern, type CheckedFile, checkFile, inspectFile } from './check-file.js';
import { isEmptyStore } from './coded-source.js';
import type { ImportTableOptions } from './import-options.js';
import { type ImportTarget, importSource, type StoreImport } from './import-source.js';
import { stageJsonl } from './stage-jsonl.js';
import { scanningThreads, stageLongCsv } from './stage-long-csv.js';
import { stageParquet } from './stage-parquet.js';
import { stageWideCsv } from './stage-wide-csv.js';
import type { StagingSource } from './staging.js';
import type { StoreSession } from './store-session.js';
import type { StoreSessions } from './store-sessions.js';
import type { LongTable, TableMapping } from './table-mapping.js';

/** A file to import, and how. */
export interface FileImport extends Pick<ImportTarget, 'described' | 'onlyKnownQuestions'> {
  readonly file: string;
  readonly format: string;
  readonly mapping: TableMapping;
  readonly options: ImportTableOptions;
  /** Only 0, 1, 0.0 and 1.0 are scores. */
  readonly strictLabels: boolean;
  /** Column of an id that names of models are one to one with. @default none */
  readonly modelKey?: string | undefined;
  /** Bytes of a long CSV file that a thread reads at a time. @default 4 MiB */
  readonly partBytes?: number | undefined;
}

/** Imports one file as one transaction. */
export async function importFile(
  sessions: StoreSessions,
  request: FileImport,
): Promise<StoreImport> {
  const { file, format, mapping, options, ...rest } = request;
  const totalBytes = await sizeOfFile(file);
  const progress = (phase: 'check' | 'import'): ((count: number) => void) => {
    let bytes = 0;
    return (count) => {
      bytes += count;
      options.onProgress?.({ file, phase, bytes, totalBytes });
    };
  };
  const target = {
    ...rest,
    name: basename(file),
    file,
    format,
    settings: JSON.stringify([mapping, options.defaultCategory ?? null]),
    defaultCategory: options.defaultCategory,
    signal: options.signal,
    onConflict: options.onConflict ?? 'refuse',
  };
  if (mapping.layout !== 'wide' && /csv$/.test(format)) {
    return importLongCsv(sessions, { ...request, mapping }, target, progress);
  }
  if (format !== 'jsonl') assertNoPattern(file);
  const checked = await checkFile(file, {
    text: format !== 'parquet',
    signal: options.signal,
    onBytes: progress('check'),
  });
  progress('import')(0);
  return sessions.apart({ files: [file, resolve(file)] }, (session) =>
    importSource(session, {
      ...target,
      sha256: checked.sha256,
      source: () => sourceOf(checked, request),
      beforeCommit: () => checked.assertUnchanged(),
    }),
  );
}

function sourceOf(
  checked: CheckedFile,
  { format, mapping, options, strictLabels }: FileImport,
): Promise<StagingSource> | StagingSource {
  if (format === 'parquet') return stageParquet(checked, mapping);
  if (mapping.layout === 'wide' && format === 'csv') {
    return stageWideCsv(checked, { mapping, strictLabels, signal: options.signal });
  }
  return stageJsonl(checked, mapping, options.signal);
}

/** One pass over the bytes, which are hashed meanwhile; DuckDB does not see the file. */
async function importLongCsv(
  sessions: StoreSessions,
  request: FileImport & { readonly mapping: LongTable },
  target: Omit<ImportTarget, 'sha256' | 'source'>,
  progress: (phase: 'check' | 'import') => (count: number) => void,
): Promise<StoreImport> {
  const { file, options, mapping, strictLabels, modelKey, partBytes } = request;
  const { signal } = options;
  const inspected = await inspectFile(file);
  const { gzip, bytes } = inspected;
  const threads = scanningThreads(inspected, sessions.threads, partBytes);
  return sessions.run(async (session) => {
    // A file of this name is likely to be in: reading it alone is then enough, and faster.
    const sha256 = (await hasSource(session, file))
      ? (await checkFile(file, { text: false, signal, onBytes: progress('check') })).sha256
      : undefined;
    let hashing: HashingReader | undefined;
    const work = (): Promise<StoreImport> =>
      importSource(session, {
        ...target,
        sha256: sha256 ?? (() => (hashing as HashingReader).sha256),
        source: () => {
          if (sha256 === undefined) hashing = new HashingReader(file, threads === 0 && !gzip);
          return stageLongCsv(file, {
            mapping,
            strictLabels,
            modelKey,
            signal,
            gzip,
            bytes,
            threads,
            partBytes,
            startReading: () => progress('import'),
            chunks: gzip || threads > 0 ? undefined : hashing?.chunks(),
          });
        },
        beforeCommit: () => inspected.assertUnchanged(),
      });
    try {
      // All that an empty store does is to take rows: its other threads would wait, busily.
      return (await isEmptyStore(session)) ? await session.withOneThread(work) : await work();
    } finally {
      await hashing?.stop();
    }
  });
}

async function hasSource(session: StoreSession, file: string): Promise<boolean> {
  return (await session.count('SELECT count(*) FROM sources WHERE name = ?', [file])) > 0;
}
