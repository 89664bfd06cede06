import type { EncoderRecord, QuestionEncoder, SerializableEncoder } from '@embedllm/core';
import { checkObject } from '@embedllm/internals';

/**
 * What an artifact says about an encoder: id, fingerprint and dimensions, and for one that can be
 * stored also its settings and files, so that the artifact brings its encoder along.
 *
 * @example
 * ```ts
 * await savePretrained('my-model', { ...artifact, encoder: encoderRecord(encoder) });
 * ```
 */
export function encoderRecord(encoder: QuestionEncoder): EncoderRecord {
  const { id, dimensions } = checkObject('encoder', encoder);
  const identity = { id, dimensions, fingerprint: encoder.fingerprint ?? id };
  if (!isSerializable(encoder)) return identity;
  const { settings, files } = encoder.serialize();
  return files.size > 0 ? { ...identity, settings, files } : { ...identity, settings };
}

/** Whether an artifact can keep the encoder. */
export function isSerializable(encoder: QuestionEncoder): encoder is SerializableEncoder {
  return 'serialize' in encoder && typeof encoder.serialize === 'function';
}
