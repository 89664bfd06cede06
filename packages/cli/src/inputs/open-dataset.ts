import { stat } from 'node:fs/promises';
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
  readonly kind: 'folder' | 'store';
  /** The category of each question, length Q. */
  readonly categories: readonly string[];
  readonly split: QuestionSplit;
  /** Vectors of the questions, shape [Q, D], in the `embeddings.npy` of a folder. */
  readonly embeddings?: Matrix | undefined;
  /** Where the split is from, for reports. */
  readonly splitName: string;
}

/**
 * Reads the dataset of a command: a folder of tables or a store. Where it comes without a split,
 * the questions are split 80/10/10 within their categories, by the seed. Models without any label
 * are left out, with a warning.
 */
export async function openDataset(context: Context, options: DataOptions): Promise<OpenDataset> {
  const path = context.path(options.data);
  const kind = await kindOf(path);
  const { dataset: read, split: given } =
    kind === 'folder' ? await readFolder(context, path) : await readStore(context, path, options);
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
    context.warn(`Left out, without any label: ${unlabelled.join(', ')}.`);
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

async function kindOf(path: string): Promise<'folder' | 'store'> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'store';
  } catch (cause) {
    throw new DataError(
      'There is no such dataset. `embedllm build` makes one; `--data` says where it is.',
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
