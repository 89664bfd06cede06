import {
  type EncodeOptions,
  Matrix,
  type SerializableEncoder,
  type SerializedEncoder,
} from '@embedllm/core';
import { encodeEach } from '../schedule/encode-each.js';
import { murmurHash } from '../text/murmur-hash.js';
import { tokenize } from '../text/tokenize.js';
import {
  checkHashingSettings,
  HASHING_ID,
  type HashingSettings,
  hashingFingerprint,
  serializeHashing,
} from './hashing-settings.js';
import { naturalLogarithm } from './natural-logarithm.js';

/** Options of `createHashingEncoder`. */
export interface HashingEncoderOptions {
  /** Length D of the vectors, 1 to 65,536; more keep more terms apart. @default 1024 */
  readonly dimensions?: number | undefined;
  /** Most words in a term, 1 to 5. @default 2 */
  readonly ngrams?: number | undefined;
  /** Seed of the hash, a 32-bit unsigned integer. @default 0 */
  readonly seed?: number | undefined;
}

/**
 * Feature hashing (Weinberger et al., 2009): each term of a text adds its weight, with a sign, to
 * one of D components that its hash chooses. Nothing is fitted and nothing is downloaded.
 *
 * Made by `createHashingEncoder` and `restoreHashingEncoder`; immutable.
 */
export interface HashingEncoder extends SerializableEncoder {
  readonly id: 'hashing';
  /** Spells out the settings: equal fingerprints give equal vectors. */
  readonly fingerprint: string;
  readonly settings: HashingSettings;
  /**
   * Encodes texts, at one hash for each distinct term of a text and 3 x dimensions FLOPs a text.
   *
   * @returns shape [texts.length, dimensions], rows of unit length. A text without any token
   * gives a row of zeros.
   * @throws EmbedLLMError `invalid-argument` when a text is not a string; the signal's reason
   * after an abort.
   */
  encode(texts: readonly string[], options?: EncodeOptions): Promise<Matrix>;
}

/**
 * Makes an encoder that hashes the words, numbers, symbols and n-grams of a text (the terms of
 * `fitLsaEncoder`) into a vector, with weights 1 + ln(frequency), scaled to unit length.
 *
 * The vectors are the same bit for bit on every platform whose Unicode tables agree on the text.
 * Every term weighs the same however common it is: where training questions are at hand,
 * `fitLsaEncoder` predicts better from fewer dimensions.
 *
 * @throws EmbedLLMError `invalid-argument` on an option out of range.
 *
 * @example
 * ```ts
 * const encoder = createHashingEncoder({ dimensions: 512 });
 * const vectors = await encoder.encode(['What is 2 + 2?']); // [1, 512]
 * ```
 */
export function createHashingEncoder(options: HashingEncoderOptions = {}): HashingEncoder {
  const { dimensions = 1024, ngrams = 2, seed = 0 } = options;
  return new FeatureHasher(checkHashingSettings({ dimensions, ngrams, seed }));
}

class FeatureHasher implements HashingEncoder {
  readonly id = HASHING_ID;
  readonly dimensions: number;
  readonly fingerprint: string;
  readonly settings: HashingSettings;

  constructor(settings: HashingSettings) {
    this.settings = settings;
    this.dimensions = settings.dimensions;
    this.fingerprint = hashingFingerprint(settings);
  }

  async encode(texts: readonly string[], options: EncodeOptions = {}): Promise<Matrix> {
    const sum = new Float64Array(this.dimensions);
    return await encodeEach(
      texts,
      options,
      () => new Matrix(texts.length, this.dimensions),
      (result, text, row) => this.#encodeInto(result.row(row), text, sum),
    );
  }

  serialize(): SerializedEncoder {
    return serializeHashing(this.settings);
  }

  #encodeInto(target: Float32Array, text: string, sum: Float64Array): void {
    const { dimensions, ngrams, seed } = this.settings;
    sum.fill(0);
    for (const [term, count] of countTerms(tokenize(text), ngrams)) {
      const hash = murmurHash(term, seed);
      // The lower 31 bits choose the component, the highest one the sign: in expectation over
      // hashes, terms that share a component then leave inner products as they were.
      const component = (hash & 0x7fffffff) % dimensions;
      const weight = 1 + naturalLogarithm(count);
      sum[component] = sum[component]! + (hash >>> 31 === 0 ? weight : -weight);
    }
    let square = 0;
    for (const value of sum) square += value * value;
    if (square === 0) return;
    const norm = Math.sqrt(square);
    for (let j = 0; j < dimensions; j++) target[j] = sum[j]! / norm;
  }
}

/** Occurrences of each run of up to `ngrams` tokens, in order of first appearance. */
function countTerms(tokens: readonly string[], ngrams: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let start = 0; start < tokens.length; start++) {
    let term = '';
    const end = Math.min(tokens.length, start + ngrams);
    for (let next = start; next < end; next++) {
      term = next === start ? (tokens[next] as string) : `${term} ${tokens[next]}`;
      counts.set(term, (counts.get(term) ?? 0) + 1);
    }
  }
  return counts;
}
