import { EmbedLLMError, type EncoderRecord, type SerializedEncoder } from '@embedllm/core';
import { checkStored } from '../record/check-record.js';
import { createHashingEncoder, type HashingEncoder } from './hashing-encoder.js';
import { HASHING_ID, readHashingSettings } from './hashing-settings.js';

/**
 * Rebuilds a hashing encoder from an artifact's record of it or from what `serialize` gave.
 *
 * @param stored - `artifact.encoder`, or the result of `HashingEncoder.serialize`.
 * @throws EmbedLLMError `encoder-mismatch` when the record is of another kind of encoder or its
 * fingerprint differs; DataError `invalid-artifact` or `unsupported-version`, naming the field,
 * when the settings are damaged.
 */
export function restoreHashingEncoder(stored: EncoderRecord | SerializedEncoder): HashingEncoder {
  checkStored(stored);
  const record = 'id' in stored ? stored : undefined;
  if (record && record.id !== HASHING_ID) {
    throw new EmbedLLMError(
      `The record describes the encoder ${JSON.stringify(record.id)}, not a \`hashing\` encoder.`,
      { code: 'encoder-mismatch' },
    );
  }
  const { dimensions, ngrams, seed } = readHashingSettings(stored.settings);
  const encoder = createHashingEncoder({ dimensions, ngrams, seed });
  if (record && record.fingerprint !== encoder.fingerprint) {
    throw new EmbedLLMError(
      `The settings of the \`hashing\` encoder have the fingerprint ${encoder.fingerprint}, but the record has ${record.fingerprint}. The record was altered.`,
      { code: 'encoder-mismatch' },
    );
  }
  return encoder;
}
