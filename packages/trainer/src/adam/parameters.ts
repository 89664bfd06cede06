import { FactorizationModel, Matrix, Random } from '@embedllm/core';
import { seedOf } from './seed-of.js';

/** M models, D dimensions of a question, d of a model. */
export interface ParameterSizes {
  readonly models: number;
  readonly questionDimensions: number;
  readonly dimensions: number;
}

/** Where one tensor lies among the parameters, which are kept as one flat vector. */
export interface ParameterSlice {
  /** As in the published checkpoint. */
  readonly name: ParameterName;
  readonly shape: readonly [number, number];
  readonly start: number;
  readonly length: number;
}

/** Names of the published checkpoint. */
export type ParameterName =
  | 'P.weight'
  | 'text_proj.weight'
  | 'text_proj.bias'
  | 'classifier.weight'
  | 'classifier.bias';

/** The tensors in the order of the flat vector; biases are rows. */
export function parameterSlices(sizes: ParameterSizes): ParameterSlice[] {
  const { models: M, questionDimensions: D, dimensions: d } = sizes;
  const shapes: [ParameterName, readonly [number, number]][] = [
    ['P.weight', [M, d]],
    ['text_proj.weight', [d, D]],
    ['text_proj.bias', [1, d]],
    ['classifier.weight', [2, d]],
    ['classifier.bias', [1, 2]],
  ];
  let start = 0;
  return shapes.map(([name, shape]) => {
    const slice = { name, shape, start, length: shape[0] * shape[1] };
    start += slice.length;
    return slice;
  });
}

/**
 * What PyTorch starts from: standard normal embeddings (`nn.Embedding`), and linear layers uniform
 * within 1 / sqrt(inputs), biases included (`nn.Linear`).
 */
export function initialParameters(sizes: ParameterSizes, seed: number): Float32Array {
  const random = new Random(seedOf(seed, 0, 'parameters'));
  const slices = parameterSlices(sizes);
  const parameters = new Float32Array(slices.reduce((sum, { length }) => sum + length, 0));
  for (const { name, start, length } of slices) {
    const inputs = name.startsWith('text_proj') ? sizes.questionDimensions : sizes.dimensions;
    const bound = 1 / Math.sqrt(inputs);
    for (let index = start; index < start + length; index++) {
      parameters[index] =
        name === 'P.weight' ? random.normal() : bound * (2 * random.uniform() - 1);
    }
  }
  return parameters;
}

/** The parameters as core's model; copies. */
export function modelFromParameters(
  parameters: Float32Array,
  sizes: ParameterSizes,
  models: readonly string[],
): FactorizationModel {
  const [P, W, b, C, c] = parameterSlices(sizes).map(
    ({ start, length, shape }) =>
      new Matrix(shape[0], shape[1], parameters.slice(start, start + length)),
  ) as [Matrix, Matrix, Matrix, Matrix, Matrix];
  return new FactorizationModel({
    models,
    modelEmbeddings: P,
    projection: W,
    projectionBias: b.data,
    classifier: C,
    classifierBias: c.data,
  });
}

/** The first tensor that holds NaN or an infinity, and where. */
export function findNonFinite(
  parameters: Float32Array,
  sizes: ParameterSizes,
): { name: ParameterName; value: number; row: number; column: number } | undefined {
  const index = parameters.findIndex((value) => !Number.isFinite(value));
  if (index < 0) return undefined;
  for (const { name, shape, start, length } of parameterSlices(sizes)) {
    if (index >= start + length) continue;
    const offset = index - start;
    return {
      name,
      value: parameters[index]!,
      row: Math.floor(offset / shape[1]),
      column: offset % shape[1],
    };
  }
  return undefined;
}
