import { describe, expect, it } from 'vitest';
import { questionsToAsk } from './questions-to-ask.js';

/** 60 questions of one category and 30 of another, from hard to easy in no order. */
const questions = Array.from({ length: 90 }, (_, index) => ({
  category: index % 3 === 0 ? 'code' : 'mathematics',
  poolAccuracy: ((index * 37) % 90) / 90,
}));

describe('questionsToAsk', () => {
  it('spreads every beginning over categories and difficulties', () => {
    const order = questionsToAsk(questions, { count: 90, seed: 5 });
    expect([...order].sort((a, b) => a - b)).toEqual([...questions.keys()]);
    for (const count of [9, 20, 40, 60]) {
      const asked = order.slice(0, count).map((index) => questions[index]!);
      const code = asked.filter(({ category }) => category === 'code').length;
      expect(Math.abs(code - count / 3)).toBeLessThan(1.5);
      const mean = asked.reduce((sum, { poolAccuracy }) => sum + poolAccuracy, 0) / count;
      expect(Math.abs(mean - 0.494)).toBeLessThan(1 / count ** 0.9);
    }
  });

  it('is the longer order from the start, and another with another seed', () => {
    const of = (count: number, seed: number) => questionsToAsk(questions, { count, seed });
    expect(of(40, 1).slice(0, 20)).toEqual(of(20, 1));
    expect(of(20, 2)).not.toEqual(of(20, 1));
    expect(of(500, 1)).toHaveLength(90);
  });
});
