import type { Matrix } from '@embedllm/core';

/** Above this many wanted models sorting all of them is faster than inserting. */
const INSERTION_LIMIT = 32;

/**
 * The first `top` models in the order of a comparison, best first; what compares equal is ordered
 * by logit, larger first, then by pool order.
 *
 * @param admitted - Indices into `logits`, ascending.
 * @param logits - Length M, finite.
 */
export function rankModels(
  admitted: readonly number[],
  logits: Float32Array,
  compare: (a: number, b: number) => number,
  top: number,
): number[] {
  const order = (a: number, b: number): number => compare(a, b) || logits[b]! - logits[a]! || a - b;
  if (top > INSERTION_LIMIT) return [...admitted].sort(order).slice(0, top);
  const ranked: number[] = [];
  for (const model of admitted) {
    let place = ranked.length;
    if (place === top && order(model, ranked[top - 1]!) > 0) continue;
    while (place > 0 && order(model, ranked[place - 1]!) < 0) place--;
    if (ranked.length < top) ranked.push(model);
    ranked.copyWithin(place + 1, place, ranked.length - 1);
    ranked[place] = model;
  }
  return ranked;
}

/**
 * The largest of some columns in each row, the first of them on ties.
 *
 * @param among - Columns, ascending, at least one.
 */
export function largestAmong({ rows, cols, data }: Matrix, among: readonly number[]): Int32Array {
  const chosen = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    let best = among[0]!;
    let bestValue = data[row * cols + best]!;
    for (let index = 1; index < among.length; index++) {
      const col = among[index]!;
      const value = data[row * cols + col]!;
      if (value > bestValue) {
        best = col;
        bestValue = value;
      }
    }
    chosen[row] = best;
  }
  return chosen;
}
