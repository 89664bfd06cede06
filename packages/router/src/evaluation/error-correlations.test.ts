import { CorrectnessMatrix, Matrix, MISSING, Random } from '@embedllm/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorCorrelations, jointOutcome } from './error-correlations.js';

/**
 * Four models on questions whose difficulty predictions do not know: `a` and `b` share what they
 * stumble over beyond it, `c` and `d` do not.
 */
function pool(count: number, { difficulty = 1, family = 1, seed = 1 } = {}) {
  const random = new Random(seed);
  const models = ['a', 'b', 'c', 'd'];
  const labels = new Uint8Array(4 * count);
  const probabilities = new Matrix(count, 4);
  for (let q = 0; q < count; q++) {
    const hard = difficulty * random.normal();
    const trap = family * random.normal();
    models.forEach((_, m) => {
      const own = m < 2 ? trap : family * random.normal();
      // The sum is normal, so that its distribution function is the probability without `hard`.
      labels[4 * q + m] = Number(hard + own + random.normal() > 0);
      probabilities.row(q)[m] = 0.5;
    });
  }
  const questions = Array.from({ length: count }, (_, q) => String(q));
  return { probabilities, truth: new CorrectnessMatrix({ questions, models, labels }) };
}

/** Correlation of the signs of two normal variables that share so much of their variance. */
const ofSigns = (shared: number): number => (2 / Math.PI) * Math.asin(shared);

describe('errorCorrelations', () => {
  it('finds what difficulty makes common, and the pair that errs alike beyond it', () => {
    const { correlations, common, questions } = errorCorrelations(pool(20_000));
    expect(correlations.at(0, 1)).toBeCloseTo(ofSigns(2 / 3), 1);
    expect(correlations.at(2, 3)).toBeCloseTo(ofSigns(1 / 3), 1);
    expect(correlations.at(0, 1) - common.at(0, 1)).toBeGreaterThan(0.05);
    expect(correlations.at(1, 0)).toBe(correlations.at(0, 1));
    expect(correlations.at(2, 2)).toBe(1);
    expect(questions[1]).toBe(20_000);
  });

  it('is near 0 where predictions know all that models share', () => {
    const { correlations } = errorCorrelations(pool(5000, { difficulty: 0, family: 0 }));
    for (const [a, b] of [
      [0, 1],
      [1, 3],
    ] as const) {
      expect(Math.abs(correlations.at(a, b))).toBeLessThan(0.04);
    }
  });

  it('is nearer to the truth from few questions than each pair by itself', () => {
    let [shrunk, plain] = [0, 0];
    for (let seed = 0; seed < 40; seed++) {
      const { probabilities, truth } = pool(60, { seed, family: 0.5 });
      const { correlations } = errorCorrelations({ probabilities, truth });
      const expected = (a: number, b: number) => ofSigns((a < 2 && b < 2 ? 1.25 : 1) / 2.25);
      for (let a = 0; a < 4; a++) {
        for (let b = 0; b < a; b++) {
          let sum = 0;
          for (let q = 0; q < 60; q++) {
            sum += 4 * (truth.get(q, a)! - 0.5) * (truth.get(q, b)! - 0.5);
          }
          shrunk += (correlations.at(a, b) - expected(a, b)) ** 2;
          plain += (sum / 60 - expected(a, b)) ** 2;
        }
      }
    }
    expect(shrunk).toBeLessThan(0.7 * plain);
  });

  it('says of a pair that shares no question what the others have in common', () => {
    const { probabilities, truth } = pool(4000);
    const labels = truth.labels.slice();
    for (let q = 0; q < 4000; q++) labels[4 * q + (q % 2 === 0 ? 2 : 3)] = MISSING;
    const { questions, models } = truth;
    const found = errorCorrelations({
      probabilities,
      truth: new CorrectnessMatrix({ questions, models, labels }),
    });
    expect(found.questions[4 * 2 + 3]).toBe(0);
    expect(found.correlations.at(2, 3)).toBe(found.common.at(2, 3));
    expect(found.correlations.at(2, 3)).toBeGreaterThan(0.1);
  });

  it('predicts pairs of new questions better than independence does', () => {
    const { correlations } = errorCorrelations(pool(500));
    const { truth } = pool(2000, { seed: 2 });
    let [joint, independent] = [0, 0];
    for (let q = 0; q < 2000; q++) {
      const { both, firstAlone, secondAlone, neither } = jointOutcome(
        ...([0.5, 0.5, correlations.at(0, 1)] as const),
      );
      const [a, b] = [truth.get(q, 0), truth.get(q, 1)];
      joint -= Math.log(a ? (b ? both : firstAlone) : b ? secondAlone : neither);
      independent -= Math.log(0.25);
    }
    expect(joint).toBeLessThan(0.95 * independent);
  });

  it('refuses what does not fit, and labels that no two models share', () => {
    const { probabilities, truth } = pool(3);
    expect(() => errorCorrelations({ probabilities: new Matrix(2, 4), truth })).toThrow(
      /\[2, 4\], but the labels \[3, 4\]/,
    );
    probabilities.row(1)[2] = Number.NaN;
    expect(() => errorCorrelations({ probabilities, truth })).toThrow(
      /question 1 and model c must be from 0 to 1 but is NaN/,
    );
    const alone = new CorrectnessMatrix({
      ...{ questions: ['q'], models: ['a', 'b'], labels: Uint8Array.of(1, MISSING) },
    });
    expect(() =>
      errorCorrelations({ probabilities: Matrix.fromRows([[0.5, 0.5]]), truth: alone }),
    ).toThrow(/No two models/);
  });
});

describe('jointOutcome', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  it('has the probabilities it is made of, and no negative one', () => {
    fc.assert(
      fc.property(share, share, fc.double({ min: -1, max: 1, noNaN: true }), (p, q, rho) => {
        const { both, firstAlone, secondAlone, neither } = jointOutcome(p, q, rho);
        expect(Math.min(both, firstAlone, secondAlone, neither)).toBeGreaterThan(-1e-12);
        expect(both + firstAlone).toBeCloseTo(p, 12);
        expect(both + secondAlone).toBeCloseTo(q, 12);
        expect(both + firstAlone + secondAlone + neither).toBeCloseTo(1, 12);
      }),
    );
  });

  it('multiplies where errors are independent, and agrees fully at a correlation of 1', () => {
    expect(jointOutcome(0.7, 0.6, 0).both).toBeCloseTo(0.42, 12);
    expect(jointOutcome(0.7, 0.7, 1).both).toBeCloseTo(0.7, 12);
  });
});
