import { EmbedLLMError, type EncoderRecord, type QuestionEncoder } from '@embedllm/core';
import { checkRecord } from '../record/check-record.js';
import { CATEGORIES_PREFIX, readCategoryFiles } from './category-files.js';
import { type CategoryEncoder, withCategories } from './with-categories.js';

/**
 * Rebuilds an encoder with categories from an artifact's record of it.
 *
 * @param record - `artifact.encoder`.
 * @param encoder - The inner encoder, or what restores it from its record: `restoreEncoder` for
 * those that travel in the artifact, or `restoreTransformersEncoder` or `restoreEndpointEncoder`.
 * @throws EmbedLLMError `encoder-mismatch` when the record is of another kind of encoder, or the
 * inner encoder or the whole has another fingerprint; DataError `invalid-artifact` or
 * `unsupported-version`, naming file and field, when the stored form is damaged; and what restoring
 * the inner encoder throws.
 *
 * @example
 * ```ts
 * const record = encoderRecord(await withCategories(encoder, indicators));
 * const restored = await restoreCategoryEncoder(record, restoreEncoder);
 * const vectors = await restored.encode(['What is 17 * 23?'], { categories: ['gsm8k'] });
 * ```
 */
export async function restoreCategoryEncoder(
  record: EncoderRecord,
  encoder: QuestionEncoder | ((inner: EncoderRecord) => QuestionEncoder | Promise<QuestionEncoder>),
): Promise<CategoryEncoder> {
  if (!checkRecord(record).id.startsWith(CATEGORIES_PREFIX)) {
    throw new EmbedLLMError(
      `The record describes the encoder ${JSON.stringify(record.id)}, not one with categories.`,
      { code: 'encoder-mismatch' },
    );
  }
  const { inner, indicators } = readCategoryFiles(record);
  const given = typeof encoder === 'function' ? await encoder(inner) : encoder;
  const fingerprint = given.fingerprint ?? given.id;
  if (fingerprint !== inner.fingerprint || given.dimensions !== inner.dimensions) {
    throw new EmbedLLMError(
      `The artifact was trained with the encoder ${inner.fingerprint} (${inner.dimensions} dimensions) and categories, but the given encoder is ${fingerprint} (${given.dimensions} dimensions).`,
      { code: 'encoder-mismatch' },
    );
  }
  const restored = await withCategories(given, indicators);
  if (restored.fingerprint !== record.fingerprint || restored.id !== record.id) {
    throw new EmbedLLMError(
      `The encoder with categories has the fingerprint ${restored.fingerprint}, but the record has ${record.fingerprint}. They are not from the same artifact.`,
      { code: 'encoder-mismatch' },
    );
  }
  return restored;
}
