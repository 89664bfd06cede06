import {
  DataError,
  EmbedLLMError,
  type EncodeOptions,
  Matrix,
  type SerializableEncoder,
  type SerializedEncoder,
} from '@embedllm/core';
import { fingerprintEncoder } from '../record/fingerprint.js';
import { encodeEach } from '../schedule/encode-each.js';
import { readStart } from '../text/read-start.js';
import { openTokenizer } from './open-tokenizer.js';
import {
  STATIC_PREFIX,
  type StaticSettings,
  TOKENIZER_FILE,
  WEIGHTS_FILE,
} from './static-settings.js';
import type { TextTokenizer } from './text-tokenizer.js';
import { readTokenTable, type TokenTable } from './token-vectors.js';

/**
 * A table with a vector for each token: a text's vector is the mean of those of its tokens. Plain
 * JavaScript, for Node, browsers and edge runtimes; travels in the artifact.
 *
 * Made by `createStaticEncoder`, `distillStatic` and `restoreStaticEncoder`; immutable.
 */
export interface StaticEncoder extends SerializableEncoder {
  /** SHA-256 of the settings and the files: equal fingerprints give equal vectors. */
  readonly fingerprint: string;
  readonly settings: StaticSettings;
  /**
   * Encodes texts, at 2 x dimensions FLOPs a token.
   *
   * @returns shape [texts.length, dimensions]; unit rows when `settings.normalize`. A text without
   * any known token gives a row of zeros.
   * @throws EmbedLLMError `invalid-argument` when a text is not a string; the signal's reason after
   * an abort.
   */
  encode(texts: readonly string[], options?: EncodeOptions): Promise<Matrix>;
}

/** Bytes of the files of a static encoder. */
export interface StaticFiles {
  /** Content of `tokenizer.json`. */
  readonly tokenizer: Uint8Array;
  /** Content of `model.safetensors`. */
  readonly weights: Uint8Array;
}

/**
 * Makes an encoder of its files.
 *
 * @throws DataError `invalid-data` naming the file and field that are malformed.
 */
export async function openStaticEncoder(
  files: StaticFiles,
  settings: StaticSettings,
): Promise<StaticEncoder> {
  const tokenizer = await openTokenizer(files.tokenizer, TOKENIZER_FILE);
  const table = readTokenTable(files.weights, WEIGHTS_FILE);
  let largest = -1;
  for (const id of tokenizer.vocabulary.values()) largest = Math.max(largest, id);
  if (largest >= table.tokens) {
    throw new DataError(
      `Has vectors for ${table.tokens} tokens, but the ids in ${TOKENIZER_FILE} go up to ${largest}.`,
      { file: WEIGHTS_FILE },
    );
  }
  const serialized: SerializedEncoder = {
    settings: { ...settings },
    files: new Map([
      [TOKENIZER_FILE, files.tokenizer],
      [WEIGHTS_FILE, files.weights],
    ]),
  };
  const id = `${STATIC_PREFIX}${settings.name}`;
  const fingerprint = await fingerprintEncoder(id, serialized);
  return new TableEncoder({ id, fingerprint, settings, tokenizer, table, serialized });
}

interface TableEncoderOptions {
  readonly id: string;
  readonly fingerprint: string;
  readonly settings: StaticSettings;
  readonly tokenizer: TextTokenizer;
  readonly table: TokenTable;
  readonly serialized: SerializedEncoder;
}

class TableEncoder implements StaticEncoder {
  readonly id: string;
  readonly dimensions: number;
  readonly fingerprint: string;
  readonly settings: StaticSettings;
  readonly #tokenizer: TextTokenizer;
  readonly #table: TokenTable;
  readonly #serialized: SerializedEncoder;

  constructor({ id, fingerprint, settings, tokenizer, table, serialized }: TableEncoderOptions) {
    this.id = id;
    this.dimensions = table.dimensions;
    this.fingerprint = fingerprint;
    this.settings = settings;
    this.#tokenizer = tokenizer;
    this.#table = table;
    this.#serialized = serialized;
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
    return this.#serialized;
  }

  #encodeInto(target: Float32Array, text: string, sum: Float64Array): void {
    const { values, rows, weights, dimensions } = this.#table;
    const { normalize, maxTokens } = this.settings;
    sum.fill(0);
    const ids = this.#tokensOf(text, maxTokens ?? Number.POSITIVE_INFINITY);
    for (const id of ids) {
      const weight = weights ? weights[id]! : 1;
      let at = (rows ? rows[id]! : id) * dimensions;
      for (let j = 0; j < dimensions; j++, at++) sum[j] = sum[j]! + weight * values[at]!;
    }
    let square = 0;
    for (let j = 0; j < dimensions; j++) square += sum[j]! ** 2;
    if (square === 0) return;
    const divisor = normalize ? Math.sqrt(square) : ids.length;
    for (let j = 0; j < dimensions; j++) target[j] = sum[j]! / divisor;
  }

  /** Known tokens of a text, as model2vec takes them: unknown ones leave no gap. */
  #tokensOf(text: string, most: number): readonly number[] {
    const { unknown } = this.#tokenizer;
    const known = readStart(text, most, (part) =>
      this.#tokenizer.encode(part).filter((id) => id !== unknown),
    );
    return known.length > most ? known.slice(0, most) : known;
  }
}

/** @throws EmbedLLMError `encoder-mismatch` when a record is of another encoder than was rebuilt. */
export function checkStaticFingerprint(encoder: StaticEncoder, expected: string): void {
  if (encoder.fingerprint === expected) return;
  throw new EmbedLLMError(
    `The files of the encoder ${encoder.id} have the fingerprint ${encoder.fingerprint}, but the record has ${expected}. They are not from the same artifact.`,
    { code: 'encoder-mismatch' },
  );
}
