/**
 * Puts categories into at most so many folds of about as many questions each: the largest first,
 * each into the fold that is smallest so far. Every category is in one fold.
 *
 * @param categories - Of the questions, length Q.
 * @returns the folds' categories, in order of first appearance within each.
 */
export function categoryFolds(categories: readonly string[], most: number): string[][] {
  const sizes = new Map<string, number>();
  for (const category of categories) sizes.set(category, (sizes.get(category) ?? 0) + 1);
  const names = [...sizes.keys()];
  const folds = Array.from({ length: Math.min(most, names.length) }, () => ({
    names: [] as string[],
    size: 0,
  }));
  const bySize = [...names].sort((a, b) => (sizes.get(b) ?? 0) - (sizes.get(a) ?? 0));
  for (const name of bySize) {
    const smallest = folds.reduce((least, fold) => (fold.size < least.size ? fold : least));
    smallest.names.push(name);
    smallest.size += sizes.get(name) ?? 0;
  }
  return folds.map(({ names: of }) => names.filter((name) => of.includes(name)));
}
