import { Matrix, multiplyTransposed } from '@embedllm/core';
import { instantiateKernel, type Kernel } from './kernel.js';

/** Rows of a panel of packed weights. */
const PANEL = 8;
/** Rows of `a` that are copied into WebAssembly memory at once. */
const TILE = 32;

/**
 * The product a bᵀ + bias for weights b that stay: packed once into WebAssembly memory for 128-bit
 * vector instructions where the runtime has them, else by core's plain JavaScript.
 *
 * Both add in the order of the columns, the vector form in 32-bit and the plain form in 64-bit
 * floats; results agree to rounding, about 1e-6 of the sum of the products' magnitudes.
 */
export class RowProduct {
  readonly #weights: Matrix;
  readonly #bias: Float32Array;
  readonly #kernel: Kernel | undefined;
  /** K rounded up to even, as the kernel takes columns in pairs. */
  readonly #columns: number;
  /** Panels, even, so that one row can take them in pairs. */
  readonly #panels: number;

  /**
   * @param weights - b, shape [M, K], K ≥ 1; kept and written to by `setRow`.
   * @param bias - Length M; likewise.
   * @param useSimd - `false` for plain JavaScript.
   */
  constructor(weights: Matrix, bias: Float32Array, useSimd = true) {
    this.#weights = weights;
    this.#bias = bias;
    const { rows: M, cols: K } = weights;
    this.#panels = 2 * Math.ceil(M / (2 * PANEL));
    this.#columns = K + (K % 2);
    const packed = this.#panels * PANEL;
    const floats = packed * (this.#columns + 1) + TILE * (this.#columns + packed);
    this.#kernel = useSimd && M > 0 && K > 0 ? instantiateKernel(4 * floats) : undefined;
    for (let row = 0; this.#kernel && row < M; row++) this.#pack(row);
  }

  /** b, shape [M, K]. */
  get weights(): Matrix {
    return this.#weights;
  }

  /** Length M. */
  get bias(): Float32Array {
    return this.#bias;
  }

  /** Whether vector instructions do the work. */
  get isVectorized(): boolean {
    return this.#kernel !== undefined;
  }

  /** Replaces one row of b, length K, and its bias. */
  setRow(row: number, weights: ArrayLike<number>, bias: number): void {
    this.#weights.row(row).set(weights);
    this.#bias[row] = bias;
    if (this.#kernel) this.#pack(row);
  }

  /**
   * @param a - Shape [N, K].
   * @returns a bᵀ + bias, shape [N, M]; 2 N M K FLOPs.
   */
  multiply(a: Matrix): Matrix {
    const kernel = this.#kernel;
    if (!kernel) return multiplyTransposed(a, this.#weights, this.#bias);
    const { rows: M, cols: K } = this.#weights;
    const result = new Matrix(a.rows, M);
    const { memory } = kernel;
    const columns = this.#columns;
    const packed = this.#panels * PANEL;
    const biasAt = packed * columns;
    const aAt = biasAt + packed;
    const cAt = aAt + TILE * columns;
    for (let start = 0; start < a.rows; start += TILE) {
      const count = Math.min(TILE, a.rows - start);
      if (columns === K) memory.set(a.data.subarray(start * K, (start + count) * K), aAt);
      else for (let i = 0; i < count; i++) memory.set(a.row(start + i), aAt + i * columns);
      const blocks = count - (count % 4);
      // One panel stays in the level-1 cache while the rows of the tile pass by.
      for (let panel = 0; panel < this.#panels; panel++) {
        const b = 4 * panel * PANEL * columns;
        const biasOf = 4 * (biasAt + panel * PANEL);
        for (let row = 0; row < blocks; row += 4) {
          const from = 4 * (aAt + row * columns);
          const to = 4 * (cAt + row * packed + panel * PANEL);
          kernel.four(from, 4 * columns, b, biasOf, to, 4 * packed, 1);
        }
      }
      let row = blocks;
      for (; row < count; row++) {
        const from = 4 * (aAt + row * columns);
        kernel.one(from, 4 * columns, 0, 4 * biasAt, 4 * (cAt + row * packed), this.#panels);
      }
      for (row = 0; row < count; row++) {
        const at = cAt + row * packed;
        result.row(start + row).set(memory.subarray(at, at + M));
      }
    }
    return result;
  }

  #pack(row: number): void {
    const kernel = this.#kernel as Kernel;
    const K = this.#columns;
    const values = this.#weights.row(row);
    const base = Math.floor(row / PANEL) * PANEL * K + (row % PANEL);
    for (let k = 0; k < values.length; k++) kernel.memory[base + k * PANEL] = values[k]!;
    kernel.memory[this.#panels * PANEL * K + row] = this.#bias[row]!;
  }
}
