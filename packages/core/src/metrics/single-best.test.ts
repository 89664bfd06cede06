import { describe, expect, it } from 'vitest';
import { labelsOf } from '../../test/labels.js';
import { singleBest } from './single-best.js';

/** Label `[model]` of 40 questions; the first 20 are easy. */
function pool(answers: readonly ((question: number) => 0 | 1 | null)[]) {
  return labelsOf(Array.from({ length: 40 }, (_, q) => answers.map((answer) => answer(q))));
}

describe('singleBest', () => {
  it('is the most accurate model where all were asked the same, the first on ties', () => {
    const truth = pool([() => 0, (q) => (q % 2 ? 1 : 0), (q) => (q % 2 ? 0 : 1)]);
    expect(singleBest(truth)).toMatchObject({ model: 1, accuracy: 0.5, labels: 40, candidates: 3 });
  });

  it('passes over a model that was asked the easy questions alone', () => {
    const truth = pool([
      (q) => (q < 20 ? 1 : null),
      (q) => (q < 19 || q % 3 ? 1 : 0),
      (q) => (q < 19 ? 1 : 0),
    ]);
    expect(singleBest(truth)).toMatchObject({ model: 1, candidates: 2, minimumLabels: 38 });
    expect(singleBest(truth, { minimumShare: 0.5 }).candidates).toBe(3);
  });

  it('takes those asked nearly as much as the most asked where none was asked nearly all', () => {
    const truth = pool([
      (q) => (q < 20 ? 1 : null),
      (q) => (q >= 10 ? (q % 4 ? 1 : 0) : null),
      (q) => (q >= 10 ? (q % 2 ? 1 : 0) : null),
    ]);
    expect(singleBest(truth)).toMatchObject({ model: 1, candidates: 2, minimumLabels: 29 });
  });

  it('ranks those with gaps by what they would achieve on the same questions', () => {
    // The second missed the two hardest questions and has the higher plain share.
    const answers = (q: number): 0 | 1 => (q >= 37 ? 0 : 1);
    const truth = pool([
      (q) => (q === 5 ? 1 : answers(q)),
      (q) => (q >= 38 ? null : q === 5 ? 0 : answers(q)),
      ...Array.from(
        { length: 6 },
        (_, m) => (q: number) => ((q + m) % 5 ? answers(q) : (0 as const)),
      ),
    ]);
    expect(36 / 38).toBeGreaterThan(37 / 40);
    expect(singleBest(truth).model).toBe(0);
  });

  it('counts only questions that have a label', () => {
    const truth = labelsOf([
      [null, null],
      [1, 0],
      [null, null],
    ]);
    expect(singleBest(truth)).toMatchObject({ model: 0, minimumLabels: 1, candidates: 2 });
  });

  it('finds a model even where all answers are incorrect', () => {
    expect(singleBest(labelsOf([[null, 0]]))).toMatchObject({ model: 1, accuracy: 0 });
  });

  it('refuses to choose without labels, or with a senseless share', () => {
    expect(() => singleBest(labelsOf([[null]]))).toThrow(
      expect.objectContaining({ code: 'invalid-data' }),
    );
    for (const minimumShare of [0, 1.5, Number.NaN]) {
      expect(() => singleBest(labelsOf([[1]]), { minimumShare })).toThrow(
        expect.objectContaining({ code: 'invalid-argument' }),
      );
    }
  });
});
