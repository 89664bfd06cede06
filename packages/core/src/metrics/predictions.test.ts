import { describe, expect, it } from 'vitest';
import { labelsOf } from '../../test/labels.js';
import type { CorrectnessMatrix } from '../correctness/correctness-matrix.js';
import { Matrix } from '../matrix/matrix.js';
import { accuracy } from './accuracy.js';
import { auroc } from './auroc.js';
import { brierScore } from './brier-score.js';
import { estimateAccuracies } from './estimate-accuracies.js';
import { evaluatePredictions } from './evaluate-predictions.js';
import { expectedCalibrationError } from './expected-calibration-error.js';
import { logLoss } from './log-loss.js';
import { modelAccuracies } from './model-accuracies.js';
import { routeAll, routingAccuracy } from './routing.js';

type Metric = (predictions: Matrix, truth: CorrectnessMatrix) => unknown;

const ofScores: Record<string, Metric> = {
  accuracy,
  auroc,
  routeAll,
  routingAccuracy,
};
const ofProbabilities: Record<string, Metric> = {
  brierScore,
  logLoss,
  expectedCalibrationError,
  evaluatePredictions,
};

const truth = labelsOf([
  [1, 0],
  [null, 1],
]);
const fails = (code: string): unknown => expect.objectContaining({ code });

describe.each(Object.entries({ ...ofScores, ...ofProbabilities }))('%s', (_, metric) => {
  it.each([
    [2, 3],
    [3, 2],
    [1, 4],
    [0, 0],
  ])('refuses predictions of the shape [%s, %s]', (rows, cols) => {
    expect(() => metric(new Matrix(rows, cols), truth)).toThrow(fails('shape-mismatch'));
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses the prediction %s', (value) => {
    const predictions = Matrix.fromRows([
      [0.5, 0.5],
      [0.5, value],
    ]);
    expect(() => metric(predictions, truth)).toThrow(fails('not-finite'));
    expect(() => metric(predictions, truth)).toThrow(/row 1, column 1/);
  });

  it('refuses to measure without labels', () => {
    expect(() => metric(new Matrix(1, 2), labelsOf([[null, null]]))).toThrow(fails('invalid-data'));
    expect(() => metric(new Matrix(0, 0), labelsOf([]))).toThrow(fails('invalid-data'));
  });
});

describe.each(Object.entries(ofProbabilities))('%s', (_, metric) => {
  it.each([-0.001, 1.001, 7])('refuses %s, which is not a probability', (value) => {
    const predictions = Matrix.fromRows([
      [0.5, value],
      [0.5, 0.5],
    ]);
    expect(() => metric(predictions, truth)).toThrow(fails('invalid-argument'));
    expect(() => metric(predictions, truth)).toThrow(/row 0, column 1 .* sigmoid/);
  });
});

describe.each(Object.entries(ofScores))('%s', (_, metric) => {
  it('takes any finite score', () => {
    const logits = Matrix.fromRows([
      [12, -30],
      [0, 5],
    ]);
    expect(() => metric(logits, truth)).not.toThrow();
  });
});

it.each(Object.entries({ ...ofScores, ...ofProbabilities, estimateAccuracies, modelAccuracies }))(
  '%s says what it needs where it is given lists',
  (name, metric) => {
    const takesTruthAlone = name === 'estimateAccuracies' || name === 'modelAccuracies';
    const lists = [[1, 0]];
    const args = takesTruthAlone ? [lists] : [Matrix.fromRows(lists), lists];
    expect(() => Reflect.apply(metric, undefined, args)).toThrow(/must be a CorrectnessMatrix/);
    if (takesTruthAlone) return;
    expect(() => Reflect.apply(metric, undefined, [lists, truth])).toThrow(/must be a Matrix/);
  },
);
