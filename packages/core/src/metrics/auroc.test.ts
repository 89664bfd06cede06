import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labelsOf, type Pair, predictedLabels } from '../../test/labels.js';
import { Matrix } from '../matrix/matrix.js';
import { auroc } from './auroc.js';

/** The definition: every pair of a correct and an incorrect answer compared. */
function allPairs(pairs: readonly Pair[]): number | undefined {
  const scoresOf = (label: number): number[] =>
    pairs.filter((pair) => pair.label === label).map((pair) => pair.prediction);
  const comparisons = scoresOf(1).flatMap((positive) =>
    scoresOf(0).map((negative) => (positive > negative ? 1 : positive === negative ? 0.5 : 0)),
  );
  if (comparisons.length === 0) return undefined;
  return comparisons.reduce<number>((sum, value) => sum + value, 0) / comparisons.length;
}

describe('auroc', () => {
  it('gives the textbook value, ties counting half', () => {
    const scores = Matrix.fromRows([[0.9, 0.8, 0.8, 0.4, 0.3, 9]]);
    // Correct: 0.9, 0.8, 0.4. Incorrect: 0.8, 0.3. Wins: 2 + 1.5 + 1 of 6.
    const truth = labelsOf([[1, 1, 0, 1, 0, null]]);
    expect(auroc(scores, truth)).toBeCloseTo(4.5 / 6, 12);
  });

  it('equals the comparison of all pairs', () => {
    fc.assert(
      fc.property(predictedLabels, ({ predictions, truth, pairs }) => {
        const expected = allPairs(pairs);
        if (expected === undefined) expect(auroc(predictions, truth)).toBeUndefined();
        else expect(auroc(predictions, truth)).toBeCloseTo(expected, 12);
      }),
      { numRuns: 300 },
    );
  });

  it('depends on the order of the scores alone, and turns over with their sign', () => {
    fc.assert(
      fc.property(predictedLabels, ({ predictions, truth }) => {
        const area = auroc(predictions, truth);
        const map = (change: (value: number) => number): Matrix =>
          new Matrix(predictions.rows, predictions.cols, predictions.data.map(change));
        expect(
          auroc(
            map((value) => 4 * value),
            truth,
          ),
        ).toBe(area);
        const turned = auroc(
          map((value) => -value),
          truth,
        );
        if (area === undefined) expect(turned).toBeUndefined();
        else expect(turned).toBeCloseTo(1 - area, 12);
      }),
    );
  });

  it('is 1 for perfect order, 0 for the reverse, 0.5 where all scores tie', () => {
    const truth = labelsOf([[0, 0, 1, 1]]);
    expect(auroc(Matrix.fromRows([[1, 2, 3, 4]]), truth)).toBe(1);
    expect(auroc(Matrix.fromRows([[4, 3, 2, 1]]), truth)).toBe(0);
    expect(auroc(Matrix.fromRows([[7, 7, 7, 7]]), truth)).toBe(0.5);
    expect(auroc(Matrix.fromRows([[0, -0, 0, -0]]), truth)).toBe(0.5);
  });

  it('is undefined where all observed labels are alike', () => {
    const scores = Matrix.fromRows([[0.1, 0.9]]);
    expect(auroc(scores, labelsOf([[1, 1]]))).toBeUndefined();
    expect(auroc(scores, labelsOf([[0, null]]))).toBeUndefined();
  });

  it('leaves scores and labels as they were', () => {
    const scores = Matrix.fromRows([[0.9, 0.1, 0.5]]);
    const truth = labelsOf([[1, 0, 1]]);
    auroc(scores, truth);
    expect(scores).toEqual(Matrix.fromRows([[0.9, 0.1, 0.5]]));
    expect(truth).toEqual(labelsOf([[1, 0, 1]]));
  });
});
