import {
  CorrectnessMatrix,
  EmbedLLMError,
  Matrix,
  MISSING,
  readSafetensors,
  tensorToMatrix,
} from '@embedllm/core';
import { checkNumber } from '@embedllm/internals';
import type { LabelledSet } from '@embedllm/trainer';
import type { VectorManifest } from '../encode/encode-texts.js';
import type { ObjectStore } from '../storage/object-store.js';
import { readJson } from '../storage/read-json.js';
import { readResponses } from './read-responses.js';
import { readRecordSet } from './record-set.js';

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
  const manifest = await readJson<VectorManifest>(storage, `${vectors}manifest.json`, {
    ...{ what: 'a list of vectors', lists: ['parts'], signal },
  });
  const models = set.models.map(({ name }) => name);
  for (const part of set.parts) {
    const embeddings = await vectorsOf(storage, manifest, records + part.questions, signal);
    if (embeddings.rows !== part.questionCount) {
      throw new EmbedLLMError(
        `${vectors} in ${storage.address} has ${embeddings.rows} vectors for the ${part.questionCount} questions in ${records}${part.questions}. Encode the objects at ${records}questions/.`,
        { code: 'invalid-argument' },
      );
    }
    const read = await readResponses(storage, { records, part, threshold, signal });
    const labels = new Uint8Array(part.questionCount * models.length).fill(MISSING);
    for (let row = 0; row < part.responseCount; row++) {
      labels[read.questions[row]! * models.length + read.models[row]!] = read.labels[row]!;
    }
    const questions = Array.from({ length: part.questionCount }, (_, index) =>
      String(part.firstQuestion + index),
    );
    yield { embeddings, correctness: new CorrectnessMatrix({ questions, models, labels }) };
  }
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
