import {
  EmbedLLMError,
  type EncodeOptions,
  Matrix,
  type QuestionEncoder,
  type SerializableEncoder,
} from '@embedllm/core';
import { checkInteger } from '@embedllm/internals';
import { isSerializable } from '../record/encoder-record.js';
import { checkTexts } from '../text/check-texts.js';
import type { EmbeddingStore } from './embedding-store.js';
import { textKeys } from './text-keys.js';

/** Options of `withCache`. */
export interface CacheOptions {
  /**
   * Texts encoded between two writes to the store, 1 to 1,000,000: as many are lost at most when
   * the process is killed.
   *
   * @default 256
   */
  readonly batchSize?: number | undefined;
}

/**
 * Wraps an encoder so that it encodes every text once: vectors are looked up in the store, and new
 * ones are written to it batch by batch, so an interrupted run resumes where it stopped. Texts that
 * repeat in a call are encoded once, and new texts come longest first, which lets encoders batch
 * texts of like length.
 *
 * The result has the id, dimensions, fingerprint and `serialize` of the encoder, and stands in for
 * it everywhere. Keys cover the fingerprint (the id where there is none), so it must change
 * whenever the vectors would: pin the revision of a hub model.
 *
 * @throws EmbedLLMError `invalid-argument` when `batchSize` is out of range. `encode` throws
 * what the encoder and the store throw, and `shape-mismatch` or `not-finite` when one of them gives
 * vectors of another length or with NaN; such vectors are never stored.
 *
 * @example
 * ```ts
 * const store = await openDiskCache('./cache');
 * const cached = withCache(encoder, store);
 * const vectors = await cached.encode(questions);
 * await store.close();
 * ```
 */
export function withCache(
  encoder: SerializableEncoder,
  store: EmbeddingStore,
  options?: CacheOptions,
): SerializableEncoder;
export function withCache(
  encoder: QuestionEncoder,
  store: EmbeddingStore,
  options?: CacheOptions,
): QuestionEncoder;
export function withCache(
  encoder: QuestionEncoder,
  store: EmbeddingStore,
  options: CacheOptions = {},
): QuestionEncoder {
  const batchSize = checkInteger('batchSize', options.batchSize ?? 256, { min: 1, max: 1_000_000 });
  const { id, dimensions, fingerprint } = encoder;
  return {
    id,
    dimensions,
    ...(fingerprint !== undefined && { fingerprint }),
    ...(isSerializable(encoder) && { serialize: () => encoder.serialize() }),
    ...(encoder.coverage && { coverage: encoder.coverage.bind(encoder) }),
    encode: (texts: readonly string[], encodeOptions: EncodeOptions = {}) =>
      encodeThroughCache({ encoder, store, batchSize, texts, ...encodeOptions }),
  };
}

interface CachedCall extends EncodeOptions {
  readonly encoder: QuestionEncoder;
  readonly store: EmbeddingStore;
  readonly batchSize: number;
  readonly texts: readonly string[];
}

async function encodeThroughCache(call: CachedCall): Promise<Matrix> {
  const { encoder, store, batchSize, texts, signal, onProgress } = call;
  checkTexts(texts);
  signal?.throwIfAborted();
  const result = new Matrix(texts.length, encoder.dimensions);
  const rowsOf = new Map<string, number[]>();
  texts.forEach((text, row) => {
    const rows = rowsOf.get(text);
    if (rows) rows.push(row);
    else rowsOf.set(text, [row]);
  });
  const distinct = [...rowsOf.keys()];
  const keys = await textKeys(encoder.fingerprint ?? encoder.id, distinct, signal);
  const found = await store.get(keys);
  signal?.throwIfAborted();

  let done = 0;
  const fill = (text: string, vector: Float32Array): void => {
    for (const row of rowsOf.get(text) ?? []) {
      result.row(row).set(vector);
      done++;
    }
  };
  const missing: { text: string; key: string }[] = [];
  distinct.forEach((text, index) => {
    const key = keys[index] as string;
    const vector = found.get(key);
    if (vector) fill(text, checkVector(vector, encoder.dimensions, 'cache'));
    else missing.push({ text, key });
  });
  if (done > 0) onProgress?.({ phase: 'encode', done, total: texts.length, unit: 'texts' });

  missing.sort((a, b) => b.text.length - a.text.length);
  for (let start = 0; start < missing.length; start += batchSize) {
    signal?.throwIfAborted();
    const batch = missing.slice(start, start + batchSize);
    const vectors = await encodeBatch(call, batch, done);
    const entries = new Map<string, Float32Array>();
    batch.forEach(({ text, key }, row) => {
      const vector = checkVector(vectors.row(row), encoder.dimensions, 'encoder');
      entries.set(key, vector);
      fill(text, vector);
    });
    // What is encoded is kept, even when an abort has come meanwhile.
    await store.set(entries);
    onProgress?.({ phase: 'encode', done, total: texts.length, unit: 'texts' });
  }
  signal?.throwIfAborted();
  return result;
}

async function encodeBatch(
  { encoder, texts, signal, onProgress }: CachedCall,
  batch: readonly { text: string }[],
  doneBefore: number,
): Promise<Matrix> {
  const vectors = await encoder.encode(
    batch.map(({ text }) => text),
    {
      ...(signal && { signal }),
      ...(onProgress && {
        onProgress: ({ done }) => {
          // The whole batch is reported once it is in the store.
          if (done < batch.length)
            onProgress({
              phase: 'encode',
              done: doneBefore + done,
              total: texts.length,
              unit: 'texts',
            });
        },
      }),
    },
  );
  if (vectors.rows !== batch.length || vectors.cols !== encoder.dimensions) {
    throw new EmbedLLMError(
      `The encoder ${encoder.id} returned vectors of shape [${vectors.rows}, ${vectors.cols}], but [${batch.length}, ${encoder.dimensions}] was expected.`,
      { code: 'shape-mismatch' },
    );
  }
  return vectors;
}

function checkVector(
  vector: Float32Array,
  dimensions: number,
  source: 'cache' | 'encoder',
): Float32Array {
  if (vector.length !== dimensions) {
    throw new EmbedLLMError(
      `The ${source} returned a vector of ${vector.length} dimensions, but ${dimensions} were expected. An encoder's fingerprint must change with its dimensions.`,
      { code: 'shape-mismatch' },
    );
  }
  if (!vector.every(Number.isFinite)) {
    throw new EmbedLLMError(`The ${source} returned a vector that is not finite.`, {
      code: 'not-finite',
    });
  }
  return vector;
}
