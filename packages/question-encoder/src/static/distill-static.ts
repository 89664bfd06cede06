import {
  EmbedLLMError,
  type EncodeOptions,
  type Matrix,
  type QuestionEncoder,
  writeSafetensors,
} from '@embedllm/core';
import { checkInteger } from '@embedllm/internals';
import { runInSlices } from '../schedule/run-in-slices.js';
import { openTokenizer } from './open-tokenizer.js';
import { type PrincipalComponents, principalComponents, project } from './principal-components.js';
import { openStaticEncoder, type StaticEncoder } from './static-encoder.js';
import { TOKENIZER_FILE } from './static-settings.js';
import type { TextTokenizer } from './text-tokenizer.js';

/** Options of `distillStatic`. */
export interface DistillStaticOptions extends EncodeOptions {
  /** Content of the `tokenizer.json` whose vocabulary gets vectors: the model's own, as a rule. */
  readonly tokenizer: Uint8Array;
  /** Length of the vectors, from 1 to that of the encoder. @default 256, or the encoder's if fewer */
  readonly dimensions?: number | undefined;
  /** What the encoder is called. @default the id of the encoder that is distilled */
  readonly name?: string | undefined;
}

/** Tokens that no text has, in the vocabularies of BERT. */
const UNUSED = /^\[unused\d+\]$/;

/**
 * Makes a table of token vectors out of a sentence encoder, after model2vec (van Dongen and Tulkens,
 * 2024): each token of a vocabulary is encoded by itself, the vectors are turned to their principal
 * components, and each is weighted with log(1 + rank), for the vocabularies of most tokenizers are
 * sorted from frequent to rare. The table is kept in 8 bits a number and a factor a token, the files
 * are those of model2vec.
 *
 * A text then costs some ten microseconds instead of a forward pass. What is lost is the order of
 * words, and what they mean in their context.
 *
 * @param encoder - Any encoder of short texts; unit vectors give the best tables.
 * @throws EmbedLLMError `invalid-argument` on an option out of range; DataError `invalid-data` on a
 * malformed tokenizer; what the encoder throws; the signal's reason after an abort.
 *
 * @example
 * <!-- no-run: reads a model that was downloaded -->
 * ```ts
 * import { readFile } from 'node:fs/promises';
 *
 * const transformer = await createTransformersEncoder({ folder: './models/all-MiniLM-L6-v2' });
 * const tokenizer = await readFile('./models/all-MiniLM-L6-v2/tokenizer.json');
 * const encoder = await distillStatic(transformer, { tokenizer, dimensions: 128 });
 * ```
 */
export async function distillStatic(
  encoder: QuestionEncoder,
  options: DistillStaticOptions,
): Promise<StaticEncoder> {
  const { tokenizer: bytes, signal, onProgress, name = encoder.id } = options;
  const dimensions = options.dimensions ?? Math.min(256, encoder.dimensions);
  checkInteger('dimensions', dimensions, { min: 1, max: encoder.dimensions });
  const tokenizer = await openTokenizer(bytes, TOKENIZER_FILE);
  const words = wordsOf(tokenizer);
  const vectors = await encoder.encode(
    words.map(({ text }) => text),
    { signal, onProgress },
  );
  const table = await runInSlices(makeTable(tokenizer, words, vectors, dimensions), { signal });
  return await openStaticEncoder(
    { tokenizer: bytes, weights: table },
    { formatVersion: 1, name, normalize: true, maxTokens: 512 },
  );
}

interface Word {
  /** Number of the token. */
  readonly id: number;
  readonly text: string;
}

/** The tokens that occur in texts, with the text that each stands for. */
function wordsOf(tokenizer: TextTokenizer): readonly Word[] {
  const { vocabulary, special, unknown } = tokenizer;
  const words: Word[] = [];
  for (const [token, id] of vocabulary) {
    if (special.has(id) || id === unknown || UNUSED.test(token)) continue;
    words.push({ id, text: tokenizer.textOf(token) });
  }
  if (words.length > 1) return words.sort((a, b) => a.id - b.id);
  throw new EmbedLLMError('The tokenizer has no tokens that occur in texts.', {
    code: 'invalid-argument',
  });
}

function* makeTable(
  { vocabulary }: TextTokenizer,
  words: readonly Word[],
  vectors: Matrix,
  dimensions: number,
): Generator<number, Uint8Array, void> {
  const components: PrincipalComponents = yield* principalComponents(vectors, dimensions);
  let tokens = 0;
  for (const id of vocabulary.values()) tokens = Math.max(tokens, id + 1);
  const values = new Int8Array(tokens * dimensions);
  const weights = new Float32Array(tokens);
  const coordinates = new Float64Array(dimensions);
  for (const [index, { id }] of words.entries()) {
    project(vectors.row(index), components, coordinates);
    const largest = coordinates.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    if (largest === 0) continue;
    for (let j = 0; j < dimensions; j++) {
      values[id * dimensions + j] = Math.round((127 * coordinates[j]!) / largest);
    }
    weights[id] = (Math.log(1 + id) * largest) / 127;
    if (index % 64 === 0) yield index / words.length;
  }
  return writeSafetensors([
    ['embeddings', { dtype: 'I8', shape: [tokens, dimensions], data: values }],
    ['weights', { dtype: 'F32', shape: [tokens], data: weights }],
  ]);
}
