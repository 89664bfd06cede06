import {
  DataError,
  EmbedLLMError,
  type Matrix,
  readSafetensors,
  tensorToMatrix,
} from '@embedllm/core';
import { readTorchFile } from '@embedllm/core/torch';
import { sha256 } from '@embedllm/internals';
import { type Activation, activate } from './activations.js';
import type { HeadModuleConfig } from './head-config.js';
import type { ModelSource } from './model-source.js';
import { normalize } from './pooling.js';

/** A module of a model behind its pooling, with the hash of its weights. */
export type HeadModule =
  | { readonly type: 'normalize' }
  | {
      readonly type: 'layer-norm';
      /** Folder of the weights in the model. */
      readonly path: string;
      /** SHA-256 of the file of weights. */
      readonly contentHash: string;
    }
  | {
      readonly type: 'dense';
      /** Folder of the weights in the model. */
      readonly path: string;
      /** Applied to each component of W x + b. */
      readonly activation: Activation;
      /** Whether the input is added to the output. */
      readonly residual: boolean;
      /** SHA-256 of the file of weights. */
      readonly contentHash: string;
    };

/** A module that is ready to run. */
export interface LoadedModule {
  readonly module: HeadModule;
  /** @throws EmbedLLMError `shape-mismatch` on a vector of another length than the weights take. */
  apply(vector: Float32Array): Float32Array;
}

/** torch.nn.LayerNorm's default. */
const EPSILON = 1e-5;

/**
 * Loads the weights of the modules behind the pooling.
 *
 * @throws EmbedLLMError `io` when a file of weights is missing, `encoder-mismatch` when a stored
 * module has other weights here; DataError `invalid-data` naming file and tensor.
 */
export async function loadHead(
  head: readonly (HeadModuleConfig | HeadModule)[],
  source: Pick<ModelSource, 'readBytes'>,
): Promise<LoadedModule[]> {
  const loaded: LoadedModule[] = [];
  for (const module of head) {
    if (module.type === 'normalize') {
      loaded.push({
        module,
        apply: (vector) => {
          normalize(vector);
          return vector;
        },
      });
      continue;
    }
    const weights = await readWeights(source, module.path);
    const { contentHash } = weights;
    if ('contentHash' in module && module.contentHash !== contentHash) {
      throw new EmbedLLMError(
        `${weights.file} does not contain the weights the artifact was trained with.`,
        { code: 'encoder-mismatch' },
      );
    }
    if (module.type === 'layer-norm') {
      const weight = weights.vector('norm.weight');
      const bias = weights.vector('norm.bias', weight.length);
      loaded.push({
        module: { type: 'layer-norm', path: module.path, contentHash },
        apply: (vector) =>
          layerNorm(checkLength(vector, weight.length, weights.file), weight, bias),
      });
    } else {
      const { path, activation, residual } = module;
      const shape = 'inputs' in module ? module : undefined;
      const apply = dense(weights, { activation, residual, shape });
      loaded.push({ module: { type: 'dense', path, activation, residual, contentHash }, apply });
    }
  }
  return loaded;
}

/**
 * Shifts and scales a vector to mean 0 and variance 1 (Ba, Kiros and Hinton, 2016), then by
 * `weight` and `bias` where they are given.
 */
export function layerNorm(
  vector: Float32Array,
  weight?: Float32Array,
  bias?: Float32Array,
): Float32Array {
  let mean = 0;
  for (const value of vector) mean += value / vector.length;
  let variance = 0;
  for (const value of vector) variance += (value - mean) ** 2 / vector.length;
  const scale = 1 / Math.sqrt(variance + EPSILON);
  return vector.map((value, j) => (value - mean) * scale * (weight?.[j] ?? 1) + (bias?.[j] ?? 0));
}

interface DenseOptions {
  readonly activation: Activation;
  readonly residual: boolean;
  readonly shape: { inputs: number; outputs: number; bias: boolean } | undefined;
}

function dense(weights: Weights, { activation, residual, shape }: DenseOptions) {
  const weight = weights.matrix('linear.weight');
  const { rows: outputs, cols: inputs } = weight;
  if (shape && (shape.inputs !== inputs || shape.outputs !== outputs)) {
    throw new DataError(
      `Has the shape [${outputs}, ${inputs}], but config.json says [${shape.outputs}, ${shape.inputs}].`,
      { file: weights.file, field: 'linear.weight' },
    );
  }
  const bias =
    (shape?.bias ?? weights.has('linear.bias'))
      ? weights.vector('linear.bias', outputs)
      : undefined;
  const projection =
    residual && inputs !== outputs ? weights.matrix('residual.weight', weight) : undefined;
  return (vector: Float32Array): Float32Array => {
    checkLength(vector, inputs, weights.file);
    const result = multiply(weight, vector);
    const added = projection ? multiply(projection, vector) : vector;
    for (let row = 0; row < outputs; row++) {
      const value = activate(activation, result[row]! + (bias?.[row] ?? 0));
      result[row] = residual ? value + added[row]! : value;
    }
    return result;
  };
}

function multiply(matrix: Matrix, vector: Float32Array): Float32Array {
  const result = new Float32Array(matrix.rows);
  for (let row = 0; row < matrix.rows; row++) {
    const weights = matrix.row(row);
    let sum = 0;
    for (let j = 0; j < vector.length; j++) sum += weights[j]! * vector[j]!;
    result[row] = sum;
  }
  return result;
}

function checkLength(vector: Float32Array, length: number, file: string): Float32Array {
  if (vector.length === length) return vector;
  throw new EmbedLLMError(
    `${file} takes vectors of ${length} components, but the previous step produces ${vector.length}.`,
    { code: 'shape-mismatch' },
  );
}

interface Weights {
  readonly file: string;
  readonly contentHash: string;
  has(name: string): boolean;
  matrix(name: string, like?: Matrix): Matrix;
  vector(name: string, length?: number): Float32Array;
}

async function readWeights(source: Pick<ModelSource, 'readBytes'>, path: string): Promise<Weights> {
  let file = `${path}/model.safetensors`;
  let bytes = await source.readBytes(file);
  let tensors = bytes && readSafetensors(bytes, { file }).tensors;
  if (!bytes) {
    file = `${path}/pytorch_model.bin`;
    bytes = await source.readBytes(file);
    const content = bytes && (await readTorchFile(bytes, { file }));
    if (content?.kind === 'tensor') throw new DataError('Must contain named tensors.', { file });
    tensors = content?.tensors;
  }
  if (!bytes || !tensors) {
    throw new EmbedLLMError(
      `The model has no weights for its module ${path}: neither ${path}/model.safetensors nor ${path}/pytorch_model.bin exists. Download them from the model's own repository.`,
      { code: 'io' },
    );
  }
  const matrix = (name: string): Matrix => {
    const tensor = tensors.get(name);
    if (!tensor) throw new DataError('The tensor is missing.', { file, field: name });
    return tensorToMatrix(tensor, { file, name });
  };
  const expect = (name: string, found: Matrix, rows: number, cols: number): Matrix => {
    if (found.rows === rows && found.cols === cols) return found;
    throw new DataError(
      `Must have the shape [${rows}, ${cols}], but has [${found.rows}, ${found.cols}].`,
      { file, field: name },
    );
  };
  return {
    file,
    contentHash: await sha256(bytes),
    has: (name) => tensors.has(name),
    matrix: (name, like) =>
      like ? expect(name, matrix(name), like.rows, like.cols) : matrix(name),
    vector: (name, length) => {
      const found = matrix(name);
      return expect(name, found, 1, length ?? found.cols).data;
    },
  };
}
