/**
 * In-place Cholesky factorisation and solves of the small systems in inner loops, without
 * allocation; matrices are row-major [size, size], and only their lower triangles are used.
 */

/** Replaces the lower triangle of A by L with A = L Lᵀ. A must be positive definite. */
export function factorInPlace(a: Float64Array, size: number): void {
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * size + j]!;
      for (let k = 0; k < j; k++) {
        sum -= a[i * size + k]! * a[j * size + k]!;
      }
      a[i * size + j] = i === j ? Math.sqrt(sum) : sum / a[j * size + j]!;
    }
  }
}

/** Replaces b by the solution of L Lᵀ x = b. */
export function solveInPlace(lower: Float64Array, size: number, b: Float64Array): void {
  for (let i = 0; i < size; i++) {
    let sum = b[i]!;
    for (let k = 0; k < i; k++) sum -= lower[i * size + k]! * b[k]!;
    b[i] = sum / lower[i * size + i]!;
  }
  solveTransposedInPlace(lower, size, b);
}

/** Replaces b by the solution of Lᵀ x = b: of standard normal b, a draw with covariance A⁻¹. */
export function solveTransposedInPlace(lower: Float64Array, size: number, b: Float64Array): void {
  for (let i = size - 1; i >= 0; i--) {
    let sum = b[i]!;
    for (let k = i + 1; k < size; k++) sum -= lower[k * size + i]! * b[k]!;
    b[i] = sum / lower[i * size + i]!;
  }
}

/** Writes A⁻¹ = (L Lᵀ)⁻¹ to `inverse` at `offset`, both triangles. */
export function invertFactor(
  lower: Float64Array,
  size: number,
  inverse: Float64Array,
  offset: number,
  column: Float64Array,
): void {
  for (let j = 0; j < size; j++) {
    column.fill(0, 0, size);
    column[j] = 1;
    solveInPlace(lower, size, column);
    for (let i = 0; i < size; i++) inverse[offset + i * size + j] = column[i]!;
  }
}

/** Entries of the lower triangle of a symmetric matrix. */
export function triangleSize(size: number): number {
  return (size * (size + 1)) / 2;
}

/** Writes the lower triangle of x xᵀ, row by row, to `products` at `offset`. */
export function outerProduct(
  x: Float64Array,
  start: number,
  size: number,
  products: Float64Array,
  offset: number,
): void {
  for (let i = 0, cell = offset; i < size; i++) {
    for (let j = 0; j <= i; j++, cell++) {
      products[cell] = x[start + i]! * x[start + j]!;
    }
  }
}

/** Adds a lower triangle, row by row at `offset`, to that of a square matrix. */
export function addTriangle(
  triangle: Float64Array,
  offset: number,
  size: number,
  square: Float64Array,
): void {
  for (let i = 0, cell = offset; i < size; i++) {
    for (let j = 0; j <= i; j++, cell++) {
      square[i * size + j] = square[i * size + j]! + triangle[cell]!;
    }
  }
}
