import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitQuestions } from './split-questions.js';

const PARTS = ['train', 'validation', 'test'] as const;
const fails = (code: string): unknown => expect.objectContaining({ code });

/** Questions with a category and a group each; small group numbers make large groups. */
const anyQuestions = fc.array(
  fc.record({
    category: fc.constantFrom('math', 'code', 'law', '__proto__'),
    group: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 6, max: 10_000 })),
  }),
  { minLength: 10, maxLength: 200 },
);
const anyFractions = fc.constantFrom(
  { train: 0.8, validation: 0.1, test: 0.1 },
  { train: 0.5, validation: 0.25, test: 0.25 },
  { train: 0, validation: 0.5, test: 0.5 },
  { train: 0.9, validation: 0, test: 0.1 },
);
const seeds = fc.nat(0xffffffff);

function partOf(split: Record<(typeof PARTS)[number], readonly number[]>): Map<number, string> {
  return new Map(
    PARTS.flatMap((part) => split[part].map((question): [number, string] => [question, part])),
  );
}

function sizesOf(groups: readonly number[]): Map<number, number> {
  const sizes = new Map<number, number>();
  for (const group of groups) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  return sizes;
}

describe('splitQuestions with groups', () => {
  it('never divides a group, and puts every question into one part', () => {
    fc.assert(
      fc.property(anyQuestions, anyFractions, seeds, (questions, fractions, seed) => {
        const groups = questions.map(({ group }) => group);
        const wanted = PARTS.filter((part) => fractions[part] > 0).length;
        fc.pre(new Set(groups).size >= wanted);
        const categories = questions.map(({ category }) => category);
        const split = splitQuestions(categories, { seed, fractions, groups });
        const parts = partOf(split);
        expect(parts.size).toBe(questions.length);
        expect(PARTS.reduce((sum, part) => sum + split[part].length, 0)).toBe(questions.length);
        const partsOfGroup = new Map<number, Set<string | undefined>>();
        groups.forEach((group, question) => {
          const seen = partsOfGroup.get(group) ?? new Set();
          partsOfGroup.set(group, seen.add(parts.get(question)));
        });
        for (const seen of partsOfGroup.values()) expect(seen.size).toBe(1);
        for (const part of PARTS) expect(split[part].length > 0).toBe(fractions[part] > 0);
      }),
      { numRuns: 300 },
    );
  });

  it('holds the totals exactly, and each category as rounded, where those alone can balance', () => {
    let balanced = 0;
    fc.assert(
      fc.property(anyQuestions, anyFractions, seeds, (questions, fractions, seed) => {
        const groups = questions.map(({ group }) => group);
        const sizes = sizesOf(groups);
        fc.pre(sizes.size >= 3);
        const categories = questions.map(({ category }) => category);
        const split = splitQuestions(categories, { seed, fractions, groups });
        const totals = PARTS.map(
          (part) => splitQuestions(categories, { seed, fractions })[part].length,
        );
        const inGroups = (part: (typeof PARTS)[number], category?: string): number =>
          split[part].filter(
            (question) =>
              (sizes.get(groups[question]!) ?? 0) > 1 &&
              (category === undefined || categories[question] === category),
          ).length;
        if (PARTS.some((part, index) => inGroups(part) > totals[index]!)) return;
        expect(PARTS.map((part) => split[part].length)).toEqual(totals);
        const quota = (part: number, category: string): number =>
          (totals[part]! * categories.filter((name) => name === category).length) /
          categories.length;
        const names = [...new Set(categories)];
        if (
          names.some((name) =>
            PARTS.some((part, index) => inGroups(part, name) > quota(index, name)),
          )
        )
          return;
        balanced++;
        for (const name of names) {
          PARTS.forEach((part, index) => {
            const size = split[part].filter((question) => categories[question] === name).length;
            expect(Math.abs(size - quota(index, name))).toBeLessThan(1);
          });
        }
      }),
      { numRuns: 500 },
    );
    expect(balanced).toBeGreaterThan(50);
  });

  it('splits as without groups where every question is alone', () => {
    fc.assert(
      fc.property(anyQuestions, seeds, (questions, seed) => {
        const categories = questions.map(({ category }) => category);
        const groups = questions.map((_, index) => questions.length - index);
        expect(splitQuestions(categories, { seed, groups })).toEqual(
          splitQuestions(categories, { seed }),
        );
      }),
    );
  });

  it('gives a question the same chance whether it is in a group or alone', () => {
    // 100 questions: 20 pairs, 5 groups of four, 40 alone.
    const categories = Array.from({ length: 100 }, (_, index) => (index % 3 ? 'a' : 'b'));
    const groups = categories.map((_, index) =>
      index < 40 ? index >> 1 : index < 60 ? 100 + (index >> 2) : 1000 + index,
    );
    const counts = { pair: 0, four: 0, alone: 0 };
    const runs = 2000;
    for (let seed = 0; seed < runs; seed++) {
      for (const question of splitQuestions(categories, { seed, groups }).test) {
        counts[question < 40 ? 'pair' : question < 60 ? 'four' : 'alone']++;
      }
    }
    // 10% each; the standard errors are about 0.2, 0.5 and 0.2 points.
    expect(Math.abs(counts.pair / (40 * runs) - 0.1)).toBeLessThan(0.01);
    expect(Math.abs(counts.four / (20 * runs) - 0.1)).toBeLessThan(0.02);
    expect(Math.abs(counts.alone / (40 * runs) - 0.1)).toBeLessThan(0.01);
  });

  it('puts a group that is larger than validation and test into train', () => {
    const groups = Array.from({ length: 50 }, (_, index) => (index < 20 ? 0 : index));
    for (let seed = 0; seed < 50; seed++) {
      const split = splitQuestions(new Array(50).fill('a'), { seed, groups });
      expect(split.train).toEqual(expect.arrayContaining([0, 1, 19]));
      expect(split.test).toHaveLength(5);
    }
  });

  it('fills every part though no group fits it', () => {
    const groups = [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2];
    for (let seed = 0; seed < 20; seed++) {
      const split = splitQuestions(new Array(15).fill('a'), { seed, groups });
      expect(PARTS.map((part) => split[part].length)).toEqual([5, 5, 5]);
    }
  });

  it('refuses groups of another length, other numbers than integers, and too few groups', () => {
    const split = (groups: number[]): unknown =>
      splitQuestions(['a', 'b', 'c'], { seed: 0, groups });
    expect(() => split([0, 1])).toThrow(fails('shape-mismatch'));
    expect(() => split([0, 1, 0.5])).toThrow(fails('invalid-argument'));
    expect(() => split([0, 1, Number.NaN])).toThrow(/group of question 2/);
    expect(() => split([0, 1, 1])).toThrow(/2 groups cannot fill 3 parts/);
  });
});
