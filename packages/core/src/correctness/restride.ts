/** Extent of a grid whose rows are `stride` cells apart. */
export interface GridShape {
  readonly rows: number;
  readonly stride: number;
}

interface Cells<T> {
  subarray(start: number, end: number): T;
  set(source: T, offset: number): void;
}

/**
 * Copies what two grids have in common, row by row, and returns the target. Its reserve may be
 * smaller than the source's, so that neither extent is taken for granted.
 */
export function restride<T extends Cells<T>>(
  source: T,
  target: T,
  from: GridShape,
  to: GridShape,
): T {
  const rows = Math.min(from.rows, to.rows);
  if (from.stride === to.stride) {
    target.set(source.subarray(0, rows * from.stride), 0);
    return target;
  }
  const width = Math.min(from.stride, to.stride);
  for (let row = 0; row < rows; row++) {
    const start = row * from.stride;
    target.set(source.subarray(start, start + width), row * to.stride);
  }
  return target;
}
