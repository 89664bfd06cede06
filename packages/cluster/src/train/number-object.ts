import { Matrix } from '@embedllm/core';
import type { LinearParameters, ShardGradient, ShardMoments } from '@embedllm/trainer';

/** Numbers as an object has them: 64 bits each, the lowest byte first. */
export function toBytes(...arrays: readonly Float64Array[]): Uint8Array {
  const length = arrays.reduce((sum, array) => sum + array.byteLength, 0);
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const array of arrays) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), offset);
    offset += array.byteLength;
  }
  return bytes;
}

/** @throws when the bytes are not of so many numbers. */
export function toNumbers(bytes: Uint8Array, count: number, key: string): Float64Array {
  if (bytes.length !== 8 * count) {
    throw new Error(`${key} has ${bytes.length} bytes, but ${8 * count} are needed`);
  }
  // Copied, because numbers must begin at a multiple of eight.
  return new Float64Array(Uint8Array.from(bytes).buffer);
}

/** How many numbers a gradient of M models in D dimensions has. */
export function gradientLength(models: number, dimensions: number): number {
  return models * (dimensions + 1);
}

/** A gradient, without its loss. */
export function gradientOf(numbers: Float64Array, models: number, loss: number): ShardGradient {
  const weights = numbers.length - models;
  return { weights: numbers.slice(0, weights), bias: numbers.slice(weights), loss };
}

/** How many numbers moments in D dimensions have. */
export function momentsLength(dimensions: number): number {
  return dimensions * (dimensions + 1);
}

/** Moments, without their number of questions. */
export function momentsOf(
  numbers: Float64Array,
  dimensions: number,
  questions: number,
): ShardMoments {
  return { questions, sum: numbers.slice(0, dimensions), gram: numbers.slice(dimensions) };
}

/** Parameters as an object has them: 32 bits each. */
export function parametersToBytes({ weights, bias }: LinearParameters): Uint8Array {
  const numbers = new Float32Array(weights.data.length + bias.length);
  numbers.set(weights.data);
  numbers.set(bias, weights.data.length);
  return new Uint8Array(numbers.buffer);
}

/** @throws when the bytes are not of so many models and dimensions. */
export function parametersOf(
  bytes: Uint8Array,
  models: number,
  dimensions: number,
  key: string,
): LinearParameters {
  const count = gradientLength(models, dimensions);
  if (bytes.length !== 4 * count) {
    throw new Error(`${key} has ${bytes.length} bytes, but ${4 * count} are needed`);
  }
  const numbers = new Float32Array(Uint8Array.from(bytes).buffer);
  const weights = models * dimensions;
  return {
    weights: new Matrix(models, dimensions, numbers.subarray(0, weights)),
    bias: numbers.subarray(weights),
  };
}
