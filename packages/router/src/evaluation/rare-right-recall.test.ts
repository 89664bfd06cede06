import { CorrectnessMatrix, MISSING } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { rareRightRecall } from './rare-right-recall.js';

const truth = new CorrectnessMatrix({
  questions: ['one right', 'none right', 'all right', 'two right', 'one asked'],
  models: ['a', 'b', 'c', 'd'],
  labels: Uint8Array.from([
    ...[0, 1, 0, 0],
    ...[0, 0, 0, 0],
    ...[1, 1, 1, 1],
    ...[1, 1, 0, MISSING],
    ...[1, MISSING, MISSING, MISSING],
  ]),
});

describe('rareRightRecall', () => {
  it('counts questions that one of several models got right, and where it was found', () => {
    expect(rareRightRecall({ chosen: [1, 0, 0, 2, 0], truth })).toEqual({
      questions: 1,
      recall: 1,
    });
    expect(rareRightRecall({ chosen: [0, 0, 0, 0, 0], truth }).recall).toBe(0);
  });

  it('takes a larger share of the models that were asked', () => {
    // Two of three asked are right on the fourth question.
    expect(rareRightRecall({ chosen: [0, 0, 0, 1, 0], truth, atMost: 0.7 })).toEqual({
      questions: 2,
      recall: 0.5,
    });
  });

  it('leaves out what cannot be judged, and has no recall without questions', () => {
    expect(rareRightRecall({ chosen: [-1, 0, 0, 3, 0], truth })).toEqual({
      questions: 0,
      recall: undefined,
    });
    expect(() => rareRightRecall({ chosen: [1], truth })).toThrow(/1 choices/);
    expect(() => rareRightRecall({ chosen: [1, 0, 0, 0, 0], truth, atMost: 1 })).toThrow(/atMost/);
  });
});
