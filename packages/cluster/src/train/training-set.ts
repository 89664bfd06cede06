import { createHash } from 'node:crypto';
import {
  CorrectnessMatrix,
  DataError,
  EmbedLLMError,
  matrixToTensor,
  readSafetensors,
  tensorToMatrix,
  writeSafetensors,
} from '@embedllm/core';
import { checkInteger } from '@embedllm/internals';
import type { LabelledSet } from '@embedllm/trainer';
import type { ObjectStore } from '../storage/object-store.js';
import { readJson, writeJson } from '../storage/read-json.js';

/** A part of a training set in storage. */
export interface TrainingPart {
  /** Key of a safetensors object with `embeddings` [q, D] and `labels` [q, M], 255 where missing. */
  readonly key: string;
  readonly questions: number;
  /** Length of the object. */
  readonly bytes: number;
}

/** What `writeTrainingSet` keeps as `set.json` next to the parts. */
export interface TrainingSet {
  /** Names of the models, M. */
  readonly models: readonly string[];
  /** D. */
  readonly dimensions: number;
  /** Observed labels of each model, all parts together. */
  readonly labelCounts: readonly number[];
  /** SHA-256 of the parts, in hexadecimal. */
  readonly fingerprint: string;
  /** In the order in which their sums are added. */
  readonly parts: readonly TrainingPart[];
}

/** What `writeTrainingSet` takes. */
export interface WriteTrainingSetOptions {
  readonly storage: ObjectStore;
  /** Of the keys of the parts, such as `train/`. */
  readonly prefix: string;
  /** One after another, so that no more than one need be in memory; `partsOf` cuts a set. */
  readonly parts: Iterable<LabelledSet> | AsyncIterable<LabelledSet>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes a training set to storage, in the parts that workers will hold.
 *
 * @throws EmbedLLMError `shape-mismatch` naming the part that does not fit the first,
 * `invalid-argument` without a part.
 */
export async function writeTrainingSet(options: WriteTrainingSetOptions): Promise<TrainingSet> {
  const { storage, prefix, signal } = options;
  const parts: TrainingPart[] = [];
  const hash = createHash('sha256');
  let first: { models: readonly string[]; dimensions: number } | undefined;
  let labelCounts: number[] = [];
  for await (const { embeddings, correctness } of options.parts) {
    const { models, questionCount } = correctness;
    first ??= { models, dimensions: embeddings.cols };
    const index = parts.length;
    const isFit =
      embeddings.rows === questionCount &&
      embeddings.cols === first.dimensions &&
      models.join('\n') === first.models.join('\n');
    if (!isFit) {
      throw new EmbedLLMError(
        `Part ${index} of the training set has ${embeddings.rows} vectors of length ${embeddings.cols} and labels of ${questionCount} questions and ${models.length} models, but needs a vector of length ${first.dimensions} per question and the ${first.models.length} models of the first part.`,
        { code: 'shape-mismatch' },
      );
    }
    if (index === 0) labelCounts = models.map(() => 0);
    correctness.forEachLabel((_, model) => {
      labelCounts[model] = (labelCounts[model] ?? 0) + 1;
    });
    const labels = correctness.tile(0, questionCount);
    const bytes = writeSafetensors([
      ['embeddings', matrixToTensor(embeddings)],
      ['labels', { dtype: 'U8', shape: [questionCount, models.length], data: labels }],
    ]);
    hash.update(createHash('sha256').update(bytes).digest());
    const key = `${prefix}part-${String(index).padStart(6, '0')}.safetensors`;
    await storage.put(key, bytes, { signal });
    parts.push({ key, questions: questionCount, bytes: bytes.length });
  }
  if (!first) {
    throw new EmbedLLMError('The training set has no parts.', { code: 'invalid-argument' });
  }
  const set = { ...first, labelCounts, fingerprint: `sha256:${hash.digest('hex')}`, parts };
  await writeJson(storage, `${prefix}set.json`, set, signal);
  return set;
}

/**
 * Cuts a set into parts of equal size, in the order of its questions.
 *
 * @param count - From 1 to the number of questions.
 */
export function* partsOf(set: LabelledSet, count: number): Generator<LabelledSet> {
  const { embeddings, correctness } = set;
  const { rows } = embeddings;
  checkInteger('count', count, { min: 1, max: Math.max(1, rows) });
  for (let index = 0; index < count; index++) {
    const start = Math.floor((rows * index) / count);
    const end = Math.floor((rows * (index + 1)) / count);
    const questions = Array.from({ length: end - start }, (_, offset) => start + offset);
    yield {
      embeddings: embeddings.selectRows(questions),
      correctness: correctness.selectQuestions(questions),
    };
  }
}

/** @throws DataError when the set is another object. */
export async function readTrainingSet(
  storage: ObjectStore,
  prefix: string,
  signal?: AbortSignal,
): Promise<TrainingSet> {
  const lists = ['parts', 'models'];
  return readJson(storage, `${prefix}set.json`, { what: 'a training set', lists, signal });
}

/**
 * Reads a part.
 *
 * @throws DataError naming the object and the tensor.
 */
export async function readTrainingPart(
  storage: ObjectStore,
  key: string,
  models: readonly string[],
  signal?: AbortSignal,
): Promise<LabelledSet> {
  const { tensors } = readSafetensors(await storage.get(key, { signal }), { file: key });
  const vectors = tensors.get('embeddings');
  const labels = tensors.get('labels');
  if (!vectors) throw new DataError('The vectors are missing.', { file: key, field: 'embeddings' });
  const embeddings = tensorToMatrix(vectors, { file: key, name: 'embeddings' });
  const isFit = labels?.dtype === 'U8' && labels.data.length === embeddings.rows * models.length;
  if (!isFit) {
    throw new DataError(
      `Must have a label for each of ${embeddings.rows} questions and ${models.length} models.`,
      { file: key, field: 'labels' },
    );
  }
  const questions = Array.from({ length: embeddings.rows }, (_, row) => String(row));
  return {
    embeddings,
    correctness: new CorrectnessMatrix({ questions, models, labels: labels.data }),
  };
}
