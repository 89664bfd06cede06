import { DataError } from '@embedllm/internals';
import { FactorizationModel } from '../model/factorization-model.js';
import { readSafetensors, writeSafetensors } from '../tensors/safetensors.js';
import type { Tensor, TensorOf } from '../tensors/tensor.js';
import { matrixToTensor, tensorToMatrix } from '../tensors/tensor-matrix.js';

/** The names of the published checkpoint. */
const TENSOR_NAMES = [
  'P.weight',
  'text_proj.weight',
  'text_proj.bias',
  'classifier.weight',
  'classifier.bias',
] as const;
type TensorName = (typeof TENSOR_NAMES)[number];

/** The model's parameters as a safetensors file under the published names, all F32. */
export function encodeModelTensors(model: FactorizationModel): Uint8Array {
  return writeSafetensors([
    ['P.weight', matrixToTensor(model.modelEmbeddings)],
    ['text_proj.weight', matrixToTensor(model.projection)],
    ['text_proj.bias', vectorToTensor(model.projectionBias)],
    ['classifier.weight', matrixToTensor(model.classifier)],
    ['classifier.bias', vectorToTensor(model.classifierBias)],
  ]);
}

/**
 * Reads the parameters back, checked against the sizes that the config gives.
 *
 * @throws DataError when a tensor is missing, unknown, of another shape or type, or not finite.
 */
export function decodeModelTensors(
  bytes: Uint8Array,
  options: {
    readonly file: string;
    readonly models: readonly string[];
    readonly dimensions: number;
    readonly questionDimensions: number;
  },
): FactorizationModel {
  const { file, models, dimensions, questionDimensions } = options;
  const { tensors } = readSafetensors(bytes, { file });
  const shapes: Record<TensorName, readonly number[]> = {
    'P.weight': [models.length, dimensions],
    'text_proj.weight': [dimensions, questionDimensions],
    'text_proj.bias': [dimensions],
    'classifier.weight': [2, dimensions],
    'classifier.bias': [2],
  };
  for (const name of tensors.keys()) {
    if (!Object.hasOwn(shapes, name)) {
      throw new DataError('The model has no such tensor.', { file, field: name });
    }
  }
  const matrix = (name: TensorName) => {
    const tensor = tensors.get(name);
    if (!tensor) throw new DataError('The tensor is missing.', { file, field: name });
    const shape = shapes[name];
    if (tensor.dtype !== 'F32' || String(tensor.shape) !== String(shape)) {
      throw new DataError(
        `The tensor is ${tensor.dtype} [${tensor.shape.join(', ')}], but the config calls for F32 [${shape.join(', ')}].`,
        { file, field: name },
      );
    }
    return tensorToMatrix(tensor, { file, name });
  };
  return new FactorizationModel({
    models,
    modelEmbeddings: matrix('P.weight'),
    projection: matrix('text_proj.weight'),
    projectionBias: matrix('text_proj.bias').data,
    classifier: matrix('classifier.weight'),
    classifierBias: matrix('classifier.bias').data,
  });
}

function vectorToTensor(data: Float32Array): TensorOf<'F32'> & Tensor {
  return { dtype: 'F32', shape: [data.length], data };
}
