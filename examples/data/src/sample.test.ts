import { describe, expect, it } from 'vitest';
import { readSample, withAnswersOf } from './sample.js';

describe('the sample', () => {
  it('is what its README says', async () => {
    const { questions, models, correctness, split } = await readSample();
    const subjects = new Map<string, number>();
    for (const { category } of questions) subjects.set(category, (subjects.get(category) ?? 0) + 1);
    expect(new Set(subjects.values())).toEqual(new Set([200]));
    expect(subjects.size).toBe(14);
    expect(models).toHaveLength(28);
    expect(models.every(({ pricePerMillionOutputTokens: price = 0 }) => price > 0)).toBe(true);
    expect(correctness.countObserved()).toBe(78_070);
    const sizes = [split.train, split.validation, split.test].map(({ length }) => length);
    expect(sizes).toEqual([2145, 321, 334]);
  });

  it('can be priced by answers of one length', () => {
    expect(withAnswersOf(200, [{ name: 'a' }])).toEqual([{ name: 'a', meanOutputTokens: 200 }]);
  });
});
