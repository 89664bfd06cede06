import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labelsOf, predictedLabels } from '../../test/labels.js';
import { Matrix } from '../matrix/matrix.js';
import { gapClosed, oracleAccuracy, randomAccuracy, routeAll, routingAccuracy } from './routing.js';

const fails = (code: string): unknown => expect.objectContaining({ code });

const scores = Matrix.fromRows([
  [0.1, 0.9, 0.5],
  [0.8, 0.7, 0.6],
  [0.4, 0.4, 0.4],
  [0.2, 0.3, 0.1],
]);
const truth = labelsOf([
  [1, 1, 0],
  [null, 0, 1],
  [null, null, null],
  [0, 0, null],
]);

describe('routeAll', () => {
  it('chooses the highest score, the first model on ties', () => {
    expect([...routeAll(scores)]).toEqual([1, 0, 0, 1]);
    expect([...routeAll(Matrix.fromRows([[-5, -3, -3]]))]).toEqual([1]);
  });

  it('chooses among models with a label where the truth is given', () => {
    expect([...routeAll(scores, truth)]).toEqual([1, 1, -1, 1]);
  });

  it('refuses scores without a model or that are not finite', () => {
    expect(() => routeAll(new Matrix(2, 0))).toThrow(fails('invalid-argument'));
    expect(() => routeAll(Matrix.fromRows([[Number.NaN, 1]]))).toThrow(fails('not-finite'));
    expect([...routeAll(new Matrix(0, 3))]).toEqual([]);
  });
});

describe('routingAccuracy', () => {
  it('is the share of labelled questions whose chosen model was right', () => {
    expect(routingAccuracy(scores, truth)).toBeCloseTo(1 / 3, 12);
  });

  it('reaches the oracle when the labels themselves are the scores', () => {
    fc.assert(
      fc.property(predictedLabels, ({ predictions, truth: labels }) => {
        const ideal = new Matrix(
          labels.questionCount,
          labels.modelCount,
          Float32Array.from(labels.labels, (label) => (label === 1 ? 1 : 0)),
        );
        const oracle = oracleAccuracy(labels);
        expect(routingAccuracy(ideal, labels)).toBe(oracle);
        expect(routingAccuracy(predictions, labels)).toBeLessThanOrEqual(oracle);
      }),
    );
  });
});

describe('the accuracies that a router is compared with', () => {
  it('use only observed labels', () => {
    expect(oracleAccuracy(truth)).toBeCloseTo(2 / 3, 12);
    expect(randomAccuracy(truth)).toBeCloseTo(3 / 7, 12);
  });

  it('require at least one label', () => {
    const none = labelsOf([[null, null]]);
    expect(() => oracleAccuracy(none)).toThrow(fails('invalid-data'));
    expect(() => randomAccuracy(none)).toThrow(fails('invalid-data'));
  });
});

describe('gapClosed', () => {
  it('is the share of the way from the single best model to the oracle', () => {
    expect(gapClosed({ routing: 0.85, singleBest: 0.8, oracle: 0.9 })).toBeCloseTo(0.5, 12);
    expect(gapClosed({ routing: 0.9, singleBest: 0.8, oracle: 0.9 })).toBe(1);
    expect(gapClosed({ routing: 0.7, singleBest: 0.8, oracle: 0.9 })).toBeCloseTo(-1, 12);
  });

  it('is undefined where there is no gap', () => {
    expect(gapClosed({ routing: 0.8, singleBest: 0.9, oracle: 0.9 })).toBeUndefined();
    expect(gapClosed({ routing: 0.8, singleBest: 0.95, oracle: 0.9 })).toBeUndefined();
  });

  it('refuses what is not an accuracy, and says which', () => {
    const call = (): unknown => gapClosed({ routing: Number.NaN, singleBest: 0.5, oracle: 1 });
    expect(call).toThrow(fails('invalid-argument'));
    expect(call).toThrow(/"routing" .* NaN/);
    expect(() => gapClosed({ routing: 1, singleBest: 0.5, oracle: 98 })).toThrow(/"oracle"/);
  });
});
