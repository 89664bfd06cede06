import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labelsOf, type Pair, predictedLabels } from '../../test/labels.js';
import { Matrix } from '../matrix/matrix.js';
import { Random } from '../random/random.js';
import { accuracy } from './accuracy.js';
import { brierScore } from './brier-score.js';
import { expectedCalibrationError } from './expected-calibration-error.js';
import { logLoss } from './log-loss.js';

const mean = (values: number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const meanOf = (pairs: readonly Pair[], figure: (pair: Pair) => number): number =>
  mean(pairs.map(figure));

const predictions = Matrix.fromRows([
  [0.75, 0.5],
  [0.25, 0.875],
]);
const truth = labelsOf([
  [1, 0],
  [null, 0],
]);

describe('accuracy', () => {
  it('counts a score at the threshold as a prediction of "correct"', () => {
    expect(accuracy(predictions, truth)).toBeCloseTo(1 / 3, 12);
    expect(accuracy(predictions, truth, 0.51)).toBeCloseTo(2 / 3, 12);
    expect(accuracy(predictions, truth, 0.9)).toBeCloseTo(2 / 3, 12);
    const logits = Matrix.fromRows([[-0.1, 0, 3]]);
    expect(accuracy(logits, labelsOf([[0, 1, 1]]), 0)).toBe(1);
  });

  it('refuses a threshold that is not a number', () => {
    expect(() => accuracy(predictions, truth, Number.NaN)).toThrow(
      expect.objectContaining({ code: 'invalid-argument' }),
    );
  });

  it('equals the mean over observed labels', () => {
    fc.assert(
      fc.property(predictedLabels, ({ predictions: p, truth: t, pairs }) => {
        const right = meanOf(pairs, (pair) =>
          Number(pair.prediction >= 0.5 === (pair.label === 1)),
        );
        expect(accuracy(p, t)).toBeCloseTo(right, 12);
      }),
    );
  });
});

describe('brierScore', () => {
  it('is the mean squared distance from the observed labels', () => {
    const byHand = (0.25 ** 2 + 0.5 ** 2 + 0.875 ** 2) / 3;
    expect(brierScore(predictions, truth)).toBeCloseTo(byHand, 12);
    fc.assert(
      fc.property(predictedLabels, ({ predictions: p, truth: t, pairs }) => {
        const expected = meanOf(pairs, ({ prediction, label }) => (prediction - label) ** 2);
        expect(brierScore(p, t)).toBeCloseTo(expected, 12);
      }),
    );
  });
});

describe('logLoss', () => {
  it('is the mean of -ln of the probability given to what happened', () => {
    const byHand = -(Math.log(0.75) + Math.log(0.5) + Math.log(0.125)) / 3;
    expect(logLoss(predictions, truth)).toBeCloseTo(byHand, 12);
    fc.assert(
      fc.property(predictedLabels, ({ predictions: p, truth: t, pairs }) => {
        const expected = meanOf(pairs, ({ prediction, label }) => {
          const clamped = Math.min(1 - 1e-7, Math.max(1e-7, prediction));
          return -Math.log(label === 1 ? clamped : 1 - clamped);
        });
        expect(logLoss(p, t)).toBeCloseTo(expected, 7);
      }),
    );
  });

  it('stays finite where a certain prediction was wrong, and barely above 0 where right', () => {
    const certain = Matrix.fromRows([[0, 1]]);
    expect(logLoss(certain, labelsOf([[1, 0]]))).toBeCloseTo(-Math.log(1e-7), 9);
    expect(logLoss(certain, labelsOf([[0, 1]]))).toBeCloseTo(1e-7, 12);
  });
});

describe('expectedCalibrationError', () => {
  it('weighs the gap of each bin by its labels', () => {
    // With two bins: 0.2 and 0.4 hold one correct answer of two, 0.5, 0.9 and 1 two of three.
    const p = Matrix.fromRows([[0.2, 0.4, 0.5, 0.9, 1]]);
    const t = labelsOf([[1, 0, 0, 1, 1]]);
    const byHand = (2 / 5) * Math.abs(0.3 - 0.5) + (3 / 5) * Math.abs(2.4 / 3 - 2 / 3);
    expect(expectedCalibrationError(p, t, { bins: 2 })).toBeCloseTo(byHand, 6);
    // In one bin the gaps of the two cancel: |0.6 - 0.6|.
    expect(expectedCalibrationError(p, t, { bins: 1 })).toBeCloseTo(0, 6);
  });

  it('equals the definition, bin by bin', () => {
    fc.assert(
      fc.property(
        predictedLabels,
        fc.integer({ min: 1, max: 20 }),
        ({ predictions: p, truth: t, pairs }, bins) => {
          let expected = 0;
          for (let bin = 0; bin < bins; bin++) {
            const inside = pairs.filter(
              ({ prediction }) => Math.min(bins - 1, Math.floor(prediction * bins)) === bin,
            );
            if (inside.length === 0) continue;
            const confidence = meanOf(inside, ({ prediction }) => prediction);
            const share = meanOf(inside, ({ label }) => label);
            expected += (inside.length / pairs.length) * Math.abs(confidence - share);
          }
          expect(expectedCalibrationError(p, t, { bins })).toBeCloseTo(expected, 12);
        },
      ),
    );
  });

  it('uses 15 bins', () => {
    // 0.49 and 0.51 share the eighth of 15 bins, but not one of 2 or of 16.
    const p = Matrix.fromRows([[0.49, 0.51]]);
    const t = labelsOf([[0, 1]]);
    expect(expectedCalibrationError(p, t)).toBeCloseTo(0, 6);
    expect(expectedCalibrationError(p, t)).toBe(expectedCalibrationError(p, t, { bins: 15 }));
    expect(expectedCalibrationError(p, t, { bins: 2 })).toBeCloseTo(0.49, 6);
  });

  it('is near 0 for labels drawn with the predicted probabilities, and not for others', () => {
    const random = new Random(21);
    const p = new Matrix(
      5000,
      4,
      Float32Array.from({ length: 20_000 }, () => random.uniform()),
    );
    const rows = Array.from({ length: 5000 }, (_, q) =>
      Array.from(p.row(q), (value): 0 | 1 => (random.uniform() < value ? 1 : 0)),
    );
    expect(expectedCalibrationError(p, labelsOf(rows))).toBeLessThan(0.015);
    const overconfident = new Matrix(5000, 4, p.data.map(Math.round));
    expect(expectedCalibrationError(overconfident, labelsOf(rows))).toBeGreaterThan(0.2);
  });

  it.each([0, 1.5, Number.NaN])('refuses %s bins', (bins) => {
    expect(() => expectedCalibrationError(predictions, truth, { bins })).toThrow(
      expect.objectContaining({ code: 'invalid-argument' }),
    );
  });
});
