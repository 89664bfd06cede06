import {
  EmbedLLMError,
  type EncodeOptions,
  type EncoderRecord,
  Matrix,
  type SerializableEncoder,
  type SerializedEncoder,
} from '@embedllm/core';
import { FEATURE_NAMES, questionFeatures } from './question-features.js';

/** Share of the vector's length that the features take; the trigrams have the rest. */
const FEATURE_WEIGHT = 0.4;
/** Texts between two looks at the signal. */
const CHUNK = 64;

/**
 * A custom encoder: character trigrams, hashed into buckets, next to features that are written by
 * hand. It implements `QuestionEncoder` and nothing else is needed; `serialize` makes it one whose
 * settings travel in the artifact.
 */
export class TrigramEncoder implements SerializableEncoder {
  readonly id = 'example-trigrams';
  readonly dimensions: number;
  /** Names whatever decides the vectors, with a version for the code itself. */
  readonly fingerprint: string;
  readonly #buckets: number;

  constructor(options: { readonly buckets?: number } = {}) {
    const { buckets = 384 } = options;
    if (!Number.isInteger(buckets) || buckets < 1 || buckets > 65_536) {
      throw new EmbedLLMError('`buckets` must be an integer from 1 to 65536.', {
        code: 'invalid-argument',
      });
    }
    this.#buckets = buckets;
    this.dimensions = buckets + FEATURE_NAMES.length;
    this.fingerprint = `${this.id}:v1:buckets=${buckets}`;
  }

  /** Rebuilds the encoder of an artifact. */
  static restore({ id, settings }: EncoderRecord): TrigramEncoder {
    const buckets = settings?.buckets;
    if (id !== 'example-trigrams' || typeof buckets !== 'number') {
      throw new EmbedLLMError(`The encoder ${id} is not made of trigrams.`, {
        code: 'encoder-mismatch',
      });
    }
    return new TrigramEncoder({ buckets });
  }

  async encode(texts: readonly string[], options: EncodeOptions = {}): Promise<Matrix> {
    const { signal, onProgress } = options;
    signal?.throwIfAborted();
    const result = new Matrix(texts.length, this.dimensions);
    for (const [row, text] of texts.entries()) {
      this.#encodeInto(result.row(row), text);
      const done = row + 1;
      if (done % CHUNK !== 0 && done !== texts.length) continue;
      onProgress?.({ phase: 'encode', done, total: texts.length, unit: 'texts' });
      // Timers and aborts get their turn.
      await new Promise<void>((resolve) => setTimeout(resolve, 0));
      signal?.throwIfAborted();
    }
    return result;
  }

  serialize(): SerializedEncoder {
    return { settings: { buckets: this.#buckets }, files: new Map() };
  }

  #encodeInto(target: Float32Array, text: string): void {
    const folded = ` ${text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ')} `;
    const trigrams = target.subarray(0, this.#buckets);
    for (let i = 0; i + 3 <= folded.length; i++) {
      const hash = hashTrigram(folded, i);
      const bucket = (hash >>> 1) % this.#buckets;
      trigrams[bucket] = (trigrams[bucket] as number) + (hash & 1 ? 1 : -1);
    }
    // Frequent trigrams would drown the others.
    trigrams.forEach((sum, i) => {
      trigrams[i] = Math.sign(sum) * Math.sqrt(Math.abs(sum));
    });
    scaleTo(trigrams, 1 - FEATURE_WEIGHT);
    const features = target.subarray(this.#buckets);
    features.set(questionFeatures(text));
    scaleTo(features, FEATURE_WEIGHT);
  }
}

/** FNV-1a over three UTF-16 code units, with a final mix of the bits. */
function hashTrigram(text: string, start: number): number {
  let hash = 0x811c9dc5;
  for (let i = start; i < start + 3; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** Scales a vector so that its squared length is `share`; zeros stay zeros. */
function scaleTo(vector: Float32Array, share: number): void {
  const square = vector.reduce((sum, value) => sum + value * value, 0);
  if (square === 0) return;
  const factor = Math.sqrt(share / square);
  vector.forEach((value, i) => {
    vector[i] = value * factor;
  });
}
