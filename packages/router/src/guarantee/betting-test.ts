/**
 * Whether the mean of a bounded variable is below 0, at a level: a gambler bets against "the mean
 * is 0 or more" with stakes from the past alone, and whoever multiplies the money by 1 / level has
 * shown it, for such wealth is a non-negative supermartingale (Ville 1939). Stakes follow the
 * variance so far (Waudby-Smith and Ramdas 2024, arXiv 2010.09686, section 3).
 *
 * @param values - Independent draws between `low` < 0 and `high`, in any order fixed beforehand.
 */
export function isMeanBelowZero(
  values: readonly number[],
  low: number,
  high: number,
  level: number,
): boolean {
  const range = high - low;
  const wanted = Math.log(1 / level);
  // Everything scaled to [0, 1], where 0 becomes `zero`.
  const zero = -low / range;
  let wealth = 0;
  let sum = 0.5;
  let squares = 0.25;
  for (const [index, value] of values.entries()) {
    const scaled = (value - low) / range;
    const stake = Math.sqrt((2 * wanted * (index + 1)) / (values.length * squares));
    // Below 1 / (1 - zero) a single loss cannot ruin the gambler.
    wealth += Math.log(1 - Math.min(stake, 0.5 / (1 - zero || 1)) * (scaled - zero));
    if (wealth >= wanted) return true;
    sum += scaled;
    squares += (scaled - sum / (index + 2)) ** 2;
  }
  return false;
}
