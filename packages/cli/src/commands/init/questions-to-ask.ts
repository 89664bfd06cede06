import { Random } from '@embedllm/core';
import type { BankQuestion } from '@embedllm/pretrained';

/** (√5 - 1) / 2: the fractional parts of its multiples spread as evenly as those of any number. */
const GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2;

/**
 * Which questions of a bank to ask all models, in the order of asking; indices of the bank. They are
 * spread evenly over categories and, within each, from those that few of the pool got right to those
 * that most did, and so is every beginning of the order. Questions that are chosen because they tell
 * models apart lie where the model of answers fits least: of these, intervals are too narrow.
 */
export function questionsToAsk(
  questions: readonly Pick<BankQuestion, 'category' | 'poolAccuracy'>[],
  { count, seed }: { readonly count: number; readonly seed: number },
): number[] {
  const random = new Random(seed);
  const of = (index: number) => questions[index]!;
  const ranked = random
    .shuffle([...questions.keys()])
    .sort(
      (a, b) =>
        of(a).category.localeCompare(of(b).category, 'en') ||
        of(a).poolAccuracy - of(b).poolAccuracy,
    );
  const left = new Set(ranked.keys());
  let place = random.uniform();
  return Array.from({ length: Math.min(count, questions.length) }, () => {
    const rank = nearest(left, Math.floor(place * ranked.length));
    left.delete(rank);
    place = (place + GOLDEN_RATIO) % 1;
    return ranked[rank]!;
  });
}

/** The member of a set that is not empty which is nearest to a number. */
function nearest(left: ReadonlySet<number>, to: number): number {
  for (let away = 0; ; away++) {
    if (left.has(to + away)) return to + away;
    if (left.has(to - away)) return to - away;
  }
}
