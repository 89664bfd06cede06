import { BYTES_PER_ELEMENT, type Tensor, type TensorDtype } from './tensor.js';

/**
 * Interprets little-endian bytes as elements: a view where the bytes are aligned to the element
 * size, else a copy.
 *
 * @param bytes - Exactly as many as the shape needs.
 */
export function tensorFromBytes(
  dtype: TensorDtype,
  shape: readonly number[],
  bytes: Uint8Array,
): Tensor {
  const size = BYTES_PER_ELEMENT[dtype];
  const { buffer, byteOffset, byteLength } = hostOrder(
    bytes.byteOffset % size === 0 ? bytes : copyOf(bytes),
    size,
  );
  const count = byteLength / size;
  switch (dtype) {
    case 'F64':
      return { dtype, shape, data: new Float64Array(buffer, byteOffset, count) };
    case 'F32':
      return { dtype, shape, data: new Float32Array(buffer, byteOffset, count) };
    case 'F16':
    case 'BF16':
    case 'U16':
      return { dtype, shape, data: new Uint16Array(buffer, byteOffset, count) };
    case 'I64':
      return { dtype, shape, data: new BigInt64Array(buffer, byteOffset, count) };
    case 'I32':
      return { dtype, shape, data: new Int32Array(buffer, byteOffset, count) };
    case 'I16':
      return { dtype, shape, data: new Int16Array(buffer, byteOffset, count) };
    case 'I8':
      return { dtype, shape, data: new Int8Array(buffer, byteOffset, count) };
    case 'U64':
      return { dtype, shape, data: new BigUint64Array(buffer, byteOffset, count) };
    case 'U32':
      return { dtype, shape, data: new Uint32Array(buffer, byteOffset, count) };
    case 'U8':
    case 'BOOL':
      return { dtype, shape, data: new Uint8Array(buffer, byteOffset, count) };
  }
}

/** The elements as little-endian bytes; shares the memory on little-endian machines. */
export function tensorBytes(tensor: Tensor): Uint8Array {
  const { buffer, byteOffset, byteLength } = tensor.data;
  return hostOrder(new Uint8Array(buffer, byteOffset, byteLength), BYTES_PER_ELEMENT[tensor.dtype]);
}

function hostOrder(bytes: Uint8Array, size: number): Uint8Array {
  return size === 1 || hostIsLittleEndian() ? bytes : swapByteOrder(bytes, size);
}

/** A copy in which the bytes of each element run the other way. */
export function swapByteOrder(bytes: Uint8Array, size: number): Uint8Array {
  const swapped = copyOf(bytes);
  for (let start = 0; start < swapped.length; start += size) {
    swapped.subarray(start, start + size).reverse();
  }
  return swapped;
}

/** A copy at the start of its own buffer. `slice` of a Node Buffer is a view. */
function copyOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}

function hostIsLittleEndian(): boolean {
  return new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
}
