import { DataError } from '@embedllm/internals';
import { Matrix } from '../matrix/matrix.js';
import { bfloat16ToFloat32, float16ToNumber } from './half-precision.js';
import type { Tensor } from './tensor.js';

/** Options of `tensorToMatrix`. */
export interface TensorToMatrixOptions {
  /** Where the tensor came from, for error messages. */
  readonly file?: string | undefined;
  /** Name of the tensor, for error messages. */
  readonly name?: string | undefined;
  /**
   * Lets NaN and infinities through.
   *
   * @default false
   */
  readonly allowNonFinite?: boolean | undefined;
}

/**
 * A floating-point tensor of one or two axes as a matrix; one axis of length n gives [1, n].
 *
 * F32 data are wrapped without copying. F16 and BF16 widen exactly; F64 rounds to the nearest
 * float32.
 *
 * @throws DataError `invalid-data` on integer element types, on another number of axes and on
 * F64 values beyond the float32 range; `not-finite` on NaN and infinities, unless allowed.
 */
export function tensorToMatrix(tensor: Tensor, options: TensorToMatrixOptions = {}): Matrix {
  const location = { file: options.file, field: options.name };
  const [first, second] = tensor.shape;
  if (first === undefined || tensor.shape.length > 2) {
    throw new DataError(
      `The tensor must be a vector or a matrix, but has the shape [${tensor.shape.join(', ')}].`,
      location,
    );
  }
  const matrix = new Matrix(
    second === undefined ? 1 : first,
    second ?? first,
    toFloat32(tensor, location),
  );
  if (!options.allowNonFinite) assertFiniteData(matrix, location);
  return matrix;
}

/** A matrix as an F32 tensor of shape [rows, cols], sharing its data. */
export function matrixToTensor(matrix: Matrix): Tensor {
  return { dtype: 'F32', shape: [matrix.rows, matrix.cols], data: matrix.data };
}

function toFloat32(
  tensor: Tensor,
  location: { file: string | undefined; field: string | undefined },
): Float32Array {
  switch (tensor.dtype) {
    case 'F32':
      return tensor.data;
    case 'F64':
      return roundToFloat32(tensor.data, tensor.shape.at(-1) ?? 1, location);
    case 'F16':
      return Float32Array.from(tensor.data, float16ToNumber);
    case 'BF16':
      return bfloat16ToFloat32(tensor.data);
    default:
      throw new DataError(
        `Elements of type ${tensor.dtype} are not floating-point numbers.`,
        location,
      );
  }
}

/**
 * Rounds to float32, refusing finite values that would become infinite.
 *
 * @param columns - Length of a row, to say where a bad value is.
 */
function roundToFloat32(
  values: Float64Array,
  columns: number,
  location: { file?: string | undefined; field?: string | undefined },
): Float32Array {
  const rounded = new Float32Array(values);
  for (let index = 0; index < rounded.length; index++) {
    const value = values[index]!;
    if (Number.isFinite(value) && !Number.isFinite(rounded[index])) {
      throw new DataError(
        `The value ${value} at row ${Math.floor(index / columns)}, column ${index % columns} (counted from 0) is beyond the range of 32-bit floats.`,
        location,
      );
    }
  }
  return rounded;
}

/** Refuses NaN and infinities, naming the first one's place. */
function assertFiniteData(
  matrix: Matrix,
  location: { file?: string | undefined; field?: string | undefined },
): void {
  const { data, cols } = matrix;
  for (let index = 0; index < data.length; index++) {
    const value = data[index]!;
    if (value - value !== 0) {
      throw new DataError(
        `The value at row ${Math.floor(index / cols)}, column ${index % cols} (counted from 0) is ${value}.`,
        { ...location, code: 'not-finite' },
      );
    }
  }
}
