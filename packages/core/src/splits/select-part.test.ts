import { describe, expect, expectTypeOf, it } from 'vitest';
import { CorrectnessMatrix } from '../correctness/correctness-matrix.js';
import { Matrix } from '../matrix/matrix.js';
import { applySplit } from './apply-split.js';
import { selectPart } from './select-part.js';

const embeddings = Matrix.fromRows([
  [0, 1],
  [2, 3],
  [4, 5],
  [6, 7],
]);
const correctness = new CorrectnessMatrix({
  questions: ['a', 'b', 'c', 'd'],
  models: ['m', 'n'],
  labels: Uint8Array.from([0, 1, 1, 1, 0, 0, 1, 0]),
});
const categories = ['law', 'math', 'law', 'code'];

describe('selectPart', () => {
  it('takes the same questions of every field, in the order asked', () => {
    const part = selectPart({ embeddings, correctness, categories }, [3, 1]);
    expect([...part.embeddings.data]).toEqual([6, 7, 2, 3]);
    expect(part.categories).toEqual(['code', 'math']);
    expect(part.correctness.questions).toEqual(['d', 'b']);
    expect([...part.correctness.labels]).toEqual([1, 0, 1, 1]);
  });

  it('leaves the data as they were, and gives a part without questions for no index', () => {
    const part = selectPart({ embeddings, correctness, categories }, []);
    expect(part.embeddings).toMatchObject({ rows: 0, cols: 2 });
    expect(part.correctness).toMatchObject({ questionCount: 0, models: ['m', 'n'] });
    expect(part.categories).toEqual([]);
    selectPart({ embeddings }, [0]).embeddings.data.fill(9);
    expect(embeddings.data[0]).toBe(0);
  });

  it('keeps the types of the fields', () => {
    const part = selectPart({ embeddings, correctness, categories }, [0]);
    expectTypeOf(part.embeddings).toEqualTypeOf<Matrix>();
    expectTypeOf(part.correctness).toEqualTypeOf<CorrectnessMatrix>();
    expectTypeOf(part.categories).toEqualTypeOf<readonly string[]>();
    // @ts-expect-error a name says nothing of any question
    selectPart.bind(null, { embeddings, name: 'pool' });
  });

  it('refuses fields of different lengths, such as a list of models', () => {
    expect(() => selectPart({ embeddings, models: correctness.models }, [0])).toThrow(
      expect.objectContaining({
        code: 'shape-mismatch',
        message: 'embeddings has 4 questions, but models has 2.',
      }),
    );
  });

  it.each([4, -1, 0.5, Number.NaN])('refuses the index %s', (index) => {
    for (const data of [{ embeddings }, { correctness }, { categories }]) {
      expect(() => selectPart(data, [index])).toThrow(
        expect.objectContaining({ code: 'invalid-argument' }),
      );
    }
  });
});

describe('applySplit', () => {
  it('gives each part the questions that the split names', () => {
    const split = { train: [0, 2], validation: [3], test: [1] };
    const { train, validation, test } = applySplit({ embeddings, categories }, split);
    expect([train, validation, test].map((part) => [...part.embeddings.data])).toEqual([
      [0, 1, 4, 5],
      [6, 7],
      [2, 3],
    ]);
    expect([train, validation, test].map((part) => part.categories)).toEqual([
      ['law', 'law'],
      ['code'],
      ['math'],
    ]);
  });

  it('refuses a split of other data', () => {
    expect(() => applySplit({ embeddings }, { train: [0], validation: [1], test: [7] })).toThrow(
      expect.objectContaining({ code: 'invalid-argument' }),
    );
  });
});
