import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Matrix } from '../matrix/matrix.js';
import { CategoryIndicators } from './category-indicators.js';

const options = {
  categories: ['algebra', 'code', 'law'],
  shares: Float32Array.of(0.5, 0.25, 0.25),
  scale: 2,
  weights: Matrix.fromRows([
    [3, 0],
    [0, 3],
    [-1, -1],
  ]),
  bias: Float32Array.of(-1, -1, 0),
};
const indicators = new CategoryIndicators(options);
const questions = Matrix.fromRows([
  [1, 0],
  [0, 1],
]);

describe('CategoryIndicators', () => {
  it('appends s (i - p) at the category of each question', () => {
    expect(indicators.dimensions).toBe(5);
    expect(indicators.append(questions, ['algebra', 'law'])).toEqual(
      Matrix.fromRows([
        [1, 0, 1, -0.5, -0.5],
        [0, 1, -1, -0.5, 1.5],
      ]),
    );
  });

  it('infers a category that is not known, by the odds of the classifiers', () => {
    const sigma = (z: number): number => 1 / (1 + Math.exp(-z));
    const odds = [sigma(2), sigma(-1), sigma(-1)];
    const sum = odds.reduce((total, value) => total + value, 0);
    const probabilities = indicators.infer(questions).row(0);
    odds.forEach((value, k) => {
      expect(probabilities[k]).toBeCloseTo(value / sum, 6);
    });
    const appended = indicators.append(questions);
    expect(appended.at(0, 2)).toBeCloseTo(2 * (sigma(2) / sum - 0.5), 6);
  });

  it('takes some categories as known and infers the others', () => {
    const mixed = indicators.append(questions, [undefined, 'law']);
    expect(mixed.row(0)).toEqual(indicators.append(questions).row(0));
    expect(mixed.row(1)).toEqual(indicators.append(questions, ['algebra', 'law']).row(1));
    expect(indicators.append(questions, [undefined, undefined])).toEqual(
      indicators.append(questions),
    );
  });

  it('appends zeros where the scale is 0', () => {
    const none = new CategoryIndicators({ ...options, scale: 0 });
    expect(none.append(questions, ['law', 'law']).row(0).map(Math.abs)).toEqual(
      Float32Array.of(1, 0, 0, 0, 0),
    );
  });

  it('gives probabilities for any finite logits, however far below zero', () => {
    const logit = fc.double({ min: -1e30, max: 1e30, noNaN: true });
    fc.assert(
      fc.property(fc.tuple(logit, logit, logit), (bias) => {
        const extreme = new CategoryIndicators({ ...options, bias: Float32Array.from(bias) });
        const row = [...extreme.infer(questions).row(0)];
        expect(row.every((value) => value >= 0 && value <= 1)).toBe(true);
        expect(row.reduce((total, value) => total + value, 0)).toBeCloseTo(1, 5);
      }),
    );
  });

  it('averages to zero over questions in the training shares', () => {
    const rows = indicators.append(new Matrix(4, 2), ['algebra', 'algebra', 'code', 'law']);
    for (let k = 2; k < 5; k++) {
      expect(rows.at(0, k) + rows.at(1, k) + rows.at(2, k) + rows.at(3, k)).toBeCloseTo(0, 6);
    }
  });

  it('refuses a category that training did not have, naming question and category', () => {
    expect(() => indicators.append(questions, ['law', 'chess'])).toThrow(
      expect.objectContaining({
        code: 'invalid-argument',
        message: expect.stringMatching(/Question 1 .* "chess".*"algebra", "code", "law"/),
      }),
    );
    expect(indicators.has('chess')).toBe(false);
  });

  it('refuses what does not fit the questions', () => {
    const code = (value: string) => expect.objectContaining({ code: value });
    expect(() => indicators.append(questions, ['law'])).toThrow(code('shape-mismatch'));
    expect(() => indicators.append(new Matrix(1, 3))).toThrow(code('shape-mismatch'));
    expect(() => indicators.append(new Matrix(1, 3), ['law'])).toThrow(code('shape-mismatch'));
    const bad = Matrix.fromRows([[Number.NaN, 0]]);
    expect(() => indicators.append(bad)).toThrow(code('not-finite'));
    expect(() => indicators.append(bad, ['law'])).toThrow(code('not-finite'));
  });

  it('refuses parameters that do not fit together', () => {
    const make = (change: Partial<typeof options>) => () =>
      new CategoryIndicators({ ...options, ...change });
    const code = (value: string) => expect.objectContaining({ code: value });
    expect(make({ categories: ['algebra', 'algebra', 'law'] })).toThrow(code('invalid-argument'));
    expect(make({ categories: ['algebra', 'law'] })).toThrow(code('shape-mismatch'));
    expect(make({ bias: new Float32Array(2) })).toThrow(code('shape-mismatch'));
    expect(make({ shares: Float32Array.of(1, 0, 0) })).toThrow(code('invalid-argument'));
    expect(make({ shares: Float32Array.of(0.5, 0.5, 0.5) })).toThrow(code('invalid-argument'));
    expect(make({ shares: Float32Array.of(0.5, 0.5, Number.NaN) })).toThrow(
      code('invalid-argument'),
    );
    expect(make({ scale: -1 })).toThrow(code('invalid-argument'));
    expect(make({ scale: Number.NaN })).toThrow(code('invalid-argument'));
    expect(make({ bias: Float32Array.of(0, 0, Number.NaN) })).toThrow(code('not-finite'));
    expect(make({ categories: ['algebra'] })).toThrow(/there is one, "algebra"/);
  });
});
