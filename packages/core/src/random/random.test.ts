import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { Random } from './random.js';

const invalid = expect.objectContaining({ code: 'invalid-argument' });

/** First value of each call, `count` times. */
function draw<T>(count: number, next: () => T): T[] {
  return Array.from({ length: count }, next);
}

function meanOf(values: readonly number[], power = 1): number {
  return values.reduce((sum, value) => sum + value ** power, 0) / values.length;
}

describe('Random', () => {
  // Golden values from an independent implementation of the two published generators, with
  // arbitrary-precision integers. A stream that changes would silently change every split.
  it('keeps its streams', () => {
    const first = (seed: number): number[] => {
      const random = new Random(seed);
      return draw(4, () => random.uint32());
    };
    expect(first(0)).toEqual([2899526011, 769844623, 220372281, 4270301181]);
    expect(first(1)).toEqual([2420951833, 2513034076, 3847892949, 4064752930]);
    expect(first(7)).toEqual([1953209201, 274027627, 1787915724, 1567175990]);
    expect(first(0xffffffff)).toEqual([2300869303, 3917632794, 3726809994, 1136427174]);
  });

  it('keeps what it derives from a stream', () => {
    const uniform = new Random(7);
    expect(draw(3, () => uniform.uniform())).toEqual([
      0.4547669554743454, 0.41628156890275103, 0.9316804483217159,
    ]);
    const integer = new Random(7);
    expect(draw(10, () => integer.integer(10))).toEqual([4, 4, 9, 1, 1, 0, 1, 2, 2, 6]);
    expect(new Random(7).shuffle([0, 1, 2, 3, 4, 5, 6, 7])).toEqual([1, 6, 7, 4, 0, 5, 2, 3]);
    const normal = new Random(7);
    const expected = [
      -1.2245606792507577, -2.266447017337297, -0.32003206219221814, -0.2530982056079903,
    ];
    for (const value of expected) expect(normal.normal()).toBeCloseTo(value, 12);
  });

  it('draws uniform numbers evenly over [0, 1)', () => {
    const random = new Random(11);
    const values = draw(100_000, () => random.uniform());
    const counts = new Array<number>(20).fill(0);
    for (const value of values) counts[Math.floor(value * 20)]!++;
    // Chi-square with 19 degrees of freedom exceeds 43.8 once in a thousand times.
    const chiSquare = counts.reduce((sum, count) => sum + (count - 5000) ** 2 / 5000, 0);
    expect(chiSquare).toBeLessThan(43.8);
    expect(Math.min(...counts)).toBeGreaterThan(0);
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
  });

  it('draws normal numbers with the moments 0, 1, 0 and 3', () => {
    const random = new Random(12);
    const values = draw(100_000, () => random.normal());
    // Each tolerance is four standard errors of that moment.
    expect(Math.abs(meanOf(values))).toBeLessThan(4 * Math.sqrt(1 / 1e5));
    expect(Math.abs(meanOf(values, 2) - 1)).toBeLessThan(4 * Math.sqrt(2 / 1e5));
    expect(Math.abs(meanOf(values, 3))).toBeLessThan(4 * Math.sqrt(15 / 1e5));
    expect(Math.abs(meanOf(values, 4) - 3)).toBeLessThan(4 * Math.sqrt(96 / 1e5));
    // The two numbers of one polar draw must not go together.
    const products = values.slice(1).map((value, index) => value * values[index]!);
    expect(Math.abs(meanOf(products))).toBeLessThan(4 * Math.sqrt(1 / 1e5));
  });

  it('draws every integer below the limit and no other', () => {
    const random = new Random(13);
    const counts = new Map<number, number>();
    for (const value of draw(7000, () => random.integer(7))) {
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(130);
    expect(random.integer(1)).toBe(0);
    expect(random.integer(Number.MAX_SAFE_INTEGER)).toBeLessThan(Number.MAX_SAFE_INTEGER);
  });

  it('shuffles into a permutation, in place', () => {
    fc.assert(
      fc.property(fc.nat(), fc.array(fc.integer()), (seed, items) => {
        const copy = [...items];
        expect(new Random(seed).shuffle(copy)).toBe(copy);
        expect([...copy].sort()).toEqual([...items].sort());
      }),
    );
    const typed = Int32Array.from([1, 2, 3, 4, 5]);
    expect(new Random(3).shuffle(typed)).toBe(typed);
    expect([...typed].sort()).toEqual([1, 2, 3, 4, 5]);
  });

  it('shuffles into each order as often', () => {
    const random = new Random(14);
    const counts = new Map<string, number>();
    for (let round = 0; round < 24_000; round++) {
      const order = random.shuffle(['a', 'b', 'c', 'd']).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    // Chi-square with 23 degrees of freedom exceeds 49.7 once in a thousand times.
    const chiSquare = [...counts.values()].reduce((sum, n) => sum + (n - 1000) ** 2 / 1000, 0);
    expect(chiSquare).toBeLessThan(49.7);
  });

  it('picks from all items', () => {
    const random = new Random(15);
    expect(new Set(draw(100, () => random.pick(['a', 'b', 'c'])))).toEqual(
      new Set(['a', 'b', 'c']),
    );
    expect(() => random.pick([])).toThrow(invalid);
  });

  it.each([-1, 0.5, 2 ** 32, Number.NaN, Number.POSITIVE_INFINITY])(
    'refuses the seed %s',
    (seed) => {
      expect(() => new Random(seed)).toThrow(invalid);
    },
  );

  it.each([0, -3, 2.5, Number.NaN, 2 ** 53])('refuses the limit %s', (limit) => {
    expect(() => new Random(1).integer(limit)).toThrow(invalid);
  });

  it('keeps the type of what it shuffles, and takes nothing read-only', () => {
    const random = new Random(1);
    expectTypeOf(random.shuffle(['a'])).toEqualTypeOf<string[]>();
    expectTypeOf(random.shuffle(new Uint32Array(1))).toExtend<Uint32Array>();
    const fixed: readonly number[] = [1];
    // @ts-expect-error a read-only array cannot be shuffled in place
    random.shuffle(fixed);
    // @ts-expect-error nor can a text
    expect(() => random.shuffle('ab')).toThrow(TypeError);
  });
});
