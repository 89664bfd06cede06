import type { EncodeOptions, Matrix, SerializableEncoder } from '@embedllm/core';
import type { ModelDevice } from './devices.js';
import type { TransformersSettings } from './transformers-settings.js';

/** Texts that were cut because they are longer than the model reads. */
export interface TruncationReport {
  /** Number of texts that were cut. */
  readonly truncated: number;
  /** Number of texts of the call. */
  readonly total: number;
  /** Tokens that were kept of each. */
  readonly maxTokens: number;
  /** Tokens of the longest text, or at least so many: the rest of a very long text is not read. */
  readonly longest: number;
}

/** Runs a sentence-embedding model through transformers.js. */
export interface TransformersEncoder extends SerializableEncoder {
  /** Covers the settings, and the files of a folder; not those behind a hub name. */
  readonly fingerprint: string;
  readonly settings: TransformersSettings;
  /** What runs the model; `undefined` where transformers.js chose. */
  readonly device: ModelDevice | undefined;
  /**
   * Encodes texts in batches of similar length; checks for an abort between batches.
   *
   * @returns shape [texts.length, dimensions]; unit rows when `settings.normalize`. A text without
   * any token gives a row of zeros.
   * @throws EmbedLLMError `invalid-argument` when a text is not a string or after `dispose`,
   * `not-finite` when the model gives NaN, `environment` when the runtime fails; the signal's reason
   * after an abort.
   */
  encode(texts: readonly string[], options?: EncodeOptions): Promise<Matrix>;
  /** Frees the model's memory; encoding is an error from then on. */
  dispose(): Promise<void>;
}
