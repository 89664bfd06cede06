import { count } from '@embedllm/internals';
import type { CategorizedSet } from '@embedllm/trainer';
import { listed } from '../../output/listed.js';

/** A model lacks a category where it was asked a smaller share of it than this. */
const ASKED_SHARE = 0.5;

/**
 * Says which models were asked different categories than others, as where a benchmark was run for
 * some only: their plain accuracies are of easier or harder questions, and rank them wrongly.
 *
 * @returns `undefined` where all models were asked much the same.
 */
export function coverageGaps({ correctness, categories }: CategorizedSet): string | undefined {
  const asked = new Map<string, { readonly labels: Uint32Array; questions: number }>();
  for (const [question, category] of categories.entries()) {
    const entry = asked.get(category) ?? {
      labels: new Uint32Array(correctness.modelCount),
      questions: 0,
    };
    asked.set(category, entry);
    entry.questions++;
    correctness.models.forEach((_, model) => {
      if (correctness.get(question, model) !== undefined) {
        entry.labels[model] = entry.labels[model]! + 1;
      }
    });
  }
  const lacking = new Set<string>();
  const gaps: string[] = [];
  for (const [category, { labels, questions }] of asked) {
    const isAsked = correctness.models.map((_, model) => labels[model]! >= ASKED_SHARE * questions);
    const without = correctness.models.filter((_, model) => isAsked[model] === false);
    if (without.length === 0 || without.length === correctness.modelCount) continue;
    gaps.push(category);
    for (const name of without) lacking.add(name);
  }
  if (gaps.length === 0) return undefined;
  const isOne = gaps.length === 1;
  return `Models were asked different questions: ${listed([...lacking])} ${lacking.size === 1 ? 'lacks' : 'lack'} half or more of ${isOne ? 'the category' : `${count(gaps.length)} categories,`} ${listed(gaps)}. Their plain accuracies do not rank them; the single best is chosen over the same questions.`;
}
