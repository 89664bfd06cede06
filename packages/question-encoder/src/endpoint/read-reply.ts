import { DataError } from '@embedllm/core';
import { isJsonObject } from '@embedllm/internals';

/** What a reply must agree with. */
export interface ExpectedReply {
  /** Where it came from, for error messages. */
  readonly source: string;
  /** Number of texts that were sent. */
  readonly count: number;
  /** Length of each vector; undefined until it is known. */
  readonly dimensions: number | undefined;
}

/**
 * Reads the reply of an embeddings endpoint, whose items may come in any order. Vectors are lists
 * of numbers or base64 of little-endian 32-bit floats.
 *
 * @returns the vectors in the order of the texts, all finite and of one length.
 * @throws DataError `invalid-data` naming what is wrong; `shape-mismatch` on vectors of another
 * length; `not-finite` on values that are not finite 32-bit floats.
 */
export function readReply(text: string, expected: ExpectedReply): Float32Array[] {
  const { source, count } = expected;
  const refuse = (message: string, field?: string): DataError =>
    new DataError(message, { file: source, field });
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (cause) {
    throw new DataError('The reply is not valid JSON.', { file: source, cause });
  }
  const data = ownValue(body, 'data');
  if (!Array.isArray(data)) throw refuse('The reply has no list of vectors.', 'data');
  if (data.length !== count) {
    throw refuse(`The reply has ${data.length} vectors for ${count} texts.`, 'data');
  }
  const vectors = new Array<Float32Array | undefined>(count).fill(undefined);
  let dimensions = expected.dimensions;
  data.forEach((item: unknown, place) => {
    const field = `data[${place}]`;
    const index = ownValue(item, 'index');
    if (typeof index !== 'number' || !Number.isInteger(index) || index < 0 || index >= count) {
      throw refuse(`Must be an integer from 0 to ${count - 1}.`, `${field}.index`);
    }
    if (vectors[index]) throw refuse(`The index ${index} occurs twice.`, `${field}.index`);
    const vector = readVector(ownValue(item, 'embedding'), source, `${field}.embedding`);
    dimensions ??= vector.length;
    if (vector.length !== dimensions || dimensions === 0) {
      throw new DataError(
        `The vector has ${vector.length} dimensions, but ${dimensions || 'at least one'} ${dimensions ? 'were' : 'was'} expected.`,
        { file: source, field: `${field}.embedding`, code: 'shape-mismatch' },
      );
    }
    vectors[index] = vector;
  });
  // As many items as texts, no index twice: every place is filled.
  return vectors.filter((vector) => vector !== undefined);
}

function readVector(value: unknown, source: string, field: string): Float32Array {
  const vector = Array.isArray(value)
    ? readNumbers(value)
    : typeof value === 'string'
      ? readBase64(value)
      : undefined;
  if (!vector) {
    throw new DataError('Must be a list of numbers, or base64 of 32-bit floats.', {
      file: source,
      field,
    });
  }
  const wrong = vector.findIndex((number) => !Number.isFinite(number));
  if (wrong >= 0) {
    throw new DataError(`Value ${wrong} is not a finite 32-bit float.`, {
      file: source,
      field,
      code: 'not-finite',
    });
  }
  return vector;
}

function readNumbers(values: readonly unknown[]): Float32Array | undefined {
  const vector = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (typeof value !== 'number') return undefined;
    vector[i] = value;
  }
  return vector;
}

function readBase64(text: string): Float32Array | undefined {
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    return undefined;
  }
  if (binary.length % 4 !== 0) return undefined;
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
}

/** A field of an object, never of its prototype. */
export function ownValue(value: unknown, field: string): unknown {
  return isJsonObject(value) && Object.hasOwn(value, field) ? value[field] : undefined;
}
