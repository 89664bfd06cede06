import { describe, expect, it } from 'vitest';
import { Matrix } from '../matrix/matrix.js';
import { sigmoid } from './sigmoid.js';

describe('sigmoid', () => {
  const of = (...logits: number[]): number[] => [...sigmoid(Matrix.fromRows([logits])).data];

  it('gives known values', () => {
    const [half, upper, lower] = of(0, Math.log(3), -Math.log(3));
    expect(half).toBe(0.5);
    expect(upper).toBeCloseTo(0.75, 6);
    expect(lower).toBeCloseTo(0.25, 6);
  });

  it('saturates at 0 and 1 without overflow', () => {
    const huge = 3.4e38;
    const infinite = Number.POSITIVE_INFINITY;
    expect(of(100, 1000, huge, infinite)).toEqual([1, 1, 1, 1]);
    expect(of(-1000, -huge, -infinite)).toEqual([0, 0, 0]);
  });

  it('keeps the shape and the logits', () => {
    const logits = Matrix.fromRows([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    const probabilities = sigmoid(logits);
    expect([probabilities.rows, probabilities.cols]).toEqual([2, 3]);
    expect(logits.at(1, 2)).toBe(6);
  });

  it('keeps small probabilities that a difference from 1 would lose', () => {
    expect(of(-50)[0]! / Math.exp(-50)).toBeCloseTo(1, 5);
  });
});
