import type { LeaveOneOut } from './leave-one-out.js';

/** So little more for a nearer neighbour that it only decides between equal votes. */
const TIE_WEIGHT = 1e-9;

/**
 * The mean target of the k nearest other models (Fix and Hodges, 1951); equal votes go to the
 * nearer neighbours, equal distances to the order of the pool. O(n k columns) for each prediction.
 *
 * @param distance - Of two models by place, n of them.
 */
export function neighbourLeaveOneOut(
  n: number,
  k: number,
  distance: (a: number, b: number) => number,
): LeaveOneOut {
  const count = Math.min(k, n - 1);
  const weights = Array.from(
    { length: count },
    (_, rank) => (1 + TIE_WEIGHT * (count - rank)) / count,
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const neighbours = Array.from({ length: n }, (_, i) => {
    const distances = Float64Array.from({ length: n }, (_, j) => distance(i, j));
    return [...distances.keys()]
      .filter((j) => j !== i)
      .sort((a, b) => distances[a]! - distances[b]!)
      .slice(0, count);
  });
  return {
    predict: (targets, columns) => {
      const predictions = new Float64Array(n * columns);
      neighbours.forEach((list, i) => {
        list.forEach((j, rank) => {
          const weight = weights[rank]! / total;
          for (let c = 0; c < columns; c++) {
            const cell = i * columns + c;
            predictions[cell] = predictions[cell]! + weight * targets[j * columns + c]!;
          }
        });
      });
      return predictions;
    },
  };
}
