type Numbers = readonly number[] | Float64Array;

/**
 * Pearson's correlation coefficient, from -1 to 1.
 *
 * @returns `undefined` where it does not exist: fewer than two pairs, or one side constant.
 */
export function pearson(a: Numbers, b: Numbers): number | undefined {
  const meanA = mean(a);
  const meanB = mean(b);
  let covariance = 0;
  let varianceA = 0;
  let varianceB = 0;
  for (const [index, value] of a.entries()) {
    const deltaA = value - meanA;
    const deltaB = b[index]! - meanB;
    covariance += deltaA * deltaB;
    varianceA += deltaA * deltaA;
    varianceB += deltaB * deltaB;
  }
  if (isConstant(a) || isConstant(b)) return undefined;
  const correlation = covariance / Math.sqrt(varianceA * varianceB);
  // Values so close together that their squares vanish have no measurable correlation.
  return Number.isFinite(correlation) ? Math.max(-1, Math.min(1, correlation)) : undefined;
}

/** Spearman's rank correlation: Pearson's of the ranks, equal values sharing their mean rank. */
export function spearman(a: Numbers, b: Numbers): number | undefined {
  return pearson(averageRanks(a), averageRanks(b));
}

/** Ranks from 1, smallest first; equal values share the mean of their ranks. O(n log n). */
export function averageRanks(values: Numbers): Float64Array {
  const order = [...values.keys()].sort((i, j) => values[i]! - values[j]!);
  const ranks = new Float64Array(values.length);
  for (let start = 0, end = 0; start < order.length; start = end) {
    while (end < order.length && values[order[end]!] === values[order[start]!]) {
      end++;
    }
    for (let place = start; place < end; place++) {
      ranks[order[place]!] = (start + 1 + end) / 2;
    }
  }
  return ranks;
}

/** Exactly constant: the rounded mean of equal values can differ from them, so compare values. */
function isConstant(values: Numbers): boolean {
  return values.every((value) => value === values[0]);
}

/** The arithmetic mean; of nothing it is NaN, which callers must not let out. */
export function mean(values: Numbers): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
