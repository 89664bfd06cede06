import {
  DataError,
  FactorizationModel,
  type Matrix,
  matrixToTensor,
  readSafetensors,
  type Tensor,
  tensorToMatrix,
} from '@embedllm/core';
import { type ReadTorchOptions, readTorchFile } from '@embedllm/core/torch';
import { checkObject } from '@embedllm/internals';

/** What `readPublishedCheckpoint` takes. */
export interface ReadPublishedOptions extends ReadTorchOptions {
  /** Names of the models, in the order of the rows of `P.weight` (`model_order.csv`). */
  readonly models: readonly string[];
}

/** The tensor of the question embeddings, which the published code saves with its parameters. */
const QUESTION_TABLE = 'Q.weight';

/**
 * Reads a checkpoint of the published code: a `.pth` file with the state dict, or safetensors of
 * the same names. Half precision widens, double precision rounds to 32 bits. The table of question
 * embeddings that the published class keeps among its parameters (`Q.weight`) is left out.
 *
 * @param bytes - The file.
 * @throws DataError `invalid-data` on a damaged or hostile file, a missing or an unknown tensor;
 * EmbedLLMError `shape-mismatch` when the shapes disagree, or with the number of names.
 * @example
 * const model = await readPublishedCheckpoint(await readFile('saved_model.pth'), { models });
 */
export async function readPublishedCheckpoint(
  bytes: Uint8Array,
  options: ReadPublishedOptions,
): Promise<FactorizationModel> {
  const { file, models } = checkObject('options', options);
  const tensors = new Map(await readTensors(bytes, file));
  tensors.delete(QUESTION_TABLE);
  const matrix = (name: string): Matrix => {
    const tensor = tensors.get(name);
    if (!tensor) throw new DataError('The checkpoint has no such tensor.', { file, field: name });
    tensors.delete(name);
    return tensorToMatrix(tensor, { file, name });
  };
  const parameters = {
    modelEmbeddings: matrix('P.weight'),
    projection: matrix('text_proj.weight'),
    projectionBias: matrix('text_proj.bias').data,
    classifier: matrix('classifier.weight'),
    classifierBias: matrix('classifier.bias').data,
  };
  const [unknown] = tensors.keys();
  if (unknown !== undefined) {
    throw new DataError('The published model has no such tensor.', { file, field: unknown });
  }
  return new FactorizationModel({ models, ...parameters });
}

/**
 * The tensors of a model by the names and shapes that the published Python class loads:
 * `writeSafetensors(toPublishedTensors(model))` gives a file for `safetensors.torch.load_file` and
 * `load_state_dict(tensors, strict=False)`, which leaves the class's own table of questions alone.
 */
export function toPublishedTensors(model: FactorizationModel): Map<string, Tensor> {
  const vector = (data: Float32Array): Tensor => ({ dtype: 'F32', shape: [data.length], data });
  return new Map([
    ['P.weight', matrixToTensor(model.modelEmbeddings)],
    ['text_proj.weight', matrixToTensor(model.projection)],
    ['text_proj.bias', vector(model.projectionBias)],
    ['classifier.weight', matrixToTensor(model.classifier)],
    ['classifier.bias', vector(model.classifierBias)],
  ]);
}

async function readTensors(
  bytes: Uint8Array,
  file: string | undefined,
): Promise<Map<string, Tensor>> {
  // The first eight bytes of safetensors are the length of its header, which begins with a brace.
  if (bytes[8] === 0x7b) return readSafetensors(bytes, { file }).tensors;
  const content = await readTorchFile(bytes, { file });
  if (content.kind === 'tensor') {
    throw new DataError('The file contains a single tensor, not the parameters of a model.', {
      file,
    });
  }
  return content.tensors;
}
