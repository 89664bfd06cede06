import { EmbedLLMError, type EncoderRecord, type QuestionEncoder } from '@embedllm/core';
import { checkRecord } from '../record/check-record.js';
import { type JoinedEncoder, joinEncoders } from './join-encoders.js';
import { JOIN_PREFIX, readJoinFiles } from './join-files.js';

/**
 * Rebuilds joined encoders from an artifact's record of them.
 *
 * @param record - `artifact.encoder`.
 * @param restore - Rebuilds each encoder from its record: `restoreEncoder` where all travel in the
 * artifact, or one that calls `restoreTransformersEncoder` or `restoreEndpointEncoder` by the id.
 * @throws EmbedLLMError `encoder-mismatch` when the record is of another kind of encoder, or an
 * encoder or the whole has another fingerprint; DataError `invalid-artifact` or
 * `unsupported-version`, naming the field, when the stored form is damaged; and what restoring the
 * encoders throws.
 *
 * @example
 * ```ts
 * const lsa = await fitLsaEncoder({ texts });
 * const record = encoderRecord(await joinEncoders([lsa, createHashingEncoder()]));
 * const restored = await restoreJoinedEncoder(record, restoreEncoder);
 * ```
 */
export async function restoreJoinedEncoder(
  record: EncoderRecord,
  restore: (inner: EncoderRecord) => QuestionEncoder | Promise<QuestionEncoder>,
): Promise<JoinedEncoder> {
  if (!checkRecord(record).id.startsWith(JOIN_PREFIX)) {
    throw new EmbedLLMError(
      `The record describes the encoder ${JSON.stringify(record.id)}, not joined encoders.`,
      { code: 'encoder-mismatch' },
    );
  }
  const { records, weights } = readJoinFiles(record);
  const encoders: QuestionEncoder[] = [];
  for (const inner of records) {
    const encoder = await restore(inner);
    const fingerprint = encoder.fingerprint ?? encoder.id;
    if (fingerprint !== inner.fingerprint || encoder.dimensions !== inner.dimensions) {
      throw new EmbedLLMError(
        `The artifact was trained with the encoder ${inner.fingerprint} (${inner.dimensions} dimensions) among others, but ${fingerprint} (${encoder.dimensions} dimensions) was given instead.`,
        { code: 'encoder-mismatch' },
      );
    }
    encoders.push(encoder);
  }
  const restored = await joinEncoders(encoders, { weights });
  if (restored.fingerprint !== record.fingerprint || restored.id !== record.id) {
    throw new EmbedLLMError(
      `The joined encoders have the fingerprint ${restored.fingerprint}, but the record has ${record.fingerprint}. They are not from the same artifact.`,
      { code: 'encoder-mismatch' },
    );
  }
  return restored;
}
