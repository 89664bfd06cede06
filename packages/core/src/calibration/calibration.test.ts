import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CorrectnessMatrix } from '../correctness/correctness-matrix.js';
import { MISSING } from '../correctness/label-storage.js';
import { Matrix } from '../matrix/matrix.js';
import { expectedCalibrationError } from '../metrics/expected-calibration-error.js';
import { Random } from '../random/random.js';
import { type FittedCalibration, restoreCalibration } from './calibration.js';
import { chooseCalibration } from './choose-calibration.js';
import { fitCalibration } from './fit-calibration.js';
import { fitIsotonic, interpolate } from './isotonic.js';

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));

/** Labels drawn from P = truth(model, z). */
function draw(
  counts: readonly number[],
  truth: (model: number, z: number) => number,
  seed: number,
): { logits: Matrix; correctness: CorrectnessMatrix } {
  const random = new Random(seed);
  const Q = Math.max(...counts);
  const M = counts.length;
  const logits = new Matrix(Q, M);
  const labels = new Uint8Array(Q * M).fill(MISSING);
  for (let q = 0; q < Q; q++) {
    counts.forEach((count, m) => {
      const z = 2 * random.normal();
      logits.data[q * M + m] = z;
      if (q < count) labels[q * M + m] = random.uniform() < truth(m, z) ? 1 : 0;
    });
  }
  const questions = Array.from({ length: Q }, (_, q) => `q${q}`);
  const models = counts.map((_, m) => `m${m}`);
  return { logits, correctness: new CorrectnessMatrix({ questions, models, labels }) };
}

function apply(calibration: FittedCalibration, logits: Matrix): Matrix {
  const M = logits.cols;
  return new Matrix(
    logits.rows,
    M,
    logits.data.map((z, index) => calibration.probability(index % M, z)),
  );
}

describe('fitIsotonic', () => {
  it('equals the min-max formula of isotonic regression', () => {
    const points = fc.array(
      fc.tuple(fc.integer({ min: -5, max: 5 }), fc.integer({ min: 0, max: 1 })),
      {
        minLength: 1,
        maxLength: 25,
      },
    );
    fc.assert(
      fc.property(points, (pairs) => {
        const curve = fitIsotonic(
          pairs.map(([z]) => z),
          pairs.map(([, y]) => y),
        );
        // f(z) = max over a ≤ z of min over b ≥ z of the mean label in [a, b], on distinct values.
        const values = [...new Set(pairs.map(([z]) => z))].sort((a, b) => a - b);
        const mean = (a: number, b: number): number => {
          const inside = pairs.filter(([z]) => z >= a && z <= b);
          return inside.reduce((sum, [, y]) => sum + y, 0) / inside.length;
        };
        const margin = 1 / (pairs.length + 2);
        const fitted = values.map((z) => {
          const lower = values.filter((a) => a <= z);
          const upper = values.filter((b) => b >= z);
          const value = Math.max(...lower.map((a) => Math.min(...upper.map((b) => mean(a, b)))));
          return Math.min(1 - margin, Math.max(margin, value));
        });
        expect([...new Set(curve.probabilities.map((p) => p.toFixed(9)))]).toEqual([
          ...new Set(fitted.map((p) => p.toFixed(9))),
        ]);
        expect(curve.logits).toEqual([...curve.logits].sort((a, b) => a - b));
      }),
    );
  });

  it('is linear between its points and level outside', () => {
    const curve = { logits: [0, 2], probabilities: [0.2, 0.6] };
    expect([-9, 0, 1, 2, 9].map((z) => interpolate(curve, z))).toEqual([0.2, 0.2, 0.4, 0.6, 0.6]);
  });
});

describe('fitCalibration', () => {
  it('finds the temperature that labels were drawn with', () => {
    const { logits, correctness } = draw([20_000, 20_000], (m, z) => sigmoid((m + 0.5) * z), 3);
    const { record } = fitCalibration({ logits, correctness });
    expect(record.method).toBe('temperature');
    if (record.method !== 'temperature') return;
    // The standard error of a scale from 20,000 answers is about 0.015.
    expect(record.scales[0]).toBeCloseTo(0.5, 1);
    expect(record.scales[1]).toBeGreaterThan(1.43);
    expect(record.scales[1]).toBeLessThan(1.57);
  });

  it('finds the scale and the offset that labels were drawn with', () => {
    const truth = (m: number, z: number): number => sigmoid((m + 0.5) * z + 0.8 - m);
    const { record } = fitCalibration({ ...draw([20_000, 20_000, 0], truth, 3), method: 'platt' });
    if (record.method !== 'platt') throw new Error('Another method.');
    expect(record.scales[0]).toBeCloseTo(0.5, 1);
    expect(record.offsets[0]).toBeCloseTo(0.8, 1);
    expect(record.offsets[1]).toBeCloseTo(-0.2, 1);
    expect(record.offsets[2]).toBe(record.pooledOffset);
  });

  it('keeps a flat line of many wrong predictions with its right level', () => {
    const data = draw([5000], () => 0.8, 3);
    const { probability } = fitCalibration({ ...data, method: 'platt' });
    expect(probability(0, 0)).toBeCloseTo(0.8, 1);
    expect(probability(0, 2)).toBeCloseTo(0.8, 1);
  });

  it('draws models with few answers to the pool, and to themselves without pooling', () => {
    const data = draw([5000, 5000, 10, 0], (m, z) => sigmoid((m < 2 ? 0.5 : 3) * z), 4);
    const scales = (pooling: number): readonly number[] => {
      const { record } = fitCalibration({ ...data, pooling });
      return record.method === 'temperature' ? record.scales : [];
    };
    expect(Math.abs((scales(10_000)[2] ?? 0) - 0.5)).toBeLessThan(0.05);
    expect(scales(0)[2]).toBeGreaterThan(1);
    expect(scales(100)[3]).toBeCloseTo(0.5, 1);
  });

  it.each(['temperature', 'isotonic'] as const)(
    '%s lowers the calibration error on new data',
    (method) => {
      const truth = (m: number, z: number): number =>
        0.25 + 0.75 * sigmoid((0.4 + 0.2 * m) * z - 0.5);
      const model =
        method === 'temperature' ? (m: number, z: number) => sigmoid((0.3 + 0.2 * m) * z) : truth;
      const calibration = fitCalibration({ ...draw([800, 800, 800], model, 5), method });
      const fresh = draw([4000, 4000, 4000], model, 6);
      const before = expectedCalibrationError(
        new Matrix(fresh.logits.rows, 3, fresh.logits.data.map(sigmoid)),
        fresh.correctness,
      );
      const after = expectedCalibrationError(apply(calibration, fresh.logits), fresh.correctness);
      expect(before).toBeGreaterThan(0.08);
      expect(after).toBeLessThan(0.025);
    },
  );

  it.each(['temperature', 'platt', 'isotonic'] as const)(
    '%s never turns the order of logits around',
    (method) => {
      const calibration = fitCalibration({ ...draw([60, 3, 0], (_, z) => sigmoid(-z), 7), method });
      for (const model of [-1, 0, 1, 2]) {
        let last = 0;
        for (let z = -8; z <= 8; z += 0.1) {
          const p = calibration.probability(model, z);
          expect(p).toBeGreaterThanOrEqual(last);
          expect(p).toBeLessThanOrEqual(1);
          last = p;
        }
      }
    },
  );

  it.each(['temperature', 'platt', 'isotonic'] as const)('%s survives JSON', (method) => {
    const calibration = fitCalibration({ ...draw([60, 30], (_, z) => sigmoid(z), 8), method });
    const back = restoreCalibration(JSON.parse(JSON.stringify(calibration.record)));
    for (const z of [-3, 0, 1.5]) {
      expect(back.probability(1, z)).toBe(calibration.probability(1, z));
      expect(back.probability(-1, z)).toBe(calibration.probability(-1, z));
    }
  });

  it('refuses labels of another shape, or none', () => {
    const { logits, correctness } = draw([4, 4], () => 1, 9);
    const fit = (matrix: Matrix, labels: CorrectnessMatrix) => (): unknown =>
      fitCalibration({ logits: matrix, correctness: labels });
    expect(fit(new Matrix(4, 3), correctness)).toThrow(/\[4, 3\]/);
    const { questions, models } = correctness;
    expect(fit(logits, new CorrectnessMatrix({ questions, models }))).toThrow(/no label/);
  });
});

describe('chooseCalibration', () => {
  it('leaves probabilities alone that come true already', () => {
    const data = draw([60, 60, 60], (_, z) => sigmoid(z), 11);
    expect(chooseCalibration(data)).toMatchObject({ method: 'none', calibration: undefined });
  });

  it.each<[string, (m: number, z: number) => number]>([
    ['temperature', (_, z) => sigmoid(0.4 * z)],
    ['platt', (_, z) => sigmoid(z - 0.8)],
  ])('finds %s where that is what is wrong, and fits it on all answers', (method, truth) => {
    const data = draw([300, 300, 300], truth, 12);
    const chosen = chooseCalibration(data);
    expect(chosen.method).toBe(method);
    const { record } = fitCalibration({ ...data, method: chosen.calibration?.record.method });
    expect(chosen.calibration?.record).toEqual(record);
    expect(chosen.logLoss.platt).toBeLessThan(chosen.logLoss.none);
  });

  it('does not calibrate on a single question', () => {
    expect(chooseCalibration(draw([1, 1], () => 1, 13)).method).toBe('none');
  });

  it('refuses one fold', () => {
    const data = draw([9, 9], (_, z) => sigmoid(z), 13);
    expect(() => chooseCalibration({ ...data, folds: 1 })).toThrow(/folds/);
  });
});

describe('restoreCalibration', () => {
  const isotonic = { method: 'isotonic', models: ['a'], weights: [0.5] };
  const curve = { logits: [0, 1], probabilities: [0.2, 0.8] };
  it.each<[string, Record<string, unknown>, RegExp]>([
    ['an unknown method', { method: 'magic', models: [] }, /method/],
    ['models that are not names', { method: 'temperature', models: [1] }, /models/],
    [
      'a scale too few',
      { method: 'temperature', models: ['a'], scales: [], pooledScale: 1 },
      /scales/,
    ],
    [
      'a negative scale',
      { method: 'temperature', models: ['a'], scales: [-1], pooledScale: 1 },
      /scales/,
    ],
    [
      'an offset too few',
      { method: 'platt', models: ['a'], scales: [1], offsets: [], pooledScale: 1, pooledOffset: 0 },
      /offsets/,
    ],
    [
      'no pooled offset',
      { method: 'platt', models: ['a'], scales: [1], offsets: [0], pooledScale: 1 },
      /pooledOffset/,
    ],
    ['no pooled scale', { method: 'temperature', models: ['a'], scales: [1] }, /pooledScale/],
    [
      'a falling curve',
      { ...isotonic, curves: [{ logits: [0, 1], probabilities: [0.8, 0.2] }], pooledCurve: curve },
      /curves/,
    ],
    [
      'logits out of order',
      { ...isotonic, curves: [curve], pooledCurve: { ...curve, logits: [1, 1] } },
      /pooledCurve/,
    ],
    [
      'a weight above 1',
      { ...isotonic, weights: [2], curves: [curve], pooledCurve: curve },
      /weights/,
    ],
  ])('refuses %s', (_, record, message) => {
    expect(() => restoreCalibration(record)).toThrow(message);
  });
});
