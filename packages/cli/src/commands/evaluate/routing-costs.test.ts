import { CorrectnessMatrix, Matrix } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { formatRoutingCosts, routingCosts } from './routing-costs.js';

const NONE = 255;
const truth = new CorrectnessMatrix({
  questions: ['1', '2', '3'],
  models: ['cheap', 'best'],
  labels: Uint8Array.of(1, 1, 0, 1, 1, NONE),
});
const probabilities = Matrix.fromRows([
  [0.9, 0.8],
  [0.1, 0.8],
  [0.9, 0.1],
]);
const costs = (cheap: number, best: number) =>
  routingCosts({
    truth,
    probabilities,
    costsUsd: Matrix.fromRows([1, 2, 3].map(() => [cheap, best])),
    singleBest: 'best',
  });

describe('routingCosts', () => {
  it('average over the questions that the single best model was asked', () => {
    const found = costs(0.001, 0.003);
    expect(found?.artifactUsd).toBeCloseTo(2, 5);
    expect(found?.singleBestUsd).toBeCloseTo(3, 5);
    expect(formatRoutingCosts(found, 'best')).toEqual([
      'Expected cost of 1,000 questions: $2.00 by this artifact; always best: $3.00.',
    ]);
  });

  it('leave out, and count, questions that go to a model of unknown cost', () => {
    const found = costs(0.001, Number.NaN);
    expect(found).toMatchObject({ unknown: 1 });
    expect(found).not.toHaveProperty('singleBestUsd');
    expect(formatRoutingCosts(found, 'best')).toEqual([
      'Expected cost of 1,000 questions: $1.00 by this artifact (without 1 that go to models of unknown cost).',
    ]);
  });

  it('are undefined when no cost is known', () => {
    expect(costs(Number.NaN, Number.NaN)).toBeUndefined();
    expect(formatRoutingCosts(undefined, 'best')).toEqual([]);
  });
});
