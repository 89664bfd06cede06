import type { EncoderRecord, QuestionEncoder } from '@embedllm/core';
import type { Context } from '../program/context.js';
import { apiKeyFrom, isEncoder } from './create-encoder.js';
import type { EncoderOptions } from './encoder-options.js';

/** How to reach an encoder that an artifact names but does not hold. */
export type EncoderAccess = Pick<
  EncoderOptions,
  'encoderFolder' | 'encoderUrl' | 'apiKeyEnv' | 'batchSize'
>;

/**
 * The encoder that an artifact was trained with: what travels in it, a transformers.js model, an
 * endpoint, or else the encoder of the configuration; with categories where it was trained with them.
 *
 * @throws EmbedLLMError `encoder-mismatch` when it can be found nowhere.
 */
export async function restoreArtifactEncoder(
  context: Context,
  record: EncoderRecord,
  access: EncoderAccess,
): Promise<QuestionEncoder> {
  if (record.id.startsWith('categories:')) {
    const { restoreCategoryEncoder } = await import('@embedllm/question-encoder');
    return restoreCategoryEncoder(record, (inner) =>
      restoreArtifactEncoder(context, inner, access),
    );
  }
  if (record.id.startsWith('join:')) {
    const { restoreJoinedEncoder } = await import('@embedllm/question-encoder');
    return restoreJoinedEncoder(record, (inner) => restoreArtifactEncoder(context, inner, access));
  }
  const { encoder: configured } = context;
  if (configured && isEncoder(configured)) return configured;
  const { signal, progress } = context;
  const { batchSize } = access;
  if (record.id.startsWith('transformers:')) {
    const { restoreTransformersEncoder } = await import('@embedllm/question-encoder/transformers');
    const task = progress.start('Loading the model');
    const folder =
      access.encoderFolder === undefined ? undefined : context.path(access.encoderFolder);
    const encoder = await restoreTransformersEncoder(record, {
      folder,
      batchSize,
      signal,
      onProgress: task.onProgress,
    });
    task.end();
    return encoder;
  }
  if (record.id.startsWith('endpoint:')) {
    const { restoreEndpointEncoder } = await import('@embedllm/question-encoder/endpoint');
    return restoreEndpointEncoder(record, {
      apiKey: apiKeyFrom(context, access.apiKeyEnv),
      baseURL: access.encoderUrl,
      batchSize,
    });
  }
  const { restoreEncoder } = await import('@embedllm/question-encoder');
  return restoreEncoder(record);
}
