import {
  CorrectnessMatrix,
  expectedCalibrationError,
  Matrix,
  MISSING,
  Random,
} from '@embedllm/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reliability, wilsonInterval } from './reliability.js';

function randomTruth(seed: number, Q: number, M: number) {
  const random = new Random(seed);
  const predictions = new Matrix(
    Q,
    M,
    Float32Array.from({ length: Q * M }, () => random.uniform()),
  );
  const labels = Uint8Array.from(predictions.data, (p) =>
    random.uniform() < 0.1 ? MISSING : random.uniform() < p ? 1 : 0,
  );
  const truth = new CorrectnessMatrix({
    questions: Array.from({ length: Q }, (_, q) => `q${q}`),
    models: Array.from({ length: M }, (_, m) => `m${m}`),
    labels,
  });
  return { predictions, truth };
}

describe('reliability', () => {
  it('has the calibration error that core measures, over all and for each model', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.integer({ min: 1, max: 20 }), (seed, bins) => {
        const { predictions, truth } = randomTruth(seed, 30, 4);
        const { calibrationError, labels } = reliability(predictions, truth, { name: 'all', bins });
        expect(calibrationError).toBeCloseTo(
          expectedCalibrationError(predictions, truth, { bins }),
          6,
        );
        expect(labels).toBe(truth.countObserved());
        const one = reliability(predictions, truth, { name: 'm2', models: [2], bins });
        expect(one.labels).toBe(truth.selectModels([2]).countObserved());
      }),
      { numRuns: 40 },
    );
  });

  it('says what calibrated probabilities would show by chance', () => {
    const runs = Array.from({ length: 60 }, (_, seed) => {
      const { predictions, truth } = randomTruth(seed, 100, 5);
      return reliability(predictions, truth, { name: 'all' });
    });
    const mean = (key: 'calibrationError' | 'errorByChance'): number =>
      runs.reduce((sum, run) => sum + run[key], 0) / runs.length;
    // Labels are drawn from the predictions themselves.
    expect(mean('calibrationError') / mean('errorByChance')).toBeCloseTo(1, 1);
  });

  it('leaves empty bins out', () => {
    const { truth } = randomTruth(1, 10, 2);
    const constant = new Matrix(10, 2, new Float32Array(20).fill(1));
    const { bins } = reliability(constant, truth, { name: 'all' });
    expect(bins).toHaveLength(1);
    expect(bins[0]?.predicted).toBe(1);
  });
});

describe('wilsonInterval', () => {
  it('gives published values, and stays within 0 and 1', () => {
    // Newcombe 1998, table I: 81 of 263 and 0 of 20.
    const { lower, upper } = wilsonInterval(81, 263);
    expect(lower).toBeCloseTo(0.2553, 4);
    expect(upper).toBeCloseTo(0.3662, 4);
    expect(wilsonInterval(0, 20).upper).toBeCloseTo(0.1611, 4);
    expect(wilsonInterval(0, 20).lower).toBe(0);
    expect(wilsonInterval(5, 5).upper).toBe(1);
  });
});
