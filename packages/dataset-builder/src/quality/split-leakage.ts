import { EmbedLLMError, type QuestionSplit } from '@embedllm/core';
import type { NearDuplicates } from '../near-duplicates/near-duplicates.js';
import type { LeakageCount, LeakageQuality, LeakedQuestion } from './quality-report.js';
import type { QuestionReferences } from './question-reference.js';

const CROSSINGS = [
  ['train', 'test'],
  ['train', 'validation'],
  ['validation', 'test'],
] as const;

/** The part of each question, or `undefined`. @throws EmbedLLMError on an index out of range. */
export function partsOf(split: QuestionSplit, count: number): (keyof QuestionSplit | undefined)[] {
  const parts: (keyof QuestionSplit | undefined)[] = new Array(count).fill(undefined);
  for (const part of ['train', 'validation', 'test'] as const) {
    for (const question of split[part]) {
      if (!Number.isInteger(question) || question < 0 || question >= count) {
        throw new EmbedLLMError(
          `The split's ${part} part has the question ${question}, but there are only ${count} questions.`,
          { code: 'invalid-argument' },
        );
      }
      if (parts[question] !== undefined) {
        throw new EmbedLLMError(
          `The split has the question ${question} in ${parts[question]} and in ${part}.`,
          { code: 'invalid-argument' },
        );
      }
      parts[question] = part;
    }
  }
  return parts;
}

/** Questions that have the same or a similar one in an earlier part of the split. */
export function inspectLeakage(
  split: QuestionSplit,
  parts: readonly (keyof QuestionSplit | undefined)[],
  searches: readonly NearDuplicates[],
  references: QuestionReferences,
  listed: number,
): LeakageQuality {
  const likes = searches.map((search) => likesIn(search, parts));
  const counts: LeakageCount[] = [];
  const found: {
    from: 'train' | 'validation';
    to: 'validation' | 'test';
    at: number;
    like: Like;
  }[] = [];
  for (const [from, to] of CROSSINGS) {
    let same = 0;
    let near = 0;
    for (const question of split[to]) {
      let best: Like | undefined;
      for (const search of likes) {
        for (const like of search(question, from)) {
          if (best === undefined || like.similarity > best.similarity) best = like;
        }
      }
      if (best === undefined) continue;
      if (best.same) same++;
      else near++;
      found.push({ from, to, at: question, like: best });
    }
    const size = split[to].length;
    counts.push({ from, to, same, near, share: size === 0 ? 0 : (same + near) / size });
  }
  found.sort((a, b) => b.like.similarity - a.like.similarity);
  const questions = found.slice(0, listed).map(
    ({ from, to, at, like }): LeakedQuestion => ({
      from,
      to,
      question: references.of(at),
      other: references.of(like.other),
      similarity: like.similarity,
    }),
  );
  return { counts, questions: { total: found.length, listed: questions } };
}

interface Like {
  readonly other: number;
  readonly similarity: number;
  readonly same: boolean;
}

type Part = keyof QuestionSplit;

/**
 * What in a part is like a question. Of texts that are the same, the first in the part stands for
 * all, so that a thousand of them are not a million pairs.
 */
function likesIn(
  { measure, pairs, sameAs }: NearDuplicates,
  parts: readonly (Part | undefined)[],
): (question: number, from: Part) => Iterable<Like> {
  const firstIn = new Map<number, Partial<Record<Part, number>>>();
  parts.forEach((part, question) => {
    if (part === undefined) return;
    const first = sameAs[question]!;
    const known = firstIn.get(first) ?? {};
    known[part] ??= question;
    firstIn.set(first, known);
  });
  const similar = new Map<number, { other: number; similarity: number }[]>();
  const note = (from: number, other: number, similarity: number): void => {
    const known = similar.get(from);
    if (known) known.push({ other, similarity });
    else similar.set(from, [{ other, similarity }]);
  };
  for (const { first, second, similarity } of pairs) {
    if (sameAs[second] === first) continue;
    note(first, second, similarity);
    note(second, first, similarity);
  }
  return function* likes(question, from): Iterable<Like> {
    const first = sameAs[question]!;
    const same = firstIn.get(first)?.[from];
    if (same !== undefined) yield { other: same, similarity: 1, same: measure === 'jaccard' };
    for (const { other, similarity } of similar.get(first) ?? []) {
      const member = firstIn.get(other)?.[from];
      if (member !== undefined) yield { other: member, similarity, same: false };
    }
  };
}
