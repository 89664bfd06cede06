import { EmbedLLMError, type Matrix, Random } from '@embedllm/core';
import { symmetricEigen } from '@embedllm/core/linear-algebra';

/** Question features for a ridge regression whose Gram matrix is diagonal. */
export interface TextFeatures {
  /** F, the number of features; 0 without embeddings. */
  readonly count: number;
  /**
   * Row-major [Q, F]; within each benchmark every column has mean zero, and over all questions the
   * columns are orthogonal.
   */
  readonly values: Float64Array;
  /** Squared length of each column, length F, descending. */
  readonly energies: Float64Array;
}

/** No features: every question is known by its benchmark alone. */
export function noFeatures(): TextFeatures {
  return { count: 0, values: new Float64Array(0), energies: new Float64Array(0) };
}

/** Questions from which the principal directions are taken; more change them little. */
const LARGEST_SAMPLE = 4096;

/** Columns with less than this share of the largest energy are rounding errors. */
const NEGLIGIBLE = 1e-9;

/**
 * Principal components of question embeddings within benchmarks: the benchmark's mean is removed
 * first, because the item parameters have a mean of their own for each benchmark.
 *
 * Cost: min(Q, 4096) D² + 9 D³ FLOPs for the directions and 2 Q D F for the projection.
 *
 * @param embeddings - Shape [Q, D].
 * @param benchmarkOf - Index of the benchmark of each question, length Q.
 * @param largest - F at most.
 */
export function textFeatures(
  embeddings: Matrix,
  benchmarkOf: Int32Array,
  largest: number,
  seed: number,
): TextFeatures {
  const { rows: Q, cols: D } = embeddings;
  if (benchmarkOf.length !== Q) {
    throw new EmbedLLMError(`There are ${Q} embeddings for ${benchmarkOf.length} questions.`, {
      code: 'shape-mismatch',
    });
  }
  const centred = centreWithinBenchmarks(embeddings, benchmarkOf);
  const sample = new Random(seed).shuffle(Int32Array.from({ length: Q }, (_, q) => q));
  const gram = gramMatrix(centred, D, sample.subarray(0, LARGEST_SAMPLE));
  const { values: variances, vectors } = symmetricEigen(gram, D);
  const floor = NEGLIGIBLE * (variances[0] ?? 0);
  let kept = 0;
  while (kept < Math.min(D, largest) && variances[kept]! > floor) kept++;
  const projected = project(centred, D, vectors, kept);
  // The directions come from a sample, so that the columns are not exactly orthogonal yet.
  const all = Int32Array.from({ length: Q }, (_, q) => q);
  const rotation = symmetricEigen(gramMatrix(projected, kept, all), kept);
  return {
    count: kept,
    values: project(projected, kept, rotation.vectors, kept),
    energies: rotation.values,
  };
}

function centreWithinBenchmarks(embeddings: Matrix, benchmarkOf: Int32Array): Float64Array {
  const { rows: Q, cols: D, data } = embeddings;
  const benchmarks = benchmarkOf.reduce((most, index) => Math.max(most, index + 1), 0);
  const means = new Float64Array(benchmarks * D);
  const counts = new Float64Array(benchmarks);
  for (let q = 0; q < Q; q++) {
    const benchmark = benchmarkOf[q]!;
    counts[benchmark] = counts[benchmark]! + 1;
    for (let j = 0, m = benchmark * D; j < D; j++, m++) {
      means[m] = means[m]! + data[q * D + j]!;
    }
  }
  const centred = new Float64Array(Q * D);
  for (let q = 0; q < Q; q++) {
    const benchmark = benchmarkOf[q]!;
    const count = counts[benchmark]!;
    for (let j = 0, m = benchmark * D; j < D; j++, m++) {
      centred[q * D + j] = data[q * D + j]! - means[m]! / count;
    }
  }
  return centred;
}

/** XᵀX over the given rows, row-major [width, width]. */
function gramMatrix(values: Float64Array, width: number, rows: Int32Array): Float64Array {
  const gram = new Float64Array(width * width);
  for (let index = 0; index < rows.length; index++) {
    const start = rows[index]! * width;
    for (let i = 0; i < width; i++) {
      const x = values[start + i]!;
      if (x === 0) continue;
      for (let j = 0, g = i * width; j <= i; j++, g++) {
        gram[g] = gram[g]! + x * values[start + j]!;
      }
    }
  }
  for (let i = 0; i < width; i++) {
    for (let j = 0; j < i; j++) gram[j * width + i] = gram[i * width + j]!;
  }
  return gram;
}

/** Products with the first `kept` rows of `directions` [.., width]; row-major [rows, kept]. */
function project(
  values: Float64Array,
  width: number,
  directions: Float64Array,
  kept: number,
): Float64Array {
  const rows = width === 0 ? 0 : values.length / width;
  const result = new Float64Array(rows * kept);
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < kept; k++) {
      let sum = 0;
      for (let j = 0, v = row * width, d = k * width; j < width; j++, v++, d++) {
        sum += values[v]! * directions[d]!;
      }
      result[row * kept + k] = sum;
    }
  }
  return result;
}
