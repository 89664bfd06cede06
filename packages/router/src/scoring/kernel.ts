import { ROW_PRODUCT_WASM } from './row-product-wasm.js';

/** An instance of row-product.wat; see there for the arguments, all in bytes but `panels`. */
export interface Kernel {
  /** All of its memory. */
  readonly memory: Float32Array;
  four(
    a: number,
    row: number,
    b: number,
    bias: number,
    c: number,
    out: number,
    panels: number,
  ): void;
  one(a: number, row: number, b: number, bias: number, c: number, panels: number): void;
}

let compiled: WebAssembly.Module | null | undefined;

/**
 * An instance with the given bytes of memory, or `undefined` where the runtime has no WebAssembly
 * with vectors, forbids compiling (some edge runtimes do), or has no such memory.
 */
export function instantiateKernel(bytes: number): Kernel | undefined {
  if (compiled === undefined) compiled = compile();
  if (compiled === null) return undefined;
  try {
    const { exports } = new WebAssembly.Instance(compiled);
    const { memory, four, one } = exports;
    if (!(memory instanceof WebAssembly.Memory) || !isKernel(four) || !isKernel(one)) {
      return undefined;
    }
    const missing = bytes - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / 65_536));
    return { memory: new Float32Array(memory.buffer), four, one };
  } catch {
    return undefined;
  }
}

function compile(): WebAssembly.Module | null {
  try {
    const text = atob(ROW_PRODUCT_WASM);
    return new WebAssembly.Module(Uint8Array.from(text, (char) => char.charCodeAt(0)));
  } catch {
    return null;
  }
}

function isKernel(value: unknown): value is (...offsets: number[]) => void {
  return typeof value === 'function';
}
