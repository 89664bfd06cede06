import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { CorrectnessMatrix } from './correctness-matrix.js';
import { MISSING } from './label-storage.js';

const invalid = expect.objectContaining({ code: 'invalid-argument' });

/** Any matrix of up to 6 x 6 labels. */
const anyMatrix = fc
  .record({ questions: fc.nat(6), models: fc.nat(6) })
  .chain(({ questions, models }) =>
    fc
      .array(fc.constantFrom(0, 1, MISSING), {
        minLength: questions * models,
        maxLength: questions * models,
      })
      .map(
        (labels) =>
          new CorrectnessMatrix({
            questions: Array.from({ length: questions }, (_, index) => `q${index}`),
            models: Array.from({ length: models }, (_, index) => `m${index}`),
            labels: Uint8Array.from(labels),
          }),
      ),
  );

const small = (): CorrectnessMatrix =>
  new CorrectnessMatrix({
    questions: ['q0', 'q1', 'q2'],
    models: ['a', 'b'],
    labels: Uint8Array.of(1, 0, MISSING, 1, 0, 0),
  });

describe('CorrectnessMatrix', () => {
  it('knows each label, and which are missing', () => {
    const matrix = small();
    expect([matrix.get(0, 0), matrix.get(0, 1)]).toEqual([1, 0]);
    expect([matrix.get(1, 0), matrix.get(1, 1)]).toEqual([undefined, 1]);
    expect([...matrix.row(1)]).toEqual([MISSING, 1]);
    expect([matrix.questionCount, matrix.modelCount, matrix.countObserved()]).toEqual([3, 2, 5]);
    expectTypeOf(matrix.get(0, 0)).toEqualTypeOf<0 | 1 | undefined>();
  });

  it('starts without labels when none are given', () => {
    const matrix = new CorrectnessMatrix({ questions: ['q'], models: ['a', 'b'] });
    expect(matrix.countObserved()).toBe(0);
    expect(matrix.get(0, 1)).toBeUndefined();
  });

  it('selects questions and models as asked, each as a copy', () => {
    fc.assert(
      fc.property(anyMatrix, fc.nat(), (matrix, seed) => {
        const order = (count: number): number[] =>
          Array.from({ length: count }, (_, index) => index)
            .filter((index) => (seed >> index) % 2 === 0)
            .reverse();
        const rows = order(matrix.questionCount);
        const cols = order(matrix.modelCount);
        const selected = matrix.selectQuestions(rows).selectModels(cols);
        expect(selected).toEqual(matrix.selectModels(cols).selectQuestions(rows));
        expect(selected.questions).toEqual(rows.map((row) => matrix.questions[row]));
        expect(selected.models).toEqual(cols.map((col) => matrix.models[col]));
        rows.forEach((row, i) => {
          cols.forEach((col, j) => {
            expect(selected.get(i, j)).toBe(matrix.get(row, col));
          });
        });
      }),
    );
    const matrix = small();
    matrix.selectQuestions([0]).labels.fill(MISSING);
    matrix.selectModels([0]).labels.fill(MISSING);
    expect(matrix).toEqual(small());
  });

  it.each([[3], [-1], [0.5]])('refuses the index %s', (index) => {
    expect(() => small().selectQuestions([index])).toThrow(invalid);
    expect(() => small().selectModels([index])).toThrow(invalid);
  });

  it('refuses names that occur twice', () => {
    expect(() => small().selectQuestions([0, 0])).toThrow(/question id "q0" occurs twice/);
    expect(() => new CorrectnessMatrix({ questions: [], models: ['a', 'a'] })).toThrow(
      /model name "a" occurs twice/,
    );
  });

  it('refuses labels of another number or value, and names the place', () => {
    const make = (...labels: number[]): CorrectnessMatrix =>
      new CorrectnessMatrix({
        questions: ['q0', 'q1'],
        models: ['a', 'b'],
        labels: Uint8Array.from(labels),
      });
    expect(() => make(0, 1, 0)).toThrow(expect.objectContaining({ code: 'shape-mismatch' }));
    expect(() => make(0, 1, 0, 2)).toThrow(/Label 2 of model b on question q1/);
    expect(() => make(0, 1, 254, 1)).toThrow(expect.objectContaining({ code: 'invalid-data' }));
  });
});
