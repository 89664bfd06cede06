import {
  assertFinite,
  DataError,
  Matrix,
  readSafetensors,
  type SerializedEncoder,
  type TensorDtype,
  type TensorOf,
  writeSafetensors,
} from '@embedllm/core';
import { Vocabulary } from '../text/vocabulary.js';
import type { LsaParameters } from './lsa-parameters.js';
import { type LsaSettings, readLsaSettings } from './lsa-settings.js';

/** One term a line, in column order, UTF-8. */
const VOCABULARY_FILE = 'vocabulary.txt';
/** The tensors `components`, `document_frequencies` and `singular_values`. */
const TENSOR_FILE = 'lsa.safetensors';

/** The files of an encoder: 4 x terms x dimensions bytes, and the vocabulary. */
export function writeLsaFiles(parameters: LsaParameters): Map<string, Uint8Array> {
  const { vocabulary, documentFrequencies, components, singularValues } = parameters;
  const tensors = writeSafetensors([
    [
      'components',
      { dtype: 'F32', shape: [components.rows, components.cols], data: components.data },
    ],
    [
      'document_frequencies',
      { dtype: 'I32', shape: [documentFrequencies.length], data: documentFrequencies },
    ],
    ['singular_values', { dtype: 'F32', shape: [singularValues.length], data: singularValues }],
  ]);
  return new Map([
    [VOCABULARY_FILE, new TextEncoder().encode(vocabulary.terms.join('\n'))],
    [TENSOR_FILE, tensors],
  ]);
}

/**
 * Reads what `writeLsaFiles` wrote, trusting nothing.
 *
 * @throws DataError naming the file and the row or tensor that is wrong.
 */
export function readLsaFiles({
  settings: stored,
  files,
}: Partial<SerializedEncoder>): LsaParameters {
  const settings = readLsaSettings(stored);
  const vocabulary = readVocabulary(fileOf(files, VOCABULARY_FILE), settings);
  const { tensors } = readSafetensors(fileOf(files, TENSOR_FILE), { file: TENSOR_FILE });
  const read = <D extends TensorDtype>(
    name: string,
    dtype: D,
    shape: readonly number[],
  ): TensorOf<D>['data'] => {
    const tensor = tensors.get(name);
    if (!tensor) throw invalid('The tensor is missing.', TENSOR_FILE, name);
    if (!hasDtype(tensor, dtype) || tensor.shape.join() !== shape.join()) {
      throw invalid(
        `Must be ${dtype} of shape [${shape.join(', ')}], but is ${tensor.dtype} of shape [${tensor.shape.join(', ')}].`,
        TENSOR_FILE,
        name,
      );
    }
    return tensor.data;
  };
  const { terms, dimensions, texts } = settings;
  const components = new Matrix(terms, dimensions, read('components', 'F32', [terms, dimensions]));
  const documentFrequencies = read('document_frequencies', 'I32', [terms]);
  const singularValues = read('singular_values', 'F32', [dimensions]);
  assertFinite(components, 'components of the `lsa` encoder');
  const wrongCount = documentFrequencies.findIndex((count) => count < 1 || count > texts);
  if (wrongCount >= 0) {
    throw invalid(
      `Value ${wrongCount} must be from 1 to ${texts}, the number of texts, but is ${documentFrequencies[wrongCount]}.`,
      TENSOR_FILE,
      'document_frequencies',
    );
  }
  const wrongValue = singularValues.findIndex(
    (value, index) => !(value > 0 && value <= (singularValues[index - 1] ?? Number.MAX_VALUE)),
  );
  if (wrongValue >= 0) {
    throw invalid(
      `The values must be positive and must not increase, but value ${wrongValue} is ${singularValues[wrongValue]}.`,
      TENSOR_FILE,
      'singular_values',
    );
  }
  return { settings, vocabulary, documentFrequencies, components, singularValues };
}

function readVocabulary(bytes: Uint8Array, { terms, ngrams }: LsaSettings): Vocabulary {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new DataError('The file is not valid UTF-8.', {
      file: VOCABULARY_FILE,
      cause,
      code: 'invalid-artifact',
    });
  }
  const lines = text.split('\n');
  if (lines.length !== terms) {
    throw invalid(
      `Must have ${terms} terms, one per line, but has ${lines.length}.`,
      VOCABULARY_FILE,
    );
  }
  const vocabulary = new Vocabulary(lines, VOCABULARY_FILE);
  if (vocabulary.maxWords > ngrams) {
    throw invalid(
      `Has a term of ${vocabulary.maxWords} words, but the settings allow ${ngrams}.`,
      VOCABULARY_FILE,
    );
  }
  return vocabulary;
}

function hasDtype<D extends TensorDtype>(
  tensor: { readonly dtype: TensorDtype },
  dtype: D,
): tensor is TensorOf<D> {
  return tensor.dtype === dtype;
}

function fileOf(files: ReadonlyMap<string, Uint8Array> | undefined, name: string): Uint8Array {
  const bytes = files?.get(name);
  if (!bytes) throw invalid('The encoder does not contain this file.', name);
  return bytes;
}

function invalid(message: string, file: string, field?: string): DataError {
  return new DataError(message, { file, field, code: 'invalid-artifact' });
}
