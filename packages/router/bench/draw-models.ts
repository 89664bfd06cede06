import type { Random } from '@embedllm/core';

/** your own models. */
export const SIZE = 5;

/** How five your own models relate: spread over 25 points at least, alike within 6, or of the best eight. */
export type DrawnGroup = 'wide' | 'similar' | 'stronger';

/** Draws five models, and the pool that they join: all others, or none of the best eight. */
export function drawModels({
  group,
  complete,
  all,
  strength,
  random,
}: {
  readonly group: DrawnGroup;
  /** Models that answered nearly everything. */
  readonly complete: readonly number[];
  /** How many models there are. */
  readonly all: number;
  /** Accuracy of each complete model. */
  readonly strength: ReadonlyMap<number, number>;
  readonly random: Random;
}): { five: number[]; pool: number[] } {
  const of = (m: number): number => strength.get(m) ?? 0;
  const ranked = [...complete].sort((a, b) => of(b) - of(a));
  const everyone = Array.from({ length: all }, (_, m) => m);
  if (group === 'stronger') {
    const top = ranked.slice(0, 8);
    const five = random.shuffle([...top]).slice(0, SIZE);
    return { five, pool: everyone.filter((m) => !top.includes(m)) };
  }
  for (let attempt = 0; attempt < 10_000; attempt++) {
    const five = random.shuffle([...complete]).slice(0, SIZE);
    const values = five.map(of);
    const spread = Math.max(...values) - Math.min(...values);
    if (group === 'wide' ? spread >= 0.25 : spread <= 0.06) {
      return { five, pool: everyone.filter((m) => !five.includes(m)) };
    }
  }
  // Few pools hold five so alike by chance: neighbours in strength then.
  const first = random.integer(ranked.length - SIZE + 1);
  const five = ranked.slice(first, first + SIZE);
  return { five, pool: everyone.filter((m) => !five.includes(m)) };
}
