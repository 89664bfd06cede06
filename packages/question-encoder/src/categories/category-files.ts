import {
  CategoryIndicators,
  DataError,
  EmbedLLMError,
  type EncoderRecord,
  type Matrix,
  matrixToTensor,
  readSafetensors,
  type SerializedEncoder,
  type Tensor,
  tensorToMatrix,
  writeSafetensors,
} from '@embedllm/core';
import { checkRecord } from '../record/check-record.js';
import { StoredSettings } from '../record/stored-settings.js';

/** The tensors `weights` [K, D], `bias` [K] and `shares` [K]. */
const TENSOR_FILE = 'categories.safetensors';

/** Begins the `QuestionEncoder.id` of every encoder with categories; the inner id follows. */
export const CATEGORIES_PREFIX = 'categories:' as const;

/** What an encoder with categories adds to the stored form of the inner one. */
export function writeCategoryFiles(
  inner: EncoderRecord,
  { categories, scale, weights, bias, shares }: CategoryIndicators,
): SerializedEncoder {
  if (inner.files?.has(TENSOR_FILE)) {
    throw new EmbedLLMError(`The encoder ${JSON.stringify(inner.id)} already has categories.`, {
      code: 'invalid-argument',
    });
  }
  const vector = (data: Float32Array): Tensor => ({ dtype: 'F32', shape: [data.length], data });
  const tensors = writeSafetensors([
    ['weights', matrixToTensor(weights)],
    ['bias', vector(bias)],
    ['shares', vector(shares)],
  ]);
  const { id, fingerprint, dimensions, settings } = inner;
  return {
    settings: {
      formatVersion: 1,
      categories: [...categories],
      scale,
      encoderId: id,
      encoderFingerprint: fingerprint,
      encoderDimensions: dimensions,
      ...(settings && { encoderSettings: settings }),
    },
    files: new Map([[TENSOR_FILE, tensors]]),
  };
}

/**
 * What an encoder with categories is made of, from an artifact's record: for vectors of the inner
 * encoder, which the indicators turn into those that the model takes.
 *
 * @returns `undefined` for an encoder without categories.
 * @throws DataError naming the file and the field or tensor that is wrong.
 *
 * @example
 * ```ts
 * const parts = readCategoryRecord(artifact.encoder);
 * const embeddings = await encoder.encode(['What is 17 * 23?']);
 * const probabilities = model.predictProbabilities(parts ? parts.indicators.append(embeddings) : embeddings);
 * ```
 */
export function readCategoryRecord(
  record: EncoderRecord,
): { inner: EncoderRecord; indicators: CategoryIndicators } | undefined {
  return checkRecord(record).id.startsWith(CATEGORIES_PREFIX)
    ? readCategoryFiles(record)
    : undefined;
}

/**
 * Reads what `writeCategoryFiles` wrote, trusting nothing.
 *
 * @throws DataError naming the file and the field or tensor that is wrong.
 */
export function readCategoryFiles({
  settings: stored,
  files,
}: Pick<EncoderRecord, 'settings' | 'files'>): {
  inner: EncoderRecord;
  indicators: CategoryIndicators;
} {
  const settings = new StoredSettings('categories', stored);
  const innerSettings = settings.optionalObject('encoderSettings');
  const others = [...(files ?? [])].filter(([name]) => name !== TENSOR_FILE);
  const inner: EncoderRecord = {
    id: settings.text('encoderId'),
    fingerprint: settings.text('encoderFingerprint'),
    dimensions: settings.integer('encoderDimensions', { min: 1, max: 2 ** 31 - 1 }),
    ...(innerSettings && { settings: innerSettings }),
    ...(others.length > 0 && { files: new Map(others) }),
  };
  const bytes = files?.get(TENSOR_FILE);
  if (!bytes) throw invalid('The encoder does not contain this file.');
  const { tensors } = readSafetensors(bytes, { file: TENSOR_FILE });
  const read = (name: string): Matrix => {
    const tensor = tensors.get(name);
    if (!tensor) throw invalid('The tensor is missing.', name);
    return tensorToMatrix(tensor, { file: TENSOR_FILE, name });
  };
  const weights = read('weights');
  if (weights.cols !== inner.dimensions) {
    throw invalid(
      `Must have ${inner.dimensions} columns, as many as the encoder has dimensions, but has ${weights.cols}.`,
      'weights',
    );
  }
  const options = {
    categories: settings.texts('categories'),
    scale: settings.number('scale'),
    weights,
    bias: read('bias').data,
    shares: read('shares').data,
  };
  try {
    return { inner, indicators: new CategoryIndicators(options) };
  } catch (cause) {
    throw invalid(cause instanceof Error ? cause.message : String(cause), undefined, cause);
  }
}

function invalid(message: string, field?: string, cause?: unknown): DataError {
  return new DataError(message, { file: TENSOR_FILE, field, code: 'invalid-artifact', cause });
}
