import { EmbedLLMError, type EncoderRecord, type QuestionEncoder } from '@embedllm/core';
import { LSA_ID } from '../lsa/lsa-encoder.js';
import { restoreLsaEncoder } from '../lsa/restore-lsa-encoder.js';

/**
 * Rebuilds the encoder that travels in an artifact. Only `lsa` encoders do; others run a model
 * from elsewhere and have to be given to the router or trainer by the caller.
 *
 * @param record - `artifact.encoder`.
 * @throws EmbedLLMError `encoder-mismatch` naming the encoder to supply when the artifact does
 * not hold it; DataError as `restoreLsaEncoder` when it is damaged.
 *
 * @example
 * ```ts
 * const artifact = await fromPretrained('my-model');
 * const encoder = await restoreEncoder(artifact.encoder);
 * ```
 */
export async function restoreEncoder(record: EncoderRecord): Promise<QuestionEncoder> {
  if (record.id === LSA_ID) return await restoreLsaEncoder(record);
  const { id, dimensions, fingerprint } = record;
  const hint = id.startsWith('transformers:')
    ? 'Create it with `restoreTransformersEncoder` from @embedllm/question-encoder/transformers.'
    : 'Create it as it was created for training and pass it in.';
  throw new EmbedLLMError(
    'encoder-mismatch',
    `The artifact was trained with the encoder ${JSON.stringify(id)} (${dimensions} dimensions, fingerprint ${fingerprint}), which it does not contain. ${hint}`,
  );
}
