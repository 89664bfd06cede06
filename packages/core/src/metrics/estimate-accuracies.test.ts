import { describe, expect, it } from 'vitest';
import { labelsOf } from '../../test/labels.js';
import { CorrectnessMatrix, MISSING, Random } from '../index.js';
import { estimateAccuracies } from './estimate-accuracies.js';
import { modelAccuracies } from './model-accuracies.js';
import { simulateTwoWayPool } from './two-way-pool.fixture.js';

describe('estimateAccuracies', () => {
  it('is the plain share where every model was asked everything', () => {
    const truth = labelsOf([
      [1, 0, null],
      [1, 1, null],
      [1, 0, null],
      [1, 1, null],
    ]);
    const [all, half, none] = estimateAccuracies(truth);
    expect(all).toMatchObject({ accuracy: 1, upper: 1, labels: 4 });
    // Wilson's interval of 4 of 4 and of 2 of 4.
    expect(all?.lower).toBeCloseTo(0.5101, 4);
    expect(half).toMatchObject({ accuracy: 0.5, labels: 4 });
    expect(half?.lower).toBeCloseTo(0.15, 4);
    expect(half?.upper).toBeCloseTo(0.85, 4);
    expect(none).toBeUndefined();
  });

  it('does not put a model on top for being asked only easy questions', () => {
    const { truth, accuracies } = simulateTwoWayPool({ seed: 1, questions: 2000, models: 12 });
    const estimates = estimateAccuracies(truth).map((estimate) => estimate?.accuracy ?? 0);
    const raw = [...modelAccuracies(truth)];
    const worst = (values: readonly number[]): number =>
      Math.max(...values.map((value, model) => Math.abs(value - accuracies[model]!)));
    expect(worst(raw)).toBeGreaterThan(0.15);
    expect(worst(estimates)).toBeLessThan(0.05);
  });

  it('gives intervals that hold the truth about as often as they say, with gaps and without', () => {
    const held = { asked: 0, gaps: 0 };
    const runs = 30;
    for (let seed = 0; seed < runs; seed++) {
      const { truth, accuracies } = simulateTwoWayPool({ seed, questions: 300, models: 10 });
      estimateAccuracies(truth).forEach((estimate, model) => {
        const value = accuracies[model]!;
        const holds = estimate && estimate.lower <= value && value <= estimate.upper;
        if (holds) held[model % 2 === 0 ? 'asked' : 'gaps']++;
      });
    }
    for (const count of [held.asked, held.gaps]) {
      expect(count / (5 * runs)).toBeGreaterThan(0.92);
      expect(count / (5 * runs)).toBeLessThan(0.99);
    }
  });

  it('has wider intervals where more had to be filled in', () => {
    const { truth } = simulateTwoWayPool({ seed: 3, questions: 300, models: 10 });
    const widths = estimateAccuracies(truth).map((e) => (e ? e.upper - e.lower : 0));
    const mean = (rest: number): number =>
      widths.filter((_, model) => model % 2 === rest).reduce((sum, width) => sum + width, 0) / 5;
    expect(mean(1)).toBeGreaterThan(mean(0));
  });

  it('refuses labels that are all missing', () => {
    expect(() => estimateAccuracies(labelsOf([[null]]))).toThrow(
      expect.objectContaining({ code: 'invalid-data' }),
    );
  });
});

it('has intervals where nearly all models agree on most questions, and one was asked few', () => {
  const random = new Random(42);
  const [M, Q] = [20 + random.integer(12), 400];
  const labels = new Uint8Array(Q * M);
  for (let q = 0; q < Q; q++) {
    const easiness = 6 * random.normal() - 3;
    for (let m = 0; m < M; m++) {
      const p = 1 / (1 + Math.exp(-(easiness + 0.3 * m)));
      const isAsked = m > 0 || q <= 2;
      labels[q * M + m] = !isAsked ? MISSING : random.uniform() < p ? 1 : 0;
    }
  }
  const estimates = estimateAccuracies(
    new CorrectnessMatrix({
      questions: Array.from({ length: Q }, (_, q) => `q${q}`),
      models: Array.from({ length: M }, (_, m) => `m${m}`),
      labels,
    }),
  );
  for (const estimate of estimates) {
    expect(estimate!.lower).toBeLessThanOrEqual(estimate!.accuracy);
    expect(estimate!.upper).toBeGreaterThanOrEqual(estimate!.accuracy);
  }
  // Three answers say little.
  expect(estimates[0]!.upper - estimates[0]!.lower).toBeGreaterThan(0.1);
});
