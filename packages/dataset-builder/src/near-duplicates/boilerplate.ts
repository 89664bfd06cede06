/** Below this many questions a category says nothing about what its questions have in common. */
const SMALLEST_CATEGORY = 20;

/**
 * The shingles that more than a given share of some category's questions have: instructions and
 * templates, which would make all questions of a benchmark near-duplicates. O(S log S) for S
 * shingles of a category.
 *
 * @param sets - Of each question, without repetition.
 * @param categories - Of each question; all one category where left out.
 * @param share - Above 0; 1 or more means none.
 */
export function findBoilerplate(
  sets: readonly Uint32Array[],
  categories: readonly string[] | undefined,
  share: number,
): ReadonlySet<number> {
  const common = new Set<number>();
  if (share >= 1) return common;
  const members = new Map<string, Uint32Array[]>();
  sets.forEach((set, question) => {
    if (set.length === 0) return;
    const category = categories?.[question] ?? '';
    const known = members.get(category);
    if (known) known.push(set);
    else members.set(category, [set]);
  });
  for (const group of members.values()) {
    if (group.length < SMALLEST_CATEGORY) continue;
    const all = new Uint32Array(group.reduce((sum, set) => sum + set.length, 0));
    let filled = 0;
    for (const set of group) {
      all.set(set, filled);
      filled += set.length;
    }
    all.sort();
    const limit = share * group.length;
    for (let start = 0; start < all.length; ) {
      let end = start + 1;
      while (end < all.length && all[end] === all[start]) end++;
      if (end - start > limit) common.add(all[start]!);
      start = end;
    }
  }
  return common;
}

/** A set without what is common; the whole set where nothing else is left. */
export function withoutBoilerplate(set: Uint32Array, common: ReadonlySet<number>): Uint32Array {
  if (common.size === 0) return set;
  const rest = set.filter((shingle) => !common.has(shingle));
  return rest.length === 0 ? set : rest;
}
