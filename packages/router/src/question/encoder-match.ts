import { EmbedLLMError, type EncoderRecord, type QuestionEncoder } from '@embedllm/core';

/** The part of an artifact's encoder record that identifies the encoder. */
export type EncoderIdentity = Pick<EncoderRecord, 'id' | 'fingerprint' | 'dimensions'>;

/**
 * Refuses an encoder whose vectors the model would misread.
 *
 * @param dimensions - D, the length of the question embeddings that the model takes.
 * @param trained - The encoder that the model was trained with, where it is on record.
 * @throws EmbedLLMError `encoder-mismatch`, naming both encoders; `shape-mismatch` when the record
 * does not fit the model itself.
 */
export function assertEncoderMatches(
  encoder: QuestionEncoder,
  dimensions: number,
  trained?: EncoderIdentity,
): void {
  if (trained && trained.dimensions !== dimensions) {
    throw new EmbedLLMError(
      `The recorded ${describe(trained)} does not match a model of ${dimensions} dimensions.`,
      { code: 'shape-mismatch' },
    );
  }
  const given = {
    id: encoder.id,
    fingerprint: encoder.fingerprint ?? encoder.id,
    dimensions: encoder.dimensions,
  };
  const sameVectors = !trained || trained.fingerprint === given.fingerprint;
  if (sameVectors && given.dimensions === dimensions) return;
  const expected = trained ? describe(trained) : `an encoder with ${dimensions} dimensions`;
  throw new EmbedLLMError(
    `The model was trained with ${expected}, but was given ${describe(given)}. Use the encoder it was trained with, or train again with this one.`,
    { code: 'encoder-mismatch' },
  );
}

function describe({ id, fingerprint, dimensions }: EncoderIdentity): string {
  const print = fingerprint === id ? '' : `, fingerprint ${fingerprint}`;
  return `encoder ${id} (${dimensions} dimensions${print})`;
}
