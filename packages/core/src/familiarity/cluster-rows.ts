import { checkInteger } from '@embedllm/internals';
import type { Matrix } from '../matrix/matrix.js';
import { Random } from '../random/random.js';

/** Enough for centres that distances are taken to; they need not have settled. */
const ROUNDS = 8;

/**
 * Centres of the rows by k-means (Lloyd 1982), from rows drawn at random: 2 Q K D FLOPs a round.
 *
 * @param rows - Shape [Q, D], Q from 1.
 * @param count - K, cut to Q.
 * @throws EmbedLLMError `invalid-argument` on a count below 1.
 */
export function clusterRows(rows: Matrix, count: number, seed: number): Float64Array[] {
  checkInteger('clusters', count, { min: 1 });
  const { rows: Q, cols: D } = rows;
  const random = new Random(seed);
  let centres = Array.from({ length: Math.min(count, Q) }, () =>
    Float64Array.from(rows.row(random.integer(Q))),
  );
  for (let round = 0; round < ROUNDS; round++) {
    const sums = centres.map(() => new Float64Array(D));
    const counts = new Float64Array(centres.length);
    for (let row = 0; row < Q; row++) {
      const nearest = nearestOf(centres, rows.row(row));
      counts[nearest] = counts[nearest]! + 1;
      const sum = sums[nearest] as Float64Array;
      rows.row(row).forEach((value, j) => {
        sum[j] = sum[j]! + value;
      });
    }
    centres = centres.map((centre, k) => {
      const members = counts[k]!;
      return members === 0 ? centre : (sums[k] as Float64Array).map((value) => value / members);
    });
  }
  return centres;
}

function nearestOf(centres: readonly Float64Array[], row: Float32Array): number {
  let nearest = 0;
  let least = Number.POSITIVE_INFINITY;
  centres.forEach((centre, k) => {
    let square = 0;
    for (let j = 0; j < row.length; j++) square += (row[j]! - centre[j]!) ** 2;
    if (square < least) {
      least = square;
      nearest = k;
    }
  });
  return nearest;
}
