import { DataError } from '@embedllm/internals';
import type { Tensor, TensorDtype } from '../tensors/tensor.js';

/** Element types of PyTorch's storages. */
export type TorchDtype = Exclude<TensorDtype, 'U16' | 'U32' | 'U64'>;

const BYTES: Readonly<Record<TorchDtype, number>> = {
  F64: 8,
  I64: 8,
  F32: 4,
  I32: 4,
  F16: 2,
  BF16: 2,
  I16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
};

/** A view of a storage, as PyTorch describes it. */
export interface StridedView {
  readonly dtype: TorchDtype;
  /** The whole storage, little-endian. */
  readonly bytes: Uint8Array;
  /** Of the first element, in elements. */
  readonly offset: number;
  readonly shape: readonly number[];
  /** Elements from one index to the next, per axis. */
  readonly strides: readonly number[];
  /**
   * How many elements may still be copied: strides of zero make large tensors of small files.
   * Lowered by each tensor.
   */
  readonly budget: { elements: number };
  readonly file?: string | undefined;
}

/**
 * Copies a view into a dense row-major tensor.
 *
 * @throws DataError `invalid-data` when it reaches outside its storage or holds more than the
 * budget.
 */
export function stridedTensor(view: StridedView): Tensor {
  const { dtype, bytes, offset, shape, strides, budget, file } = view;
  const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
  if (shape.length !== strides.length || ![offset, ...shape, ...strides].every(isCount)) {
    throw new DataError('The shape or strides of a tensor are malformed.', { file });
  }
  const width = BYTES[dtype];
  const count = shape.reduce((product, length) => product * length, 1);
  const last = shape.reduce((sum, length, axis) => sum + (length - 1) * strides[axis]!, offset);
  if (count > 0 && !(last < Math.floor(bytes.length / width))) {
    throw new DataError(`A tensor of shape [${shape.join(', ')}] reaches outside its storage.`, {
      file,
    });
  }
  budget.elements -= count;
  if (!(budget.elements >= 0)) {
    throw new DataError('The tensors are larger than the file that holds them.', { file });
  }
  const packed = new Uint8Array(count * width);
  const index = new Array<number>(shape.length).fill(0);
  let source = offset;
  for (let element = 0; element < count; element++) {
    const start = source * width;
    for (let byte = 0; byte < width; byte++) {
      packed[element * width + byte] = bytes[start + byte]!;
    }
    // Counts up like an odometer, the last axis fastest.
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      source += strides[axis]!;
      index[axis] = index[axis]! + 1;
      if (index[axis]! < shape[axis]!) break;
      source -= index[axis]! * strides[axis]!;
      index[axis] = 0;
    }
  }
  return toTensor(dtype, shape, packed.buffer);
}

function toTensor(dtype: TorchDtype, shape: readonly number[], buffer: ArrayBuffer): Tensor {
  switch (dtype) {
    case 'F64':
      return { dtype, shape, data: new Float64Array(buffer) };
    case 'F32':
      return { dtype, shape, data: new Float32Array(buffer) };
    case 'F16':
    case 'BF16':
      return { dtype, shape, data: new Uint16Array(buffer) };
    case 'I64':
      return { dtype, shape, data: new BigInt64Array(buffer) };
    case 'I32':
      return { dtype, shape, data: new Int32Array(buffer) };
    case 'I16':
      return { dtype, shape, data: new Int16Array(buffer) };
    case 'I8':
      return { dtype, shape, data: new Int8Array(buffer) };
    case 'U8':
    case 'BOOL':
      return { dtype, shape, data: new Uint8Array(buffer) };
  }
}
