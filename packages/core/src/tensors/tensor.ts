/** The typed array that holds each element type; `F16` and `BF16` stay raw 16-bit patterns. */
export interface TensorArrays {
  readonly F64: Float64Array;
  readonly F32: Float32Array;
  readonly F16: Uint16Array;
  readonly BF16: Uint16Array;
  readonly I64: BigInt64Array;
  readonly I32: Int32Array;
  readonly I16: Int16Array;
  readonly I8: Int8Array;
  readonly U64: BigUint64Array;
  readonly U32: Uint32Array;
  readonly U16: Uint16Array;
  readonly U8: Uint8Array;
  /** One byte each, 0 or 1. */
  readonly BOOL: Uint8Array;
}

/** Element types, by the names that the safetensors format gives them. */
export type TensorDtype = keyof TensorArrays;

/** A dense row-major array of one element type. */
export interface TensorOf<D extends TensorDtype> {
  readonly dtype: D;
  /** Lengths of the axes; empty for a single number. */
  readonly shape: readonly number[];
  /** As many elements as the product of the shape, the last axis running fastest. */
  readonly data: TensorArrays[D];
}

/** A dense row-major array; `dtype` says which typed array `data` is. */
export type Tensor = { [D in TensorDtype]: TensorOf<D> }[TensorDtype];

/** Bytes of one element, in the order in which the format's own writer lays out the types. */
export const BYTES_PER_ELEMENT: Readonly<Record<TensorDtype, number>> = {
  U64: 8,
  I64: 8,
  F64: 8,
  F32: 4,
  U32: 4,
  I32: 4,
  BF16: 2,
  F16: 2,
  U16: 2,
  I16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
};

/** Whether a name found in a file is an element type that is read here. */
export function isTensorDtype(name: string): name is TensorDtype {
  return Object.hasOwn(BYTES_PER_ELEMENT, name);
}

/**
 * How many elements a shape has.
 *
 * @returns `undefined` when an axis is not an integer of at least 0, or the product of the axes
 * read from the left goes beyond 2^53 - 1, so that no later arithmetic can be wrong.
 */
export function countElements(shape: readonly number[]): number | undefined {
  let count = 1;
  for (const length of shape) {
    if (!Number.isSafeInteger(length) || length < 0) return undefined;
    count *= length;
    if (!Number.isSafeInteger(count)) return undefined;
  }
  return count;
}
