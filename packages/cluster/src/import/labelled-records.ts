import {
  CorrectnessMatrix,
  EmbedLLMError,
  Matrix,
  MISSING,
  readSafetensors,
  tensorToMatrix,
} from '@embedllm/core';
import { checkNumber, isJsonObject } from '@embedllm/internals';
import type { LabelledSet } from '@embedllm/trainer';
import type { VectorManifest } from '../encode/encode-texts.js';
import type { ObjectStore } from '../storage/object-store.js';
import { readParquetNumbers } from '../storage/parquet-object.js';
import { readRecordSet } from './record-set.js';
import { labelOf } from './score-label.js';

/** What `labelledRecords` takes. */
export interface LabelledRecordsOptions {
  readonly storage: ObjectStore;
  /** Prefix of a set that `Cluster.importRecords` wrote, such as `pool/`. */
  readonly records: string;
  /** Prefix of the vectors of its questions: `encode` with `texts: 'pool/questions/'`. */
  readonly vectors: string;
  /**
   * The lowest score that counts as correct, above 0 and at most 1.
   *
   * @default scores must be exactly 0 or 1
   */
  readonly threshold?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The parts of a set of records with the vectors of their questions, one after another, so that no more
 * than one is in memory: the `parts` of `writeTrainingSet`.
 *
 * @throws EmbedLLMError `invalid-argument` where a part has no vectors, or graded scores without
 * threshold.
 */
export async function* labelledRecords(
  options: LabelledRecordsOptions,
): AsyncGenerator<LabelledSet> {
  const { storage, records, vectors, threshold, signal } = options;
  checkNumber('threshold', threshold, { above: 0, max: 1, optional: true });
  const set = await readRecordSet(storage, records, signal);
  const manifest = await readVectorManifest(storage, vectors, signal);
  const models = set.models.map(({ name }) => name);
  for (const part of set.parts) {
    const embeddings = await vectorsOf(storage, manifest, records + part.questions, signal);
    if (embeddings.rows !== part.questionCount) {
      throw new EmbedLLMError(
        `${vectors} in ${storage.address} has ${embeddings.rows} vectors of the ${part.questionCount} questions in ${records}${part.questions}. Encode the objects at ${records}questions/.`,
        { code: 'invalid-argument' },
      );
    }
    const { question_id, model_id, score } = await readParquetNumbers(
      storage,
      records + part.responses,
      {
        ...{ columns: ['question_id', 'model_id', 'score'], rows: part.responseCount, signal },
      },
    );
    const labels = new Uint8Array(part.questionCount * models.length).fill(MISSING);
    for (let row = 0; row < part.responseCount; row++) {
      const question = (question_id[row] ?? 0) - part.firstQuestion;
      labels[question * models.length + (model_id[row] ?? 0)] = labelOf(score[row] ?? 0, threshold);
    }
    const questions = Array.from({ length: part.questionCount }, (_, index) =>
      String(part.firstQuestion + index),
    );
    yield { embeddings, correctness: new CorrectnessMatrix({ questions, models, labels }) };
  }
}

async function readVectorManifest(
  storage: ObjectStore,
  prefix: string,
  signal: AbortSignal | undefined,
): Promise<VectorManifest> {
  const key = `${prefix}manifest.json`;
  const found: unknown = JSON.parse(Buffer.from(await storage.get(key, { signal })).toString());
  if (isJsonObject(found) && Array.isArray(found.parts)) return found as unknown as VectorManifest;
  throw new EmbedLLMError(`${key} in ${storage.address} does not list vectors.`, {
    code: 'invalid-data',
  });
}

/** The vectors of the questions of an object, in their order. */
async function vectorsOf(
  storage: ObjectStore,
  { parts, dimensions }: VectorManifest,
  questions: string,
  signal: AbortSignal | undefined,
): Promise<Matrix> {
  const pieces: Matrix[] = [];
  for (const { key, source } of parts) {
    if (source.key !== questions) continue;
    const { tensors } = readSafetensors(await storage.get(key, { signal }), { file: key });
    const tensor = tensors.get('embeddings');
    if (tensor) pieces.push(tensorToMatrix(tensor, { file: key, name: 'embeddings' }));
  }
  const rows = pieces.reduce((sum, piece) => sum + piece.rows, 0);
  const vectors = new Matrix(rows, dimensions);
  let row = 0;
  for (const piece of pieces) {
    vectors.data.set(piece.data, row * dimensions);
    row += piece.rows;
  }
  return vectors;
}
