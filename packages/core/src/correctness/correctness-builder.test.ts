import { DataError } from '@embedllm/internals';
import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { Random } from '../random/random.js';
import {
  CorrectnessBuilder,
  type CorrectnessBuilderOptions,
  correctnessFromRecords,
  type ResponseRecord,
} from './correctness-builder.js';
import { MISSING } from './label-storage.js';

function errorOf(action: () => unknown): DataError {
  try {
    action();
  } catch (error) {
    if (error instanceof DataError) return error;
    throw error;
  }
  throw new Error('Nothing was thrown.');
}

/** A record from untyped input, such as JSON. */
const untyped = (record: unknown): ResponseRecord => JSON.parse(JSON.stringify(record));

const record = (question: string, model: string, label: number): ResponseRecord => ({
  question,
  model,
  label,
});

describe('CorrectnessBuilder', () => {
  it('orders questions and models by first appearance', () => {
    const { correctness, duplicates } = correctnessFromRecords([
      record('q9', 'b', 1),
      record('q1', 'a', 0),
      record('q9', 'a', 1),
    ]);
    expect(correctness.questions).toEqual(['q9', 'q1']);
    expect(correctness.models).toEqual(['b', 'a']);
    expect([...correctness.labels]).toEqual([1, 1, MISSING, 0]);
    expect(duplicates).toBe(0);
  });

  it('takes in what has no label together, in its place', () => {
    const builder = new CorrectnessBuilder();
    builder.mention({ question: 'q1', model: 'a' });
    builder.add({ question: 'q1', model: 'b', label: 1 });
    const matrix = builder.build();
    expect(matrix.models).toEqual(['a', 'b']);
    expect(matrix.get(0, 0)).toBeUndefined();
    expect(matrix.get(0, 1)).toBe(1);
  });

  it('keeps the order of a closed vocabulary, with rows for what never occurs', () => {
    const { correctness } = correctnessFromRecords([record('q2', 'c', 1)], {
      questions: ['q1', 'q2', 'q3'],
      models: ['a', 'b', 'c'],
    });
    expect(correctness.questions).toEqual(['q1', 'q2', 'q3']);
    expect(correctness.models).toEqual(['a', 'b', 'c']);
    expect(correctness.get(1, 2)).toBe(1);
    expect(correctness.countObserved()).toBe(1);
    const empty = new CorrectnessBuilder({ questions: ['q'], models: ['a'] }).build();
    expect([...empty.labels]).toEqual([MISSING]);
    const open = new CorrectnessBuilder().build();
    expect([open.questionCount, open.modelCount]).toEqual([0, 0]);
  });

  it('collects what a plain map of labels would, in any order and under any vocabulary', () => {
    const distinct = fc.uniqueArray(
      fc.record({ q: fc.nat(25), m: fc.nat(25), label: fc.constantFrom(0, 1) }),
      { selector: ({ q, m }) => `${q},${m}`, maxLength: 120 },
    );
    const ids = (prefix: string): string[] => Array.from({ length: 26 }, (_, i) => `${prefix}${i}`);
    fc.assert(
      fc.property(distinct, fc.boolean(), fc.boolean(), fc.boolean(), (labels, q, m, tight) => {
        const records = labels.map((entry) => record(`q${entry.q}`, `m${entry.m}`, entry.label));
        const options: CorrectnessBuilderOptions = {
          questions: q ? ids('q') : undefined,
          models: m ? ids('m') : undefined,
          maxCells: tight
            ? Math.max(
                1,
                (q ? 26 : new Set(labels.map((entry) => entry.q)).size) *
                  (m ? 26 : new Set(labels.map((entry) => entry.m)).size),
              )
            : undefined,
        };
        const repeated = [...records, ...records.slice(0, 5)];
        const { correctness, duplicates } = correctnessFromRecords(repeated, options);
        expect(duplicates).toBe(repeated.length - records.length);
        expect(correctness.countObserved()).toBe(records.length);
        for (const { question, model, label } of records) {
          const row = correctness.questions.indexOf(question);
          expect(correctness.get(row, correctness.models.indexOf(model))).toBe(label);
        }
      }),
    );
  });

  it('collects few labels of many as a list, finds repeats in it, and continues as a table', () => {
    const questions = Array.from({ length: 5000 }, (_, q) => `q${q}`);
    const models = Array.from({ length: 4000 }, (_, m) => `m${m}`);
    const builder = new CorrectnessBuilder({ questions, models });
    const place = (index: number): [number, number] => [(index * 7919) % 5000, (index * 31) % 4000];
    for (let index = 0; index < 3000; index++) {
      const [q, m] = place(index);
      const location = { file: index < 1000 ? 'a.csv' : 'b.csv', row: index + 2 };
      builder.add({ ...record(`q${q}`, `m${m}`, index % 2), location });
    }
    builder.add(record('q0', 'm0', 0));
    expect(builder.duplicates).toBe(1);
    const [q, m] = place(2001);
    expect(errorOf(() => builder.add(record(`q${q}`, `m${m}`, 0))).message).toMatch(
      /labelled 0 here but 1 at b\.csv, row 2003\./,
    );
    const sparse = builder.build();
    expect([sparse.storage, sparse.countObserved()]).toEqual(['sparse', 3000]);
    for (const index of [0, 1, 1500, 2999]) expect(sparse.get(...place(index))).toBe(index % 2);
    expect(
      new CorrectnessBuilder({ questions, models: ['m'], storage: 'dense' }).build().storage,
    ).toBe('dense');
  });

  it('takes more questions x models than the limit where few labels are there', () => {
    const builder = new CorrectnessBuilder({ maxCells: 1000 });
    for (let index = 0; index < 50; index++) builder.add(record(`q${index}`, `m${index}`, 1));
    expect(builder.build().storage).toBe('sparse');
    expect(() => builder.add(record('q50', 'm50', 1))).toThrow(/51 questions x 51 models/);
    const filled = new CorrectnessBuilder({ maxCells: 1000 });
    for (let index = 0; index < 40; index++) filled.add(record(`q${index}`, `m${index % 20}`, 1));
    // 40 x 20 cells fit as a table, which 40 labels as a list at 20 cells each would just do too.
    for (let cell = 0; cell < 800; cell++) {
      filled.add(record(`q${Math.floor(cell / 20)}`, `m${cell % 20}`, 1));
    }
    expect([filled.build().countObserved(), filled.duplicates]).toEqual([800, 40]);
  });

  it('continues after building', () => {
    const builder = new CorrectnessBuilder();
    builder.add(record('q1', 'a', 1));
    const first = builder.build();
    builder.add(record('q2', 'b', 0));
    expect(first.questions).toEqual(['q1']);
    expect([...first.labels]).toEqual([1]);
    expect([...builder.build().labels]).toEqual([1, MISSING, MISSING, 0]);
  });

  it('counts a label that is repeated', () => {
    const builder = new CorrectnessBuilder();
    for (let time = 0; time < 3; time++) builder.add(record('q', 'a', 0));
    expect(builder.duplicates).toBe(2);
    expect([...builder.build().labels]).toEqual([0]);
    expectTypeOf<CorrectnessBuilder['duplicates']>().toEqualTypeOf<number>();
  });

  it('names both places of a conflict, also after growing', () => {
    const builder = new CorrectnessBuilder();
    for (let q = 0; q < 40; q++) {
      for (let m = 0; m < 9; m++) {
        const location = { file: m < 5 ? 'train.csv' : 'test.csv', row: 100 * q + m + 1 };
        builder.add({ ...record(`q${q}`, `m${m}`, 1), location });
      }
    }
    const location = { file: 'more.csv', row: 12, field: 'correct' };
    for (const [q, m, place] of [
      [0, 0, 'train.csv, row 1'],
      [17, 8, 'test.csv, row 1709'],
      [39, 4, 'train.csv, row 3905'],
    ] as const) {
      const error = errorOf(() => builder.add({ ...record(`q${q}`, `m${m}`, 0), location }));
      expect(error.code).toBe('conflicting-labels');
      expect(error.location).toEqual(location);
      expect(error.message).toBe(
        `more.csv, row 12, field correct: model "m${m}" on question "q${q}" is labelled 0 here but 1 at ${place}. Remove the wrong one.`,
      );
    }
    expect(builder.build().labels.every((label) => label === 1)).toBe(true);
  });

  it('numbers records that say nothing about their place', () => {
    const records = [record('q1', 'a', 1), record('q2', 'a', 1), record('q1', 'a', 0)];
    expect(errorOf(() => correctnessFromRecords(records)).message).toMatch(
      /^row 3: .* labelled 0 here but 1 at row 1\./,
    );
    const odd = { ...record('q', 'a', 1), location: { row: 0.5 } };
    const error = errorOf(() => correctnessFromRecords([odd, record('q', 'a', 0)]));
    expect(error.message).toMatch(/but 1 at an earlier record/);
  });

  it('tells more than 65,535 files apart', () => {
    const builder = new CorrectnessBuilder();
    const count = 70_000;
    for (let index = 0; index < count; index++) {
      const location = { file: `run-${index}.jsonl`, row: 1 };
      builder.add({ ...record(`q${index}`, 'a', 1), location });
    }
    for (const index of [0, 65_534, 65_535, 65_536, count - 1]) {
      expect(errorOf(() => builder.add(record(`q${index}`, 'a', 0))).message).toContain(
        `1 at run-${index}.jsonl, row 1.`,
      );
    }
  });

  it.each([
    [2, '2'],
    [0.5, '0.5'],
    [-1, '-1'],
    [Number.NaN, 'NaN'],
    [1.0000000001, '1.0000000001'],
  ])('refuses the label %s', (label, shown) => {
    const location = { file: 'a.csv', row: 7 };
    const error = errorOf(() => correctnessFromRecords([{ ...record('q', 'a', label), location }]));
    expect(error.message).toBe(
      `a.csv, row 7, field label: the label must be 0 or 1, but is ${shown}.`,
    );
    expect(error).toMatchObject({ code: 'invalid-data', location: { row: 7, field: 'label' } });
  });

  it('refuses labels and ids of another type', () => {
    for (const label of [true, '1', null, [1], {}]) {
      const records = [untyped({ question: 'q', model: 'a', label })];
      expect(errorOf(() => correctnessFromRecords(records)).message).toMatch(/must be 0 or 1/);
    }
    for (const id of [undefined, null, 5, '', ['q']]) {
      const questions = [untyped({ question: id, model: 'a', label: 1 })];
      expect(errorOf(() => correctnessFromRecords(questions)).message).toMatch(/the question must/);
      const models = [untyped({ question: 'q', model: id, label: 1 })];
      expect(errorOf(() => correctnessFromRecords(models)).message).toMatch(/the model must be/);
    }
  });

  it('refuses ids outside a closed vocabulary', () => {
    const options = { questions: ['q1', 'q2'], models: ['a'] };
    const location = { file: 'a.csv', row: 2, field: 'label' };
    const of = (question: string, model: string): DataError =>
      errorOf(() => correctnessFromRecords([{ ...record(question, model, 1), location }], options));
    expect(of('q3', 'a').message).toBe(
      'a.csv, row 2: the question "q3" is not among the 2 expected questions.',
    );
    expect(of('q1', 'b').message).toMatch(/the model "b" is not among the 1 expected models/);
    expect(of('q1', 'b').code).toBe('invalid-data');
  });

  it('takes names that objects have of their own', () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
    const records = names.flatMap((q) => names.map((m) => record(q, m, q === m ? 1 : 0)));
    const { correctness } = correctnessFromRecords(records);
    expect(correctness.questions).toEqual(names);
    expect(correctness.countObserved()).toBe(16);
    expect(correctness.get(2, 2)).toBe(1);
  });

  it('changes nothing when it refuses a record', () => {
    const builder = new CorrectnessBuilder({ models: ['a'] });
    builder.add(record('q1', 'a', 1));
    for (const bad of [record('q2', 'b', 1), record('q3', 'a', 2), record('q1', 'a', 0)]) {
      expect(() => builder.add(bad)).toThrow(DataError);
    }
    expect(builder.build().questions).toEqual(['q1']);
    expect([...builder.build().labels]).toEqual([1]);
    expect(builder.duplicates).toBe(0);
  });

  it('stops where questions x models pass the limit', () => {
    const builder = new CorrectnessBuilder({ maxCells: 12 });
    // Every record brings a new question and a new model, as mixed-up columns would.
    for (let index = 0; index < 3; index++) builder.add(record(`q${index}`, `m${index}`, 1));
    const error = errorOf(() => builder.add(record('q3', 'm3', 1)));
    expect(error.message).toMatch(/row 4: 4 questions x 4 models exceed the limit of 12 labels/);
    builder.add(record('q3', 'm2', 0));
    expect(builder.build().countObserved()).toBe(4);
  });

  it('fills the limit to the last label, in whatever order', () => {
    for (const byModel of [true, false]) {
      const builder = new CorrectnessBuilder({ maxCells: 12 });
      for (let index = 0; index < 12; index++) {
        const [q, m] = byModel ? [index % 6, Math.floor(index / 6)] : [index % 2, index >> 1];
        builder.add(record(`q${q}`, `m${m}`, index % 3 === 0 ? 1 : 0));
      }
      const correctness = builder.build();
      expect(correctness.countObserved()).toBe(12);
      expect(correctness.labels.filter((label) => label === 1)).toHaveLength(4);
      expect(() => builder.add(record('new', 'm0', 1))).toThrow(/exceed the limit/);
    }
  });

  it('refuses options out of range', () => {
    const invalid = expect.objectContaining({ code: 'invalid-argument' });
    expect(() => new CorrectnessBuilder({ questions: ['q', 'q'] })).toThrow(invalid);
    expect(() => new CorrectnessBuilder({ questions: ['q', 'q'] })).toThrow(/"q" occurs twice/);
    expect(() => new CorrectnessBuilder({ models: [''] })).toThrow(invalid);
    for (const maxCells of [0, 1.5, Number.NaN]) {
      expect(() => new CorrectnessBuilder({ maxCells })).toThrow(invalid);
    }
  });

  it('does not slow down when rows grow next to the limit', () => {
    // Growing one row at a time would copy 4 million cells for each of the last questions.
    const builder = new CorrectnessBuilder({ maxCells: 4_000_000 });
    const random = new Random(1);
    for (let index = 0; index < 4_000_000 / 100; index++) {
      builder.add(record(`q${index}`, `m${index < 100 ? index : random.integer(100)}`, 1));
    }
    expect(builder.build().countObserved()).toBe(40_000);
  });
});
