import { describe, expect, it } from 'vitest';
import { Random } from '../random/random.js';
import { describeVerdict, pairedDifference } from './paired-difference.js';

describe('pairedDifference', () => {
  it('is the adjusted Wald interval of Bonett and Price', () => {
    // 30 questions, 9 gained and 2 lost: (9 - 2) / 32 and its standard error.
    const first = [...Array(9).fill(1), ...Array(2).fill(0), ...Array(19).fill(1)] as number[];
    const second = [...Array(9).fill(0), ...Array(2).fill(1), ...Array(19).fill(1)] as number[];
    const half = 1.959964 * Math.sqrt((13 / 32 - (7 / 32) ** 2) / 32);
    const difference = pairedDifference(first, second);
    expect(difference).toMatchObject({ questions: 30, verdict: 'better' });
    expect(difference?.mean).toBeCloseTo(7 / 30, 12);
    expect(difference?.lower).toBeCloseTo(7 / 32 - half, 9);
    expect(difference?.upper).toBeCloseTo(7 / 32 + half, 9);
    expect(pairedDifference(second, first)?.verdict).toBe('worse');
  });

  it('leaves out questions that one of the two cannot be judged on', () => {
    expect(pairedDifference([1, undefined, 0], [0, 1, undefined])).toMatchObject({
      mean: 1,
      questions: 1,
      verdict: 'no better',
    });
    expect(pairedDifference([1, undefined], [undefined, 1])).toBeUndefined();
  });

  it('has a width where the two never differ', () => {
    const { lower, upper, mean, verdict } = pairedDifference([1, 1, 0], [1, 1, 0])!;
    expect([mean, verdict]).toEqual([0, 'no better']);
    expect(upper).toBeGreaterThan(0.1);
    expect(lower).toBe(-upper);
  });

  it.each([
    { questions: 20, gained: 0.1, lost: 0.05 },
    { questions: 100, gained: 0.05, lost: 0.05 },
    { questions: 284, gained: 0.03, lost: 0.02 },
    { questions: 284, gained: 0.15, lost: 0.05 },
  ])('holds the truth about as often as it says: $questions questions', (of) => {
    const random = new Random(7);
    const runs = 2000;
    let held = 0;
    for (let run = 0; run < runs; run++) {
      const draws = Array.from({ length: of.questions }, () => random.uniform());
      const first = draws.map((draw) => (draw < of.gained ? 1 : 0));
      const second = draws.map((draw) => (draw > 1 - of.lost ? 1 : 0));
      const { lower, upper } = pairedDifference(first, second)!;
      const truth = of.gained - of.lost;
      if (lower <= truth && truth <= upper) held++;
    }
    expect(held / runs).toBeGreaterThan(0.94);
    expect(held / runs).toBeLessThan(0.997);
  });

  it('counts a question that comes several times once', () => {
    const [first, second] = [
      [1, 1, 0, 1, 0, 1],
      [0, 1, 1, 0, 0, 1],
    ];
    const questions = ['a', 'b', 'c', 'd', 'e', 'f'];
    const once = pairedDifference(first, second, questions)!;
    expect(once).toEqual(pairedDifference(first, second));
    const twice = pairedDifference(
      [...first, ...first],
      [...second, ...second],
      [...questions, ...questions],
    )!;
    expect(twice).toMatchObject({ mean: once.mean, questions: 6 });
    // As if there were 12 questions, the interval would be narrower by the square root of 2.
    const pooled = pairedDifference([...first, ...first], [...second, ...second])!;
    expect(twice.upper - twice.lower).toBeGreaterThan(1.2 * (pooled.upper - pooled.lower));
  });

  it('says what the interval says', () => {
    expect(describeVerdict('no better', 'the single best')).toBe('no better than the single best');
  });

  it('refuses outcomes of other questions', () => {
    expect(() => pairedDifference([1], [1, 0])).toThrow(
      expect.objectContaining({ code: 'shape-mismatch' }),
    );
  });
});
