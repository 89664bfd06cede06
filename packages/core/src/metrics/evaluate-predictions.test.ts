import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labelsOf, predictedLabels } from '../../test/labels.js';
import { Matrix } from '../matrix/matrix.js';
import { accuracy } from './accuracy.js';
import { auroc } from './auroc.js';
import { brierScore } from './brier-score.js';
import { evaluateByCategory, evaluatePredictions } from './evaluate-predictions.js';
import { expectedCalibrationError } from './expected-calibration-error.js';
import { logLoss } from './log-loss.js';
import { routingAccuracy } from './routing.js';

describe('evaluatePredictions', () => {
  it('is each metric on its own', () => {
    fc.assert(
      fc.property(predictedLabels, ({ predictions, truth, pairs }) => {
        expect(evaluatePredictions(predictions, truth)).toEqual({
          accuracy: accuracy(predictions, truth),
          auroc: auroc(predictions, truth),
          brierScore: brierScore(predictions, truth),
          logLoss: logLoss(predictions, truth),
          expectedCalibrationError: expectedCalibrationError(predictions, truth),
          routingAccuracy: routingAccuracy(predictions, truth),
          labels: pairs.length,
        });
      }),
    );
  });

  it('measures a single label, only without an AUROC', () => {
    const metrics = evaluatePredictions(Matrix.fromRows([[0.5]]), labelsOf([[1]]));
    expect(metrics).toMatchObject({ accuracy: 1, auroc: undefined, brierScore: 0.25, labels: 1 });
  });
});

describe('evaluateByCategory', () => {
  const predictions = Matrix.fromRows([
    [0.9, 0.2],
    [0.6, 0.7],
    [0.1, 0.4],
    [0.5, 0.5],
  ]);
  const truth = labelsOf([
    [1, 0],
    [0, 1],
    [0, null],
    [null, null],
  ]);

  it('measures the questions of each category apart', () => {
    const metrics = evaluateByCategory(predictions, truth, ['math', '__proto__', 'math', 'empty']);
    expect([...metrics.keys()]).toEqual(['math', '__proto__']);
    const math = evaluatePredictions(predictions.selectRows([0, 2]), truth.selectQuestions([0, 2]));
    expect(metrics.get('math')).toEqual(math);
    expect(metrics.get('__proto__')).toMatchObject({ accuracy: 0.5, labels: 2 });
  });

  it('refuses what does not fit, is not finite or has no labels', () => {
    const shapeMismatch = expect.objectContaining({ code: 'shape-mismatch' });
    expect(() => evaluateByCategory(predictions, truth, ['a'])).toThrow(shapeMismatch);
    const four = ['a', 'a', 'a', 'a'];
    expect(() => evaluateByCategory(new Matrix(3, 2), truth, four)).toThrow(shapeMismatch);
    expect(() => evaluateByCategory(new Matrix(4, 3), truth, four)).toThrow(shapeMismatch);
    const broken = Matrix.fromRows([
      [1, 1],
      [1, 1],
      [1, 1],
      [Number.NaN, 1],
    ]);
    expect(() => evaluateByCategory(broken, truth, four)).toThrow(
      expect.objectContaining({ code: 'not-finite' }),
    );
    expect(() => evaluateByCategory(new Matrix(1, 1), labelsOf([[null]]), ['a'])).toThrow(
      expect.objectContaining({ code: 'invalid-data' }),
    );
  });
});
