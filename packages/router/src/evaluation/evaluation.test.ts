import { CorrectnessMatrix, Matrix, MISSING, Random } from '@embedllm/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  averageImprovementInQuality,
  averagePerformanceGapRecovered,
  callPerformanceThreshold,
  deferralCurve,
  judgeAgainstModel,
  judgeChoices,
  meanQuality,
  type OperatingPoint,
  paretoFront,
  qualityAt,
  singleModelPoints,
  sweepUtility,
  upperHull,
} from './index.js';

const point = (costUsd: number, quality: number): OperatingPoint => ({ costUsd, quality });
const anyPoints = fc.array(
  fc
    .tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 20 }))
    .map(([costUsd, quality]) => point(costUsd, quality)),
  { minLength: 1, maxLength: 15 },
);

describe('curves', () => {
  it('keeps exactly the points that no other beats', () => {
    fc.assert(
      fc.property(anyPoints, (points) => {
        const front = paretoFront(points);
        const beaten = (a: OperatingPoint): boolean =>
          points.some(
            (b) =>
              b.costUsd <= a.costUsd &&
              b.quality >= a.quality &&
              (b.costUsd < a.costUsd || b.quality > a.quality),
          );
        const key = ({ costUsd, quality }: OperatingPoint): string => `${costUsd} ${quality}`;
        const expected = new Set(points.filter((p) => !beaten(p)).map(key));
        expect(new Set(front.map(key))).toEqual(expected);
      }),
    );
  });

  it('reaches on the hull what the best mixture of two points reaches', () => {
    fc.assert(
      fc.property(anyPoints, fc.double({ min: 0, max: 25, noNaN: true }), (points, cost) => {
        let best = Number.NaN;
        for (const a of points) {
          for (const b of points) {
            if (a.costUsd > cost) continue;
            const share = b.costUsd > cost ? (cost - a.costUsd) / (b.costUsd - a.costUsd) : 1;
            const mixed = a.quality + share * (b.quality - a.quality);
            for (const value of [a.quality, mixed]) {
              if (!(best >= value)) best = value;
            }
          }
        }
        const reached = qualityAt(upperHull(points), cost);
        if (Number.isNaN(best)) expect(reached).toBeNaN();
        else expect(reached).toBeCloseTo(best, 9);
      }),
    );
  });

  it('averages quality over a range of costs', () => {
    const hull = [point(0, 0), point(1, 0.5), point(3, 0.7)];
    expect(meanQuality(hull, 0, 1)).toBeCloseTo(0.25, 12);
    expect(meanQuality(hull, 0.5, 3)).toBeCloseTo((0.5 * 0.375 + 2 * 0.6) / 2.5, 12);
    expect(meanQuality(hull, 3, 5)).toBeCloseTo(0.7, 12);
    expect(averageImprovementInQuality([...hull, point(2, 0.1)])).toBeCloseTo(
      (0.25 + 2 * 0.6) / 3,
      12,
    );
    expect(() => meanQuality([point(1, 1)], 0, 2)).toThrow(/cheapest point of the curve, 1/);
    expect(() => upperHull([point(Number.NaN, 1)])).toThrow(/index 0/);
  });
});

describe('deferralCurve', () => {
  it('is one half for random scores, and best for the gain itself', () => {
    const random = new Random(3);
    const weak = Array.from({ length: 4000 }, () => random.integer(2));
    const strong = weak.map((w) => (random.uniform() < 0.7 ? 1 : w));
    const apgr = (scores: number[]): number =>
      averagePerformanceGapRecovered(deferralCurve({ scores, weak, strong }));
    expect(apgr(weak.map(() => random.uniform()))).toBeCloseTo(0.5, 1);
    expect(apgr(weak.map(() => 1))).toBeCloseTo(0.5, 9);
    const gain = weak.map((w, q) => (strong[q] ?? 0) - w);
    const needed = gain.filter((g) => g > 0).length / gain.length;
    // All of the gap after the share that gains: 1 - needed / 2.
    expect(apgr(gain)).toBeCloseTo(1 - needed / 2, 6);
    const curve = deferralCurve({ scores: gain, weak, strong });
    expect(callPerformanceThreshold(curve, 0.5)).toBeCloseTo(needed / 2, 6);
    expect(callPerformanceThreshold(curve, 1)).toBeCloseTo(needed, 6);
    expect(callPerformanceThreshold(curve, 0)).toBe(0);
    expect(callPerformanceThreshold(curve, 1.5)).toBeUndefined();
  });

  it('follows a small example by hand', () => {
    const curve = deferralCurve({ scores: [3, 1, 2, 2], weak: [0, 1, 0, 1], strong: [1, 1, 1, 0] });
    expect(curve.shares).toEqual([0, 0.25, 0.75, 1]);
    expect(curve.qualities).toEqual([0.5, 0.75, 0.75, 0.75]);
    expect(averagePerformanceGapRecovered(curve)).toBeCloseTo(0.875, 12);
  });

  it('refuses what has no curve', () => {
    expect(() => deferralCurve({ scores: [1], weak: [], strong: [1] })).toThrow(/0 answers/);
    expect(() => deferralCurve({ scores: [], weak: [], strong: [] })).toThrow(
      /needs at least one question/,
    );
    expect(() => deferralCurve({ scores: [Number.NaN], weak: [0], strong: [1] })).toThrow(
      /question 0/,
    );
    const level = deferralCurve({ scores: [1], weak: [1], strong: [1] });
    expect(() => averagePerformanceGapRecovered(level)).toThrow(/must be better/);
  });
});

describe('sweepUtility', () => {
  const correctness = new CorrectnessMatrix({
    questions: ['a', 'b', 'c'],
    models: ['dear', 'cheap'],
    labels: Uint8Array.of(1, 0, 1, 1, MISSING, 1),
  });
  const costsUsd = Matrix.fromRows([
    [1, 0.25],
    [1, 0.25],
    [Number.NaN, 0.25],
  ]);
  const probabilities = Matrix.fromRows([
    [0.9, 0.2],
    [0.9, 0.8],
    [0.9, 0.8],
  ]);
  const answers = { correctness, costsUsd };

  it('moves from the best to the cheapest choice as λ grows', () => {
    const predictedCostsUsd = Matrix.fromRows([
      [1, 0.25],
      [1, 0.25],
      [1, 0.25],
    ]);
    const points = sweepUtility({
      ...answers,
      probabilities,
      predictedCostsUsd,
      lambdas: [0, 0.5, 10],
    });
    expect(points.map(({ costUsd, quality }) => [costUsd, quality])).toEqual([
      [0.75, 1],
      [0.5, 1],
      [0.25, expect.closeTo(2 / 3, 9)],
    ]);
  });

  it('judges single models on the same questions, without those that answered fewer', () => {
    expect(singleModelPoints(answers).map(({ label }) => label)).toEqual(['cheap']);
    expect(singleModelPoints(answers, { minimumShare: 0.5 })).toEqual([
      { label: 'dear', costUsd: 1, quality: 1 },
      { label: 'cheap', costUsd: 0.25, quality: expect.closeTo(2 / 3, 9) },
    ]);
    expect(() => judgeChoices(answers, () => -1)).toThrow(/No question/);
    expect(() => singleModelPoints({ correctness, costsUsd: new Matrix(1, 2) })).toThrow(/shape/);
  });

  it('judges choices next to a fixed model, on the questions that it answered', () => {
    const cheapest = (_: number, answered: readonly number[]): number => answered.at(-1) ?? -1;
    const judged = judgeAgainstModel({ answers, choose: cheapest, model: 0 });
    const asked = correctness.questions.filter((_, q) => correctness.get(q, 0) !== undefined);
    expect(judged.difference).toMatchObject({ questions: asked.length, verdict: 'no better' });
    expect(judged.choices.quality - judged.fixed.quality).toBeCloseTo(judged.difference.mean, 9);
    expect([judged.choices.costUsd, judged.fixed.costUsd]).toEqual([0.25, 1]);
    expect(() => judgeAgainstModel({ answers, choose: () => -1, model: 0 })).toThrow(/No question/);
  });
});
