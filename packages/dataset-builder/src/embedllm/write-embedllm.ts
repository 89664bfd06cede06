import { readdir } from 'node:fs/promises';
import {
  EmbedLLMError,
  type EvaluationDataset,
  type Matrix,
  type Progress,
  type QuestionSplit,
  writeNpy,
} from '@embedllm/core';
import { formatRecord, inChunks } from '../csv/write-records.js';
import { errorCode, readError } from '../files/read-error.js';
import { type FileContent, writeAtomically } from '../files/write-atomically.js';
import { EMBEDDINGS_FILE, knownFileNames, tableFile } from '../folder/folder-files.js';
import { modelColumnsOf } from '../models/model-columns.js';
import { assertWritable } from './assert-writable.js';

/** Options of `writeEmbedLLM`. */
export interface WriteEmbedLLMOptions {
  /** Compress the tables, as `name.csv.gz`. @default false */
  readonly gzip?: boolean | undefined;
  /** Also write `splits.csv`; every question must be in exactly one part. @default none */
  readonly split?: QuestionSplit | undefined;
  /** Also write `embeddings.npy`; question embeddings, [Q, D]. @default none */
  readonly embeddings?: Matrix | undefined;
  /** Stops writing and leaves the directory as it was; the promise rejects with the reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called about every thousand records and after each table. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

const PROGRESS_ROWS = 1024;

/**
 * Writes a dataset as the CSV tables that `readEvaluationFolder` and `readEmbedLLM` read back as
 * the same dataset: `questions.csv`, `models.csv` and `responses.csv`, with a `model_id` that
 * counts the models from 0. Existing tables of these names are replaced, once all are complete.
 *
 * @returns the paths written.
 * @throws EmbedLLMError before anything is written: `invalid-argument` when the dataset cannot be
 * read back (an empty id, a NUL character, no label at all) or the directory holds another table
 * that would be read with these; `shape-mismatch` when its parts disagree. `io` when writing fails.
 *
 * @example
 * await writeEmbedLLM('data/pool', dataset, { gzip: true, split });
 * const same = await readEvaluationFolder('data/pool');
 */
export async function writeEmbedLLM(
  directory: string,
  dataset: EvaluationDataset,
  options: WriteEmbedLLMOptions = {},
): Promise<string[]> {
  const { gzip = false, split, embeddings, signal, onProgress } = options;
  signal?.throwIfAborted();
  assertWritable(dataset, { split, embeddings });
  const tables = [
    { name: tableFile('questions', gzip), ...questionRecords(dataset) },
    { name: tableFile('models', gzip), ...modelRecords(dataset) },
    { name: tableFile('responses', gzip), ...responseRecords(dataset) },
    ...(split ? [{ name: tableFile('splits', gzip), ...splitRecords(dataset, split) }] : []),
  ];
  const names = [...tables.map(({ name }) => name), ...(embeddings ? [EMBEDDINGS_FILE] : [])];
  await assertNothingElse(directory, names);
  const totalRows = tables.reduce((sum, { count }) => sum + count, 0);
  let rows = 0;
  function* watched(file: string, header: string, records: Iterable<string>): Generator<string> {
    yield header;
    for (const record of records) {
      yield record;
      if (++rows % PROGRESS_ROWS !== 0) continue;
      signal?.throwIfAborted();
      onProgress?.({ phase: 'write', done: rows, total: totalRows, unit: 'rows', detail: file });
    }
    signal?.throwIfAborted();
    onProgress?.({ phase: 'write', done: rows, total: totalRows, unit: 'rows', detail: file });
  }
  const files: FileContent[] = tables.map(({ name, header, records }) => ({
    name,
    chunks: inChunks(watched(name, formatRecord(header), records)),
    gzip,
  }));
  if (embeddings) files.push({ name: EMBEDDINGS_FILE, chunks: [writeNpy(embeddings)] });
  return writeAtomically(directory, files, signal);
}

interface Table {
  readonly header: readonly string[];
  readonly count: number;
  readonly records: Iterable<string>;
}

function questionRecords({ questions }: EvaluationDataset): Table {
  function* records(): Generator<string> {
    for (const { id, category, prompt } of questions) yield formatRecord([id, category, prompt]);
  }
  const header = ['prompt_id', 'category', 'prompt'];
  return { header, count: questions.length, records: records() };
}

function modelRecords({ models }: EvaluationDataset): Table {
  const columns = modelColumnsOf(models);
  const header = ['model_id', 'model_name', ...columns.map(({ name }) => name)];
  const records = models.map((model, index) =>
    formatRecord([String(index), model.name, ...columns.map(({ text }) => text(model))]),
  );
  return { header, count: models.length, records };
}

function responseRecords({ questions, models, correctness }: EvaluationDataset): Table {
  function* records(): Generator<string> {
    for (const [row, { id, category }] of questions.entries()) {
      for (const [column, { name }] of models.entries()) {
        const label = correctness.get(row, column);
        if (label !== undefined) {
          yield formatRecord([id, String(column), category, String(label), name]);
        }
      }
    }
  }
  const header = ['prompt_id', 'model_id', 'category', 'label', 'model_name'];
  return { header, count: correctness.countObserved(), records: records() };
}

function splitRecords({ questions }: EvaluationDataset, split: QuestionSplit): Table {
  const parts = new Array<string>(questions.length).fill('');
  for (const part of ['train', 'validation', 'test'] as const) {
    for (const index of split[part]) parts[index] = part === 'validation' ? 'val' : part;
  }
  const records = questions.map(({ id }, index) => formatRecord([id, parts[index] ?? '']));
  return { header: ['prompt_id', 'split'], count: questions.length, records };
}

/** A table left from before would be read together with the new ones. */
async function assertNothingElse(directory: string, names: readonly string[]): Promise<void> {
  let present: string[];
  try {
    present = await readdir(directory);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw readError(directory, error);
  }
  const others = knownFileNames().filter((name) => present.includes(name) && !names.includes(name));
  if (others.length > 0) {
    throw new EmbedLLMError(
      `${directory} contains ${others.join(', ')}, which would be read together with the new files. Remove them or choose another directory.`,
      { code: 'invalid-argument' },
    );
  }
}
