import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type QuestionSplit, type SplitFractions, splitQuestions } from './split-questions.js';

const PARTS = ['train', 'validation', 'test'] as const;
const fails = (code: string): unknown => expect.objectContaining({ code });

const anyFractions = fc
  .tuple(fc.nat(20), fc.nat(20), fc.nat(20))
  .filter((weights) => weights.some((weight) => weight > 0))
  .map(([train, validation, test]): SplitFractions => {
    const total = train + validation + test;
    return { train: train / total, validation: validation / total, test: test / total };
  });

const anyCategories = fc.array(fc.constantFrom('math', 'code', 'law', 'art', '__proto__'), {
  minLength: 3,
  maxLength: 200,
});

const seeds = fc.nat(0xffffffff);

describe('splitQuestions', () => {
  it('puts every question into exactly one part, in ascending order', () => {
    fc.assert(
      fc.property(anyCategories, anyFractions, seeds, (categories, fractions, seed) => {
        const split = splitQuestions(categories, { seed, fractions });
        const all = PARTS.flatMap((part) => [...split[part]]);
        expect(all.sort((a, b) => a - b)).toEqual([...categories.keys()]);
        for (const part of PARTS) {
          expect(split[part]).toEqual([...split[part]].sort((a, b) => a - b));
        }
      }),
    );
  });

  it('holds the fractions overall to within one question, and in each category as rounded', () => {
    fc.assert(
      fc.property(anyCategories, anyFractions, seeds, (categories, fractions, seed) => {
        const split = splitQuestions(categories, { seed, fractions });
        const quotas = PARTS.map((part) => fractions[part] * categories.length);
        // A part below one question is filled up to one, at the cost of the largest.
        const filledUp = quotas.some((quota) => quota > 0 && quota < 1);
        PARTS.forEach((part, index) => {
          const distance = Math.abs(split[part].length - quotas[index]!);
          expect(distance).toBeLessThan(filledUp ? 3 : 1);
          for (const category of new Set(categories)) {
            const count = categories.filter((name) => name === category).length;
            const size = split[part].filter((question) => categories[question] === category).length;
            const quota = (split[part].length * count) / categories.length;
            expect(Math.abs(size - quota)).toBeLessThan(1);
          }
        });
      }),
    );
  });

  it('leaves a part empty exactly where its fraction is 0', () => {
    fc.assert(
      fc.property(anyCategories, anyFractions, seeds, (categories, fractions, seed) => {
        const split = splitQuestions(categories, { seed, fractions });
        for (const part of PARTS) expect(split[part].length > 0).toBe(fractions[part] > 0);
      }),
    );
  });

  it('holds the overall fractions though every category is smaller than a part needs', () => {
    const categories = Array.from({ length: 1000 }, (_, index) => `subject ${index % 500}`);
    const split = splitQuestions(categories, { seed: 1 });
    expect(PARTS.map((part) => split[part].length)).toEqual([800, 100, 100]);
  });

  it('gives the same split for the same seed, and another for another', () => {
    const categories = Array.from({ length: 100 }, (_, index) => (index % 3 ? 'a' : 'b'));
    const split = (seed: number): QuestionSplit => splitQuestions(categories, { seed });
    expect(split(5)).toEqual(split(5));
    expect(split(5)).not.toEqual(split(6));
  });

  it('keeps its splits from version to version', () => {
    const categories = ['a', 'b', 'a', 'a', 'b', 'c', 'a', 'b', 'a', 'c', 'a', 'b'];
    const split = splitQuestions(categories, {
      seed: 7,
      fractions: { train: 0.5, validation: 0.25, test: 0.25 },
    });
    expect(split).toEqual({
      train: [0, 2, 4, 7, 8, 9],
      validation: [5, 6, 11],
      test: [1, 3, 10],
    });
  });

  it('gives each question the same chance', () => {
    const categories = ['a', 'a', 'a', 'a', 'a', 'b', 'b', 'c', 'd', 'e'];
    const counts = categories.map(() => 0);
    for (let seed = 0; seed < 2000; seed++) {
      for (const index of splitQuestions(categories, { seed }).test) counts[index]!++;
    }
    // 200 expected each; four standard errors are 54.
    for (const count of counts) expect(Math.abs(count - 200)).toBeLessThan(54);
  });

  it('puts all questions into one part on demand', () => {
    const fractions = { train: 0, validation: 0, test: 1 };
    expect(splitQuestions(['a', 'b'], { seed: 0, fractions })).toEqual({
      train: [],
      validation: [],
      test: [0, 1],
    });
  });

  it('accepts fractions that add up to 1 but for rounding', () => {
    const fractions = { train: 0.7, validation: 0.2, test: 0.1 };
    expect(fractions.train + fractions.validation + fractions.test).not.toBe(1);
    expect(splitQuestions(new Array(10).fill('a'), { seed: 0, fractions }).train).toHaveLength(7);
  });

  it.each([
    { train: 0.8, validation: 0.1, test: 0.2 },
    { train: 0.8, validation: 0.1, test: 0 },
    { train: 1.2, validation: -0.2, test: 0 },
    { train: Number.NaN, validation: 0.5, test: 0.5 },
  ])('refuses the fractions %o', (fractions) => {
    const call = (): unknown => splitQuestions(['a', 'b', 'c'], { seed: 0, fractions });
    expect(call).toThrow(fails('invalid-argument'));
    expect(call).toThrow(/add up to 1/);
  });

  it('refuses a bad seed and too few questions', () => {
    expect(() => splitQuestions(['a', 'b', 'c'], { seed: -1 })).toThrow(fails('invalid-argument'));
    expect(() => Reflect.apply(splitQuestions, undefined, [['a', 'b', 'c']])).toThrow(
      '`options` must be an object, but is undefined.',
    );
    expect(() => splitQuestions(['a', 'b'], { seed: 0 })).toThrow(/2 questions cannot fill 3/);
    expect(() => splitQuestions([], { seed: 0 })).toThrow(fails('invalid-data'));
  });
});
