/**
 * Adjusts p-values for their number, so that the chance of any false find stays below the level,
 * whatever their dependence (Holm, 1979, "A simple sequentially rejective multiple test
 * procedure"). O(n log n).
 *
 * @returns in the order given.
 */
export function holmAdjust(pValues: readonly number[]): number[] {
  const order = [...pValues.keys()].sort((a, b) => at(pValues, a) - at(pValues, b));
  const adjusted = new Array<number>(pValues.length);
  let highest = 0;
  order.forEach((index, rank) => {
    highest = Math.max(highest, Math.min(1, at(pValues, index) * (pValues.length - rank)));
    adjusted[index] = highest;
  });
  return adjusted;
}

function at(values: readonly number[], index: number): number {
  return values[index]!;
}
