import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  DataError,
  EmbedLLMError,
  type EvaluationDataset,
  type Matrix,
  type QuestionSplit,
  splitQuestions,
} from '@embedllm/core';
import { readEvaluationFolder } from '@embedllm/dataset-builder';
import { quantity } from '@embedllm/internals';
import type { Context } from '../program/context.js';
import type { DataOptions } from './data-options.js';
import { labelledModels } from './labelled-models.js';
import { warnOfColumns } from './price-list.js';

/** A dataset as commands use it. */
export interface OpenDataset extends EvaluationDataset {
  /** As the user gave it. */
  readonly path: string;
  readonly kind: 'folder' | 'store' | 'records';
  /** The category of each question, length Q. */
  readonly categories: readonly string[];
  readonly split: QuestionSplit;
  /** Vectors of the questions, shape [Q, D], in the `embeddings.npy` of a folder. */
  readonly embeddings?: Matrix | undefined;
  /** Where the split is from, for reports. */
  readonly splitName: string;
}

/**
 * Reads the dataset of a command: a folder of tables, a store, or a set of a cluster. Where it comes without a split,
 * the questions are split 80/10/10 within their categories, by the seed. Models without any label
 * are left out, with a warning.
 */
export async function openDataset(context: Context, options: DataOptions): Promise<OpenDataset> {
  const isRemote = /^s3:/i.test(options.data);
  const path = isRemote ? options.data : context.path(options.data);
  const kind = isRemote ? 'records' : await kindOf(path);
  const readAs = { folder: readFolder, store: readStore, records: readRecordSet };
  const { dataset: read, split: given } = await readAs[kind](context, path, options);
  const { dataset, unlabelled } = labelledModels(read);
  const categories = dataset.questions.map((question) => question.category);
  const split = given ?? splitAnew(path, categories, options.seed);
  const splitName = given
    ? 'split of the dataset'
    : `80/10/10 split by question, seed ${options.seed}`;
  context.note(
    `${path}: ${quantity(dataset.questions.length, 'question')}, ` +
      `${quantity(dataset.models.length, 'model')}, ` +
      `${quantity(dataset.correctness.countObserved(), 'label')}; ${splitName}`,
  );
  if (unlabelled.length > 0) {
    context.warn(`Left out, because they have no labels: ${unlabelled.join(', ')}.`);
  }
  return { ...dataset, path, kind, categories, split, splitName };
}

/** @throws EmbedLLMError `invalid-data` naming the dataset where there are too few questions. */
function splitAnew(path: string, categories: readonly string[], seed: number): QuestionSplit {
  try {
    return splitQuestions(categories, { seed });
  } catch (cause) {
    if (!(cause instanceof EmbedLLMError) || cause.code !== 'invalid-data') throw cause;
    throw new EmbedLLMError(
      `${path}: ${quantity(categories.length, 'question')} cannot be split into training, validation and test. Add questions.`,
      { code: cause.code, cause },
    );
  }
}

async function kindOf(path: string): Promise<OpenDataset['kind']> {
  try {
    if (!(await stat(path)).isDirectory()) return 'store';
    const isSet = await stat(join(path, 'records.json')).catch(() => undefined);
    return isSet ? 'records' : 'folder';
  } catch (cause) {
    throw new DataError(
      'No such dataset. Build one with `embedllm build`, or say where it is with `--data`.',
      { file: path, code: 'io', cause },
    );
  }
}

interface Source {
  readonly dataset: EvaluationDataset & Pick<OpenDataset, 'embeddings'>;
  readonly split: QuestionSplit | undefined;
}

async function readFolder(context: Context, path: string): Promise<Source> {
  const { progress, signal } = context;
  const task = progress.start('Reading');
  const { split, report, ...dataset } = await readEvaluationFolder(path, {
    signal,
    onProgress: task.onProgress,
  });
  task.end();
  warnOfColumns(context, `${path}/models.csv`, report.unknownModelColumns);
  return { dataset, split };
}

async function readStore(
  { signal }: Context,
  path: string,
  { threshold }: DataOptions,
): Promise<Source> {
  const { openEvaluationStore } = await import('@embedllm/dataset-builder/store');
  const store = await openEvaluationStore(path);
  try {
    signal.throwIfAborted();
    return { dataset: await store.toDataset({ threshold }), split: undefined };
  } finally {
    store.close();
  }
}

/** The bucket of EMBEDLLM_STORAGE is on the server that is named there. */
function withServer(address: string, storage: string | undefined): string {
  if (storage === undefined || !/^s3:/i.test(storage)) return address;
  const [url, known] = [new URL(address), new URL(storage)];
  if (url.hostname !== known.hostname) return address;
  for (const name of ['endpoint', 'region']) {
    const value = known.searchParams.get(name);
    if (value !== null && !url.searchParams.has(name)) url.searchParams.set(name, value);
  }
  return url.href;
}

/** A set that `build --cluster` wrote. */
async function readRecordSet(
  { signal, progress, io }: Context,
  path: string,
  { threshold }: DataOptions,
): Promise<Source> {
  const { readRecords } = await import('@embedllm/cluster');
  const { openObjectStore } = await import('@embedllm/cluster/storage');
  const storage = await openObjectStore(withServer(path, io.env.EMBEDLLM_STORAGE));
  const task = progress.start('Reading');
  try {
    const dataset = await readRecords({ storage, records: '', threshold, signal });
    return { dataset, split: undefined };
  } finally {
    task.end();
    await storage.close();
  }
}
