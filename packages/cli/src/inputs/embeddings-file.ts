import { createHash } from 'node:crypto';
import {
  DataError,
  type EncoderRecord,
  type Matrix,
  matrixToTensor,
  type Question,
  readSafetensors,
  type Tensor,
  tensorToMatrix,
  writeSafetensors,
} from '@embedllm/core';
import { isJsonObject } from '@embedllm/internals';
import { replaceFile } from '../output/replace-file.js';
import { readInput } from './read-input.js';

const FORMAT = 'embedllm-embeddings-1';
const ENCODER_PREFIX = 'encoder/';

/** Vectors of a dataset's questions, and the encoder that they are from. */
export interface QuestionEmbeddings {
  /** Shape [Q, D], row i for question i. */
  readonly embeddings: Matrix;
  readonly encoder: EncoderRecord;
}

/**
 * Identifies questions by their ids and texts, in order.
 *
 * @returns SHA-256 in hexadecimal.
 */
function fingerprintQuestions(questions: readonly Question[]): string {
  const hash = createHash('sha256');
  for (const { id, prompt } of questions) hash.update(`${JSON.stringify([id, prompt])}\n`);
  return hash.digest('hex');
}

/**
 * Writes a safetensors file that holds the vectors (`embeddings`), the fitted parameters of the
 * encoder (`encoder/...`), what it is, and which questions it is of. An existing file is replaced
 * in one step.
 *
 * @throws EmbedLLMError `io`.
 */
export async function writeEmbeddingsFile(
  path: string,
  { embeddings, encoder }: QuestionEmbeddings,
  questions: readonly Question[],
): Promise<void> {
  const { files, ...record } = encoder;
  const tensors: [string, Tensor][] = [['embeddings', matrixToTensor(embeddings)]];
  for (const [name, bytes] of files ?? []) {
    tensors.push([ENCODER_PREFIX + name, { dtype: 'U8', shape: [bytes.length], data: bytes }]);
  }
  const bytes = writeSafetensors(tensors, {
    format: FORMAT,
    encoder: JSON.stringify(record),
    questions: fingerprintQuestions(questions),
  });
  await replaceFile(path, bytes);
}

/**
 * Reads what `writeEmbeddingsFile` wrote, and checks that it is of these questions.
 *
 * @throws DataError `io` when it cannot be read, `invalid-data` when it is another file, damaged,
 * or of other questions.
 */
export async function readEmbeddingsFile(
  path: string,
  questions: readonly Question[],
  signal: AbortSignal,
): Promise<QuestionEmbeddings> {
  const { tensors, metadata } = readSafetensors(await readInput(path, signal), { file: path });
  if (metadata.format !== FORMAT) {
    throw new DataError('This file was not written by `embedllm encode`.', { file: path });
  }
  if (metadata.questions !== fingerprintQuestions(questions)) {
    throw new DataError(
      'The vectors belong to other questions than those of the dataset: run `embedllm encode` again.',
      { file: path },
    );
  }
  const tensor = tensors.get('embeddings');
  if (!tensor) throw new DataError('The vectors are missing.', { file: path, field: 'embeddings' });
  const embeddings = tensorToMatrix(tensor, { file: path, name: 'embeddings' });
  const files = new Map<string, Uint8Array>();
  for (const [name, { dtype, data }] of tensors) {
    if (name.startsWith(ENCODER_PREFIX) && dtype === 'U8') {
      files.set(name.slice(ENCODER_PREFIX.length), data);
    }
  }
  const encoder = parseRecord(metadata.encoder ?? '', path);
  if (embeddings.rows !== questions.length || embeddings.cols !== encoder.dimensions) {
    throw new DataError(
      `It has ${embeddings.rows} vectors of length ${embeddings.cols} instead of ${questions.length} of length ${encoder.dimensions}.`,
      { file: path, field: 'embeddings' },
    );
  }
  return { embeddings, encoder: files.size > 0 ? { ...encoder, files } : encoder };
}

function parseRecord(text: string, file: string): EncoderRecord {
  const refuse = (cause?: unknown): DataError =>
    new DataError('The description of the encoder is damaged.', { file, field: 'encoder', cause });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw refuse(cause);
  }
  if (!isJsonObject(value)) throw refuse();
  const { id, fingerprint, dimensions, settings } = value;
  if (typeof id !== 'string' || typeof fingerprint !== 'string') throw refuse();
  if (typeof dimensions !== 'number' || (settings !== undefined && !isJsonObject(settings))) {
    throw refuse();
  }
  return { id, fingerprint, dimensions, settings };
}
