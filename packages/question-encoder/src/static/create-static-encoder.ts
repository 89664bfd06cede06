import { EmbedLLMError, type EncoderRecord, type SerializedEncoder } from '@embedllm/core';
import { checkInteger } from '@embedllm/internals';
import { checkStored } from '../record/check-record.js';
import {
  checkStaticFingerprint,
  openStaticEncoder,
  type StaticEncoder,
  type StaticFiles,
} from './static-encoder.js';
import {
  readStaticSettings,
  STATIC_PREFIX,
  TOKENIZER_FILE,
  WEIGHTS_FILE,
} from './static-settings.js';

/** Options of `createStaticEncoder`. */
export interface StaticEncoderOptions extends StaticFiles {
  /** What the encoder is called, such as `'potion-base-8M'`. @default 'custom' */
  readonly name?: string | undefined;
  /** Whether rows are scaled to unit length, as the model's `config.json` says. @default true */
  readonly normalize?: boolean | undefined;
  /** Tokens of a text that count, from its start; null for all. @default 512, as in model2vec */
  readonly maxTokens?: number | null | undefined;
}

/**
 * Makes an encoder of a table of token vectors in the form of model2vec (van Dongen and Tulkens,
 * 2024): any `potion` model, what `distillStatic` makes, or a StaticEmbedding of
 * sentence-transformers. In Node, `loadStaticEncoder` reads a folder.
 *
 * @throws EmbedLLMError `invalid-argument` on an option out of range; DataError `invalid-data` naming
 * the file and tensor that are malformed.
 *
 * @example
 * <!-- no-run: reads a model that was downloaded -->
 * ```ts
 * const [tokenizer, weights] = await Promise.all(
 *   ['tokenizer.json', 'model.safetensors'].map(async (name) => {
 *     const response = await fetch(`/models/potion-base-8M/${name}`);
 *     return new Uint8Array(await response.arrayBuffer());
 *   }),
 * );
 * const encoder = await createStaticEncoder({ tokenizer: tokenizer!, weights: weights! });
 * ```
 */
export async function createStaticEncoder(options: StaticEncoderOptions): Promise<StaticEncoder> {
  const { tokenizer, weights, name = 'custom', normalize = true, maxTokens = 512 } = options;
  if (maxTokens !== null) checkInteger('maxTokens', maxTokens, { min: 1 });
  return await openStaticEncoder(
    { tokenizer, weights },
    { formatVersion: 1, name, normalize, maxTokens },
  );
}

/**
 * Rebuilds a static encoder from an artifact's record of it or from what `serialize` gave.
 *
 * @throws EmbedLLMError `encoder-mismatch` when the record is of another kind of encoder or its
 * fingerprint differs; DataError naming file and field when the stored form is damaged.
 */
export async function restoreStaticEncoder(
  stored: EncoderRecord | SerializedEncoder,
): Promise<StaticEncoder> {
  checkStored(stored);
  const record = 'id' in stored ? stored : undefined;
  if (record && !record.id.startsWith(STATIC_PREFIX)) {
    throw new EmbedLLMError(
      `The record describes the encoder ${JSON.stringify(record.id)}, not a static encoder.`,
      { code: 'encoder-mismatch' },
    );
  }
  const [tokenizer, weights] = [TOKENIZER_FILE, WEIGHTS_FILE].map((name) => {
    const bytes = stored.files?.get(name);
    if (bytes) return bytes;
    throw new EmbedLLMError(`The artifact's static encoder has no file ${name}.`, {
      code: 'invalid-artifact',
    });
  }) as [Uint8Array, Uint8Array];
  const encoder = await openStaticEncoder(
    { tokenizer, weights },
    readStaticSettings(stored.settings),
  );
  if (record) checkStaticFingerprint(encoder, record.fingerprint);
  return encoder;
}
