import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Matrix } from '../matrix/matrix.js';
import { estimateAccuracies } from '../metrics/estimate-accuracies.js';
import { evaluateByCategory, evaluatePredictions } from '../metrics/evaluate-predictions.js';
import { modelAccuracies } from '../metrics/model-accuracies.js';
import { oracleAccuracy, randomAccuracy, routeAll, routingAccuracy } from '../metrics/routing.js';
import { singleBest } from '../metrics/single-best.js';
import { Random } from '../random/random.js';
import { CorrectnessMatrix } from './correctness-matrix.js';
import type { LabelEntries } from './label-entries.js';

const names = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);

const entriesOf = (list: readonly (readonly [number, number, number])[]): LabelEntries => ({
  questions: Uint32Array.from(list, ([question]) => question),
  models: Uint32Array.from(list, ([, model]) => model),
  labels: Uint8Array.from(list, ([, , label]) => label),
});

const both = fc
  .record({
    Q: fc.integer({ min: 1, max: 12 }),
    M: fc.integer({ min: 1, max: 9 }),
    seed: fc.nat(),
    density: fc.constantFrom(0, 0.1, 0.5, 1),
  })
  .map(({ Q, M, seed, density }) => {
    const random = new Random(seed);
    const cells = Array.from({ length: Q * M }, (_, cell) => cell).filter(
      () => random.uniform() < density,
    );
    const list = random
      .shuffle(cells)
      .map((cell) => [Math.floor(cell / M), cell % M, random.integer(2)] as const);
    const options = { questions: names('q', Q), models: names('m', M), labels: entriesOf(list) };
    return {
      random,
      list,
      dense: new CorrectnessMatrix({ ...options, storage: 'dense' }),
      sparse: new CorrectnessMatrix({ ...options, storage: 'sparse' }),
    };
  });

/** All that the methods say of the labels. */
function everything(matrix: CorrectnessMatrix): unknown {
  const visited: number[][] = [];
  matrix.forEachLabel((...label) => visited.push(label));
  const Q = matrix.questionCount;
  const indices = Array.from({ length: Q + 1 }, (_, index) => index);
  return {
    names: [matrix.questions, matrix.models],
    visited,
    observed: matrix.countObserved(),
    labels: [...matrix.labels],
    rows: indices.slice(1).map((end) => [...matrix.row(end - 1)]),
    tiles: indices.map((start) => [...matrix.tile(start, Math.min(start + 3, Q))]),
    // One question more than there are.
    cells: indices.map((q) =>
      Array.from({ length: matrix.modelCount }, (_, m) => matrix.get(q, m)),
    ),
  };
}

describe('a sparse CorrectnessMatrix', () => {
  it('says the same as a dense one, also of parts of it', () => {
    fc.assert(
      fc.property(both, ({ random, dense, sparse, list }) => {
        expect([dense.storage, sparse.storage]).toEqual(['dense', 'sparse']);
        expect(sparse.countObserved()).toBe(list.length);
        for (const [question, model, label] of list) {
          expect(sparse.get(question, model)).toBe(label);
        }
        const some = (count: number): number[] =>
          random.shuffle([...Array(count).keys()]).slice(0, random.integer(count + 1));
        const rows = some(dense.questionCount);
        const cols = some(dense.modelCount);
        for (const part of [
          (matrix: CorrectnessMatrix) => matrix,
          (matrix: CorrectnessMatrix) => matrix.selectQuestions(rows),
          (matrix: CorrectnessMatrix) => matrix.selectModels(cols),
          (matrix: CorrectnessMatrix) => matrix.selectModels(cols).selectQuestions(rows),
        ]) {
          expect(part(sparse).storage).toBe('sparse');
          expect(everything(part(sparse))).toEqual(everything(part(dense)));
        }
      }),
    );
  });

  it('measures predictions as a dense one', () => {
    fc.assert(
      fc.property(both, ({ random, dense, sparse }) => {
        fc.pre(dense.countObserved() > 0);
        const values = Float32Array.from(dense.labels, () => random.integer(5) / 4);
        const predictions = new Matrix(dense.questionCount, dense.modelCount, values);
        const figures = (truth: CorrectnessMatrix): unknown => [
          evaluatePredictions(predictions, truth),
          evaluateByCategory(
            predictions,
            truth,
            truth.questions.map(() => 'one'),
          ),
          modelAccuracies(truth),
          estimateAccuracies(truth),
          singleBest(truth),
          oracleAccuracy(truth),
          randomAccuracy(truth),
          routingAccuracy(predictions, truth),
          routeAll(predictions, truth),
        ];
        expect(figures(sparse)).toEqual(figures(dense));
      }),
    );
  });

  it('is chosen where fewer than 5% of the labels are there', () => {
    const storage = (count: number): string => {
      const list = Array.from({ length: count }, (_, index) => [index, index % 10, 1] as const);
      return new CorrectnessMatrix({
        questions: names('q', 20),
        models: names('m', 10),
        labels: entriesOf(list),
      }).storage;
    };
    expect([storage(0), storage(9), storage(10)]).toEqual(['sparse', 'sparse', 'dense']);
  });

  it('refuses entries that fit no matrix', () => {
    const make = (list: readonly (readonly [number, number, number])[]): CorrectnessMatrix =>
      new CorrectnessMatrix({ questions: ['q0', 'q1'], models: ['a'], labels: entriesOf(list) });
    const code = (value: string): unknown => expect.objectContaining({ code: value });
    expect(() => make([[2, 0, 1]])).toThrow(code('invalid-argument'));
    expect(() => make([[0, 1, 1]])).toThrow(/model 1, but there are 2 questions and 1 models/);
    expect(() => make([[0, 0, 2]])).toThrow(/Label 2 of model a on question q0/);
    expect(() =>
      make([
        [1, 0, 1],
        [0, 0, 0],
        [1, 0, 1],
      ]),
    ).toThrow(/Model a on question q1 has two entries/);
    const labels = { ...entriesOf([[0, 0, 1]]), models: new Uint32Array(2) };
    expect(() => new CorrectnessMatrix({ questions: ['q'], models: ['a'], labels })).toThrow(
      code('shape-mismatch'),
    );
  });

  it('differs from another in a deep comparison by its labels', () => {
    const make = (label: number): CorrectnessMatrix =>
      new CorrectnessMatrix({
        questions: names('q', 30),
        models: ['a'],
        labels: entriesOf([[3, 0, label]]),
      });
    expect(make(1)).toEqual(make(1));
    expect(make(1)).not.toEqual(make(0));
  });
});
