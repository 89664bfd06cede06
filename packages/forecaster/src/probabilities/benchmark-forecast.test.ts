import { EmbedLLMError, Matrix, Random } from '@embedllm/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BenchmarkForecastOptions, forecastBenchmarkAccuracy } from './benchmark-forecast.js';

describe('forecastBenchmarkAccuracy', () => {
  const options: BenchmarkForecastOptions = {
    probabilities: Matrix.fromRows([
      [0.5, 1],
      [0.25, 0],
      [0.75, 1],
    ]),
    categories: ['math', 'law', 'math'],
    models: ['doubtful', 'certain'],
  };

  it('gives the values worked out by hand', () => {
    const forecast = forecastBenchmarkAccuracy(options);
    expect(forecast.benchmarks).toEqual(['math', 'law']);
    const [doubtful, certain] = forecast.models;
    expect(doubtful?.benchmarks).toEqual([
      { benchmark: 'math', accuracy: 0.625, standardError: Math.sqrt(0.4375) / 2, questions: 2 },
      { benchmark: 'law', accuracy: 0.25, standardError: Math.sqrt(0.1875), questions: 1 },
    ]);
    expect(doubtful?.micro.accuracy).toBeCloseTo(0.5, 12);
    expect(doubtful?.micro.standardError).toBeCloseTo(Math.sqrt(0.625) / 3, 12);
    expect(doubtful?.macro.accuracy).toBeCloseTo(0.4375, 12);
    expect(doubtful?.macro.standardError).toBeCloseTo(Math.sqrt(0.4375 / 4 + 0.1875) / 2, 12);
    expect(certain?.micro).toEqual({ accuracy: 2 / 3, standardError: 0, questions: 3 });
    expect(certain?.macro).toEqual({ accuracy: 0.5, standardError: 0, questions: 3 });
  });

  it('does not depend on the order of questions', () => {
    const cases = fc.array(fc.tuple(fc.float({ min: 0, max: 1, noNaN: true }), fc.nat(3)), {
      minLength: 1,
    });
    fc.assert(
      fc.property(cases, fc.nat(), (questions, seed) => {
        const forecast = (list: typeof questions) =>
          forecastBenchmarkAccuracy({
            probabilities: Matrix.fromRows(list.map(([p]) => [p])),
            categories: list.map(([, category]) => `benchmark ${category}`),
            models: ['model'],
          }).models[0];
        const before = forecast(questions);
        const after = forecast(new Random(seed).shuffle([...questions]));
        expect(after?.micro.accuracy).toBeCloseTo(before?.micro.accuracy as number, 10);
        expect(after?.macro.standardError).toBeCloseTo(before?.macro.standardError as number, 10);
        for (const part of before?.benchmarks ?? []) {
          const same = after?.benchmarks.find(({ benchmark }) => benchmark === part.benchmark);
          expect(same?.accuracy).toBeCloseTo(part.accuracy, 10);
          expect(same?.questions).toBe(part.questions);
        }
      }),
    );
  });

  it('states the spread of accuracies that labels drawn from the probabilities have', () => {
    const random = new Random(11);
    const p = Array.from({ length: 40 }, () => random.uniform());
    const { micro } = forecastBenchmarkAccuracy({
      probabilities: Matrix.fromRows(p.map((value) => [value])),
      categories: p.map(() => 'drawn'),
      models: ['model'],
    }).models[0] as { micro: { accuracy: number; standardError: number } };
    const runs = 4000;
    let sum = 0;
    let squares = 0;
    for (let run = 0; run < runs; run++) {
      let correct = 0;
      for (const value of p) if (random.uniform() < value) correct++;
      const deviation = correct / p.length - micro.accuracy;
      sum += deviation;
      squares += deviation * deviation;
    }
    // Four standard errors of the simulation's own mean, and about as many of its spread.
    expect(Math.abs(sum / runs)).toBeLessThan((4 * micro.standardError) / Math.sqrt(runs));
    expect(Math.sqrt(squares / runs) / micro.standardError).toBeCloseTo(1, 1);
  });

  it.each<[string, string, Partial<BenchmarkForecastOptions>, RegExp]>([
    [
      'too few categories',
      'shape-mismatch',
      { categories: ['math'] },
      /1 categories .*3 questions/,
    ],
    ['too many names', 'shape-mismatch', { models: ['a', 'b', 'c'] }, /3 model names .*2 models/],
    [
      'an empty category',
      'invalid-argument',
      { categories: ['a', '', 'b'] },
      /question 1 is empty/,
    ],
    ['a name twice', 'invalid-argument', { models: ['a', 'a'] }, /"a" occurs twice/],
    [
      'no question',
      'invalid-argument',
      { probabilities: new Matrix(0, 2), categories: [] },
      /0 and 2/,
    ],
    ['no model', 'invalid-argument', { probabilities: new Matrix(3, 0), models: [] }, /3 and 0/],
    [
      'logits',
      'invalid-argument',
      {
        probabilities: Matrix.fromRows([
          [0, 1],
          [0, 3],
          [0, 0],
        ]),
      },
      /"certain" on question 1 is 3.*logits/,
    ],
    [
      'NaN',
      'not-finite',
      {
        probabilities: Matrix.fromRows([
          [0, 1],
          [0, Number.NaN],
          [0, 0],
        ]),
      },
      /NaN at row 1, column 1/,
    ],
  ])('refuses %s', (_, code, change, message) => {
    const work = () => forecastBenchmarkAccuracy({ ...options, ...change });
    expect(work).toThrow(message);
    expect(work).toThrow(EmbedLLMError);
    expect(work).toThrow(expect.objectContaining({ code }));
  });
});
