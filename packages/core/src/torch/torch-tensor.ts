import { DataError } from '@embedllm/internals';
import type { Matrix } from '../matrix/matrix.js';
import { tensorToMatrix } from '../tensors/tensor-matrix.js';
import { type ReadTorchOptions, readTorchFile } from './torch-file.js';

/**
 * Reads a bare tensor that `torch.save` wrote, such as `question_embeddings.pth` ([Q, D]) or the
 * published `model_embeddings.pth` ([M, d]).
 *
 * @throws DataError `invalid-data` when the file is damaged or hostile or holds something else,
 * `not-finite` on NaN and infinities.
 */
export async function readTorchTensor(
  bytes: Uint8Array,
  options: ReadTorchOptions = {},
): Promise<Matrix> {
  const content = await readTorchFile(bytes, options);
  if (content.kind !== 'tensor') {
    throw new DataError(
      `The file must contain a single tensor, but has ${content.tensors.size} named ones.`,
      { file: options.file },
    );
  }
  return tensorToMatrix(content.tensor, { file: options.file });
}
