import { CorrectnessMatrix, EmbedLLMError } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import type { VerifyModelOptions } from './model-verification.js';
import { verifyModel } from './verify-model.js';

const questions = Array.from({ length: 40 }, (_, q) => `q${q}`);
// `real` is right on even questions, `fake` on the first half, `twin` as `real` but for one.
const labels = new Uint8Array(120);
questions.forEach((_, q) => {
  labels.set([q % 2 === 0 ? 1 : 0, q < 20 ? 1 : 0, q % 2 === 0 && q > 0 ? 1 : 0], 3 * q);
});
const correctness = new CorrectnessMatrix({ questions, models: ['real', 'fake', 'twin'], labels });
const answersOf = (model: number, flipped: readonly number[] = []) =>
  questions.map((question, q) => ({
    question,
    outcome: Math.abs(labels[3 * q + model]! - (flipped.includes(q) ? 1 : 0)),
  }));
const base = { claimed: 'real', correctness };

describe('verifyModel', () => {
  it('accepts the model itself, and says which others it could be', () => {
    const result = verifyModel({ ...base, answers: answersOf(0), selfAgreement: 0.95 });
    expect(result).toMatchObject({
      verdict: 'consistent',
      pValue: 1,
      questions: 40,
      agreement: 1,
      answersAccuracy: 0.5,
      storedAccuracy: 0.5,
    });
    expect(result.candidates.map(({ name }) => name)).toEqual(['real', 'twin', 'fake']);
    expect(result.candidates[1]).toMatchObject({ agreement: 0.975, differsFromClaimed: 0.025 });
  });

  it('takes few answers for a proof of difference, but never of consistency', () => {
    const verdict = (count: number, model: number, minAnswers?: number) =>
      verifyModel({
        ...base,
        answers: answersOf(model).slice(0, count),
        selfAgreement: 1,
        minAnswers,
      }).verdict;
    expect(verdict(19, 0)).toBe('undecided');
    expect(verdict(20, 0)).toBe('consistent');
    expect(verdict(1, 0, 1)).toBe('consistent');
    expect(verdict(8, 1)).toBe('different');
    expect(() => verdict(8, 0, Number.NaN)).toThrow(/minAnswers/);
  });

  it('notices another model of the same accuracy', () => {
    const result = verifyModel({ ...base, answers: answersOf(1), selfAgreement: 0.95 });
    // As many right: the accuracies tell nothing, the answers do.
    expect(result.tests.find(({ test }) => test === 'accuracy')!.pValue).toBe(1);
    expect(result.verdict).toBe('different');
    expect(result.candidates[0]!.name).toBe('fake');
  });

  it('takes any evidence of how often a model disagrees with itself', () => {
    const answers = answersOf(0, [1, 2, 4, 7, 8, 11, 14]);
    const test = (options: Partial<VerifyModelOptions>) =>
      verifyModel({ ...base, answers, ...options }).tests.find(({ test }) => test === 'agreement');
    expect(test({})).toBeUndefined();
    // 7 of 40 against 0 of 40: hypergeometric, all seven on one side of 80.
    let chance = 1;
    for (let i = 0; i < 7; i++) chance *= (40 - i) / (80 - i);
    expect(test({ selfAgreement: { agreements: 40, total: 40 } })!.pValue).toBeCloseTo(chance, 12);
    expect(test({ rerun: answersOf(0) })!.pValue).toBeCloseTo(1 / 128, 12);
    expect(test({ selfAgreement: 1 })!.pValue).toBe(0);
    expect(test({ selfAgreement: 0.8 })!.pValue).toBeGreaterThan(0.5);
  });

  it('sees answers side with an alternative', () => {
    const result = verifyModel({ ...base, answers: answersOf(1), rerun: answersOf(0), seed: 3 });
    const alternative = result.tests.find(({ test }) => test === 'alternative')!;
    expect(alternative.pValue).toBeLessThan(0.001);
    expect(alternative.detail).toContain('fake');
    // One of three tests: three times the smallest.
    expect(result.pValue).toBeCloseTo(
      3 * Math.min(...result.tests.map(({ pValue }) => pValue)),
      12,
    );
  });

  it('finds nothing where answers and rerun are the same', () => {
    const result = verifyModel({ ...base, answers: answersOf(0), rerun: answersOf(0) });
    expect(result.tests.map(({ pValue }) => pValue)).toEqual([1, 1, 1]);
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });

  it.each<[string, Partial<VerifyModelOptions>, RegExp]>([
    ['an unknown model', { claimed: 'reel' }, /Did you mean "real"/],
    ['an unknown question', { answers: [{ question: 'x', outcome: 1 }] }, /Item 0 .*"x" is not/],
    [
      'a question twice',
      { answers: [...answersOf(0), { question: 'q3', outcome: 1 }] },
      /Item 40 .*"q3" occurs twice/,
    ],
    ['an outcome of 2', { answers: [{ question: 'q3', outcome: 2 }] }, /outcome 2/],
    ['a rerun with NaN', { rerun: [{ question: 'q3', outcome: Number.NaN }] }, /rerun.*NaN/],
    ['no answer', { answers: [] }, /None of the 0 answers/],
    ['a self-agreement of 2', { selfAgreement: 2 }, /from 0 to 1/],
    ['a self-agreement of more than all', { selfAgreement: { agreements: 3, total: 2 } }, /count/],
    ['a level of 0', { level: 0 }, /level/],
  ])('refuses %s', (_, change, message) => {
    const work = () => verifyModel({ ...base, answers: answersOf(0), ...change });
    expect(work).toThrow(EmbedLLMError);
    expect(work).toThrow(message);
  });
});
