/** Extent of a grid whose rows are `stride` cells apart. */
export interface GridShape {
  readonly rows: number;
  readonly stride: number;
}

interface Cells<T> {
  subarray(start: number, end: number): T;
  set(source: T, offset: number): void;
}

/** Copies a grid into a larger one, row by row, and returns the larger one. */
export function restride<T extends Cells<T>>(
  source: T,
  target: T,
  from: GridShape,
  to: GridShape,
): T {
  if (from.stride === to.stride) {
    target.set(source, 0);
    return target;
  }
  for (let row = 0; row < from.rows; row++) {
    const start = row * from.stride;
    target.set(source.subarray(start, start + from.stride), row * to.stride);
  }
  return target;
}
