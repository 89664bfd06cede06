import { CorrectnessMatrix, EmbedLLMError, Matrix } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { type SeparatingQuestionsOptions, separatingQuestions } from './separating-questions.js';

const questions = ['q0', 'q1', 'q2', 'q3', 'q4'].map((id, q) => ({
  id,
  category: q < 3 ? 'maths' : 'code',
  prompt: `text of ${id}`,
}));
const models = ['a', 'b', 'c', 'd'];
// q0 only a; q1 only b; q2 only a, as everybody else; q3 both; q4 unknown for b.
const correctness = new CorrectnessMatrix({
  questions: questions.map(({ id }) => id),
  models,
  labels: Uint8Array.of(1, 0, 0, 0, 0, 1, 0, 1, 1, 0, 1, 1, 1, 1, 0, 0, 1, 255, 0, 0),
});
const probabilities = Matrix.fromRows([
  [0.9, 0.4, 0, 0],
  [0.3, 0.6, 0, 0],
  [0.5, 0.4, 0, 0],
  [0.2, 0.9, 0, 0],
  [0.5, 0.5, 0, 0],
]);
const base = { first: 'a', second: 'b', questions, models };

describe('separatingQuestions', () => {
  it('ranks by predicted difference, with texts and labels alongside', () => {
    const { favourFirst, favourSecond } = separatingQuestions({
      ...base,
      probabilities,
      correctness,
    });
    expect(favourFirst.map(({ id }) => id)).toEqual(['q0', 'q2']);
    expect(favourSecond.map(({ id }) => id)).toEqual(['q3', 'q1']);
    expect(favourFirst[0]).toMatchObject({
      prompt: 'text of q0',
      category: 'maths',
      firstLabel: 1,
      secondLabel: 0,
      othersCorrect: 0,
    });
    expect(favourFirst[0]!.predictedDifference).toBeCloseTo(0.5, 6);
  });

  it('ranks observed differences by how few others share them', () => {
    const { favourFirst, favourSecond } = separatingQuestions({ ...base, correctness });
    expect(favourFirst.map(({ id }) => id)).toEqual(['q0', 'q2']);
    expect(favourSecond.map(({ id }) => id)).toEqual(['q1']);
    expect(favourFirst[0]!.predictedDifference).toBeUndefined();
    expect(separatingQuestions({ ...base, correctness, count: 1 }).favourFirst).toHaveLength(1);
  });

  it('tests each benchmark', () => {
    const { benchmarks } = separatingQuestions({ ...base, probabilities, correctness });
    expect(benchmarks).toMatchObject([
      { benchmark: 'maths', questions: 3, onlyFirst: 2, onlySecond: 1, both: 3, pValue: 1 },
      { benchmark: 'code', questions: 2, onlyFirst: 0, onlySecond: 0, both: 1, pValue: 1 },
    ]);
    expect(benchmarks[1]!.predictedDifference).toBeCloseTo(-0.35, 6);
  });

  it.each<[string, Partial<SeparatingQuestionsOptions>]>([
    ['an unknown model', { first: 'z' }],
    ['the same model twice', { second: 'a' }],
    ['neither predictions nor labels', { correctness: undefined }],
    ['predictions that are not there', { by: 'predicted' }],
    ['a count of 0', { count: 0 }],
    ['probabilities of another shape', { probabilities: new Matrix(2, 4) }],
    ['labels of other questions', { questions: questions.slice(1) }],
    ['labels of other models', { models: ['a', 'b', 'd', 'c'] }],
  ])('refuses %s', (_, change) => {
    expect(() => separatingQuestions({ ...base, correctness, ...change })).toThrow(EmbedLLMError);
  });
});
