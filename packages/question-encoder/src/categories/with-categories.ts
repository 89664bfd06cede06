import {
  type CategoryIndicators,
  EmbedLLMError,
  type EncodeOptions,
  type EncoderRecord,
  type Matrix,
  type QuestionEncoder,
  type SerializableEncoder,
  type SerializedEncoder,
} from '@embedllm/core';
import { encoderRecord } from '../record/encoder-record.js';
import { fingerprintEncoder } from '../record/fingerprint.js';
import { CATEGORIES_PREFIX, writeCategoryFiles } from './category-files.js';

/** Options of `CategoryEncoder.encode`. */
export interface CategoryEncodeOptions extends EncodeOptions {
  /**
   * The category of each text; `undefined`, for one text or for all, where it is to be inferred.
   *
   * @default all inferred
   */
  readonly categories?: readonly (string | undefined)[] | undefined;
}

/** An encoder whose vectors end with indicators of the text's category. */
export interface CategoryEncoder extends SerializableEncoder {
  /** `categories:` and the id of the inner encoder. */
  readonly id: string;
  /** Covers the indicators and the fingerprint of the inner encoder. */
  readonly fingerprint: string;
  readonly indicators: CategoryIndicators;
  /**
   * Encodes texts, at 2 x dimensions FLOPs for each text and category more than the inner encoder.
   *
   * @returns shape [texts.length, dimensions].
   * @throws EmbedLLMError `shape-mismatch` on another number of categories than of texts,
   * `invalid-argument` on a category that training did not have; and what the inner encoder throws.
   */
  encode(texts: readonly string[], options?: CategoryEncodeOptions): Promise<Matrix>;
}

/**
 * Wraps the encoder of a model that was trained with categories: its vectors are those of the
 * encoder with the indicators appended, of the category where `encode` is given it and of what the
 * text says about it elsewhere. To a router it is an encoder like any other.
 *
 * Put a cache inside, not around: a cache does not know of categories.
 *
 * @param indicators - From `trainWithCategories` or `fitCategoryIndicators` of @embedllm/trainer.
 * @throws EmbedLLMError `shape-mismatch` when the indicators are for other dimensions,
 * `invalid-argument` when the encoder has categories already.
 *
 * @example
 * ```ts
 * const { model, indicators } = await trainWithCategories({ train, validation });
 * const withIndicators = await withCategories(encoder, indicators);
 * await savePretrained('my-model', { ...artifact, model, encoder: encoderRecord(withIndicators) });
 * ```
 */
export async function withCategories(
  encoder: QuestionEncoder,
  indicators: CategoryIndicators,
): Promise<CategoryEncoder> {
  const { id, fingerprint, dimensions } = await categoryEncoderRecord(
    encoderRecord(encoder),
    indicators,
  );
  return {
    id,
    fingerprint,
    dimensions,
    indicators,
    serialize: () => serializeWithCategories(encoderRecord(encoder), indicators),
    ...(encoder.coverage && { coverage: encoder.coverage.bind(encoder) }),
    async encode(texts, { categories, ...options }: CategoryEncodeOptions = {}) {
      // Before the work, not after it.
      indicators.assertKnown(categories, texts.length);
      return indicators.append(await encoder.encode(texts, options), categories);
    },
  };
}

/**
 * An artifact's record of an encoder with categories, for callers who have only the inner encoder's
 * record, as with vectors from a file.
 *
 * @throws EmbedLLMError as `withCategories`.
 */
export async function categoryEncoderRecord(
  inner: EncoderRecord,
  indicators: CategoryIndicators,
): Promise<EncoderRecord> {
  if (inner.dimensions !== indicators.questionDimensions) {
    throw new EmbedLLMError(
      `The indicators are for embeddings of ${indicators.questionDimensions} dimensions, but the encoder ${JSON.stringify(inner.id)} has ${inner.dimensions}.`,
      { code: 'shape-mismatch' },
    );
  }
  const id = `${CATEGORIES_PREFIX}${inner.id}`;
  return {
    id,
    dimensions: indicators.dimensions,
    // The inner encoder's own files are covered by its fingerprint, which is among the settings.
    fingerprint: await fingerprintEncoder(id, writeCategoryFiles(inner, indicators)),
    ...serializeWithCategories(inner, indicators),
  };
}

function serializeWithCategories(
  inner: EncoderRecord,
  indicators: CategoryIndicators,
): SerializedEncoder {
  const { settings, files } = writeCategoryFiles(inner, indicators);
  return { settings, files: new Map([...(inner.files ?? []), ...files]) };
}
