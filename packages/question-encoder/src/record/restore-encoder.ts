import { EmbedLLMError, type EncoderRecord, type QuestionEncoder } from '@embedllm/core';
import { CATEGORIES_PREFIX } from '../categories/category-files.js';
import { restoreCategoryEncoder } from '../categories/restore-category-encoder.js';
import { HASHING_ID } from '../hashing/hashing-settings.js';
import { restoreHashingEncoder } from '../hashing/restore-hashing-encoder.js';
import { JOIN_PREFIX } from '../join/join-files.js';
import { restoreJoinedEncoder } from '../join/restore-joined-encoder.js';
import { LSA_ID } from '../lsa/lsa-encoder.js';
import { restoreLsaEncoder } from '../lsa/restore-lsa-encoder.js';
import { restoreStaticEncoder } from '../static/create-static-encoder.js';
import { STATIC_PREFIX } from '../static/static-settings.js';
import { checkRecord } from './check-record.js';

/**
 * Rebuilds the encoder that travels in an artifact. `lsa`, `hashing` and `static` encoders do, joined
 * or not and with or without categories; others run a model from elsewhere and have to be given to the router or trainer by
 * the caller.
 *
 * @param record - `artifact.encoder`.
 * @throws EmbedLLMError `encoder-mismatch` naming the encoder to supply when the artifact does
 * not hold it; DataError as `restoreLsaEncoder`, `restoreHashingEncoder`,
 * `restoreStaticEncoder` and `restoreCategoryEncoder` when it is damaged.
 *
 * @example
 * ```ts
 * const artifact = await fromPretrained('my-model');
 * const encoder = await restoreEncoder(artifact.encoder);
 * ```
 */
export async function restoreEncoder(record: EncoderRecord): Promise<QuestionEncoder> {
  if (!checkRecord(record).id.startsWith(CATEGORIES_PREFIX)) return restorePlainEncoder(record, '');
  return await restoreCategoryEncoder(record, (inner) =>
    restorePlainEncoder(inner, ' Then pass it to `restoreCategoryEncoder` with the record.'),
  );
}

async function restorePlainEncoder(
  record: EncoderRecord,
  furtherHint: string,
): Promise<QuestionEncoder> {
  if (record.id === LSA_ID) return await restoreLsaEncoder(record);
  if (record.id === HASHING_ID) return restoreHashingEncoder(record);
  if (record.id.startsWith(STATIC_PREFIX)) return await restoreStaticEncoder(record);
  if (record.id.startsWith(JOIN_PREFIX)) {
    return await restoreJoinedEncoder(record, (inner) =>
      restorePlainEncoder(inner, ' Then pass it to `restoreJoinedEncoder` with the record.'),
    );
  }
  const { id, dimensions, fingerprint } = record;
  throw new EmbedLLMError(
    `The artifact was trained with the encoder ${JSON.stringify(id)} (${dimensions} dimensions, fingerprint ${fingerprint}), which it does not contain. ${hintFor(id)}${furtherHint}`,
    { code: 'encoder-mismatch' },
  );
}

function hintFor(id: string): string {
  if (id.startsWith('transformers:')) {
    return 'Create it with `restoreTransformersEncoder` from @embedllm/question-encoder/transformers.';
  }
  if (id.startsWith('endpoint:')) {
    return 'Create it with `restoreEndpointEncoder` from @embedllm/question-encoder/endpoint.';
  }
  return 'Create it as for training and pass it in.';
}
