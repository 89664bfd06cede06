import { EmbedLLMError, type EncoderRecord, type SerializedEncoder } from '@embedllm/core';
import { checkStored } from '../record/check-record.js';
import { createLsaEncoder, LSA_ID, type LsaEncoder } from './lsa-encoder.js';
import { readLsaFiles } from './lsa-files.js';

/**
 * Rebuilds an LSA encoder from an artifact's record of it or from what `serialize` gave. Its
 * vectors and its fingerprint are those of the encoder that was stored, bit for bit.
 *
 * @param stored - `artifact.encoder`, or the result of `LsaEncoder.serialize`.
 * @throws EmbedLLMError `encoder-mismatch` when the record is of another kind of encoder or its
 * fingerprint differs; DataError `invalid-artifact`, `invalid-data` or `unsupported-version`,
 * naming file and field, when the stored form is damaged.
 */
export async function restoreLsaEncoder(
  stored: EncoderRecord | SerializedEncoder,
): Promise<LsaEncoder> {
  checkStored(stored);
  const record = 'id' in stored ? stored : undefined;
  if (record && record.id !== LSA_ID) {
    throw new EmbedLLMError(
      `The record describes the encoder ${JSON.stringify(record.id)}, not an \`lsa\` encoder.`,
      { code: 'encoder-mismatch' },
    );
  }
  const encoder = await createLsaEncoder(
    readLsaFiles({ settings: stored.settings ?? {}, files: stored.files ?? new Map() }),
  );
  if (record && record.fingerprint !== encoder.fingerprint) {
    throw new EmbedLLMError(
      `The \`lsa\` encoder's files have the fingerprint ${encoder.fingerprint}, but the record has ${record.fingerprint}. They are not from the same artifact.`,
      { code: 'encoder-mismatch' },
    );
  }
  return encoder;
}
