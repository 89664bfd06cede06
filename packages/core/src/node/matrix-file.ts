import { extname } from 'node:path';
import {
  checkObject,
  checkString,
  DataError,
  didYouMean,
  EmbedLLMError,
} from '@embedllm/internals';
import { replaceFile } from '@embedllm/internals/files';
import type { Matrix } from '../matrix/matrix.js';
import { readNpy, writeNpy } from '../tensors/npy.js';
import { readSafetensors, writeSafetensors } from '../tensors/safetensors.js';
import { matrixToTensor, tensorToMatrix } from '../tensors/tensor-matrix.js';
import { asIoError, readFileBytes } from './read-file.js';

/** Options of `readMatrixFile`. */
export interface ReadMatrixFileOptions {
  /**
   * Which tensor of a safetensors file to read.
   *
   * @default the only one
   */
  readonly tensor?: string | undefined;
  /**
   * Lets NaN and infinities through.
   *
   * @default false
   */
  readonly allowNonFinite?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Options of `writeMatrixFile`. */
export interface WriteMatrixFileOptions {
  /**
   * Name of the tensor in a safetensors file.
   *
   * @default 'embeddings'
   */
  readonly tensor?: string | undefined;
}

/**
 * Reads a matrix from a `.npy` or `.safetensors` file, by its extension.
 *
 * @returns shape [rows, cols]; a vector of length n gives [1, n].
 * @throws DataError as `readNpy`, `readSafetensors` and `tensorToMatrix`; EmbedLLMError `io`,
 * `invalid-argument` on another extension or an unknown tensor name.
 */
export async function readMatrixFile(
  path: string,
  options: ReadMatrixFileOptions = {},
): Promise<Matrix> {
  const format = formatOf(path);
  const { allowNonFinite, signal } = checkObject('options', options);
  const bytes = await readFileBytes(path, { signal });
  if (format === 'npy') return readNpy(bytes, { file: path, allowNonFinite });
  const { tensors } = readSafetensors(bytes, { file: path });
  const names = [...tensors.keys()];
  const name = options.tensor ?? names[0];
  if (options.tensor === undefined && names.length !== 1) {
    throw new DataError(
      `The file has ${names.length} tensors (${list(names)}). Specify which one to read.`,
      { file: path },
    );
  }
  const tensor = name === undefined ? undefined : tensors.get(name);
  if (!tensor) {
    throw new DataError(
      `The file has no such tensor.${didYouMean(name ?? '', names)} Available: ${list(names)}.`,
      { file: path, field: name },
    );
  }
  return tensorToMatrix(tensor, { file: path, name, allowNonFinite });
}

/**
 * Writes a matrix as float32 to a `.npy` or `.safetensors` file, by its extension. A file that
 * exists is replaced in one step.
 *
 * @throws EmbedLLMError `io`, `invalid-argument` on another extension.
 */
export async function writeMatrixFile(
  path: string,
  matrix: Matrix,
  options: WriteMatrixFileOptions = {},
): Promise<void> {
  const bytes =
    formatOf(path) === 'npy'
      ? writeNpy(matrix)
      : writeSafetensors([[options.tensor ?? 'embeddings', matrixToTensor(matrix)]]);
  await asIoError(`Cannot write ${path}`, () => replaceFile(path, bytes));
}

function formatOf(path: string): 'npy' | 'safetensors' {
  const extension = extname(checkString('path', path)).toLowerCase();
  if (extension === '.npy') return 'npy';
  if (extension === '.safetensors') return 'safetensors';
  throw new EmbedLLMError(`${path}: A matrix file must end in .npy or .safetensors.`, {
    code: 'invalid-argument',
  });
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, 10).map((name) => JSON.stringify(name));
  return shown.join(', ') + (names.length > shown.length ? ', ...' : '');
}
