import { resolve } from 'node:path';
import { checkInteger } from '@embedllm/internals';
import { HashingReader } from '../files/hashing-reader.js';
import { sizeOfFile } from '../files/read-bytes.js';
import { collectTables } from '../tables/collect-tables.js';
import { sniffSyntax } from '../tables/sniff-syntax.js';
import type { TableColumns } from '../tables/table-options.js';
import { assertNoPattern, checkFile, inspectFile } from './check-file.js';
import { isEmptyStore } from './coded-source.js';
import type { ImportTableOptions } from './import-options.js';
import { type ImportTarget, importSource, type StoreImport } from './import-source.js';
import { scanningThreads, stageLongCsv } from './stage-long-csv.js';
import { stageParquet } from './stage-parquet.js';
import type { StoreSession } from './store-session.js';
import type { StoreSessions } from './store-sessions.js';
import type { LongTable, TableMapping } from './table-mapping.js';
import { tablesTarget } from './tables-target.js';

/** A file to import, and how. */
export interface FileImport extends Pick<ImportTarget, 'described' | 'onlyKnownQuestions'> {
  readonly file: string;
  readonly format: string;
  readonly mapping: TableMapping;
  readonly options: ImportTableOptions;
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
  checkInteger('maxRecordBytes', options.maxRecordBytes, { min: 1, optional: true });
  const totalBytes = await sizeOfFile(file);
  const progress = (phase: 'check' | 'import'): ((count: number) => void) => {
    let bytes = 0;
    return (count) => {
      bytes += count;
      options.onProgress?.({ phase, done: bytes, total: totalBytes, unit: 'bytes', detail: file });
    };
  };
  const target = {
    ...rest,
    name: named(file, options),
    format,
    settings: JSON.stringify([mapping, options.defaultCategory ?? null]),
    defaultCategory: options.defaultCategory,
    signal: options.signal,
    onConflict: options.onConflict ?? 'refuse',
  };
  if (mapping.layout !== 'wide' && (await isPlainLong(file, format, mapping))) {
    return importLongCsv(sessions, { ...request, mapping }, target, progress);
  }
  if (format !== 'parquet') {
    const { scores } = await collectTables(file, {
      ...columnsOf(mapping),
      guess: false,
      maxRecordBytes: options.maxRecordBytes,
      signal: options.signal,
      onProgress: (progress) => options.onProgress?.({ ...progress, phase: 'import' }),
    });
    return sessions.run((session) =>
      importSource(session, tablesTarget(scores, named(file, options), options)),
    );
  }
  assertNoPattern(file);
  const checked = await checkFile(file, {
    text: false,
    signal: options.signal,
    onBytes: progress('check'),
  });
  progress('import')(0);
  return sessions.apart({ files: [file, resolve(file)] }, (session) =>
    importSource(session, {
      ...target,
      sha256: checked.sha256,
      source: () => stageParquet(checked, mapping),
      beforeCommit: () => checked.assertUnchanged(),
    }),
  );
}

/** What a file is called in messages and in `sources`. */
function named(file: string, { nameOf }: ImportTableOptions): string {
  return nameOf?.(file) ?? file;
}

function columnsOf(mapping: TableMapping): TableColumns {
  return {
    questionColumn: mapping.question,
    promptColumn: mapping.prompt,
    categoryColumn: mapping.category,
    ...(mapping.layout === 'wide'
      ? { modelColumns: mapping.models }
      : { modelColumn: mapping.model, scoreColumn: mapping.score }),
  };
}

/** Whether a long table is CSV with commas, which is read in parallel. */
async function isPlainLong(file: string, format: string, mapping: LongTable): Promise<boolean> {
  if (format === 'embedllm-csv') return true;
  if (format !== 'csv' || mapping.prompt === mapping.question) return false;
  const syntax = await sniffSyntax(file, {});
  return syntax.format === 'csv' && syntax.separator === ',' && syntax.skippedLines === 0;
}

/** One pass over the bytes, which are hashed meanwhile; DuckDB does not see the file. */
async function importLongCsv(
  sessions: StoreSessions,
  request: FileImport & { readonly mapping: LongTable },
  target: Omit<ImportTarget, 'sha256' | 'source'>,
  progress: (phase: 'check' | 'import') => (count: number) => void,
): Promise<StoreImport> {
  const { file, options, mapping, modelKey, partBytes } = request;
  const { signal } = options;
  const inspected = await inspectFile(file);
  const { gzip, bytes } = inspected;
  const threads = scanningThreads(inspected, sessions.threads, partBytes);
  return sessions.run(async (session) => {
    // A file of this name is likely to be in: reading it alone is then enough, and faster.
    const sha256 = (await hasSource(session, named(file, options)))
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
            modelKey,
            maxRecordBytes: options.maxRecordBytes,
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
