import { EmbedLLMError, FactorizationModel, Matrix, Random } from '@embedllm/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modelDistances } from './model-distances.js';
import { nearestModels } from './nearest-models.js';

const names = ['centre', 'east', 'far east', 'north'];
const embeddings = Matrix.fromRows([
  [0, 0],
  [1, 0],
  [3, 0],
  [0, 2],
]);

function gaussian(seed: number, rows: number, cols: number): Matrix {
  const random = new Random(seed);
  const values = Float32Array.from({ length: rows * cols }, () => random.normal());
  return new Matrix(rows, cols, values);
}

describe('nearestModels', () => {
  it('orders by Euclidean distance', () => {
    expect(nearestModels({ embeddings, names, name: 'east', metric: 'euclidean' })).toEqual([
      { name: 'centre', distance: 1 },
      { name: 'far east', distance: 2 },
      { name: 'north', distance: Math.sqrt(5) },
    ]);
  });

  it('orders by the angle seen from the mean, by default', () => {
    const shifted = Matrix.fromRows([
      [11, 5],
      [13, 5],
      [7, 5],
      [9, 5.5],
      [10, 4.5],
    ]);
    // The mean is [10, 5]; the first two lie in one direction from it, the third opposite.
    const neighbours = nearestModels({
      embeddings: shifted,
      names: ['a', 'a far', 'opposite', 'b', 'c'],
      name: 'a',
    });
    expect(neighbours.map(({ name }) => name)).toEqual(['a far', 'c', 'b', 'opposite']);
    expect(neighbours[0]?.distance).toBeCloseTo(0, 12);
    expect(neighbours[1]?.distance).toBeCloseTo(1, 12);
    expect(neighbours[2]?.distance).toBeCloseTo(1 + 2 / Math.sqrt(5), 12);
    expect(neighbours[3]?.distance).toBeCloseTo(2, 12);
  });

  it('takes the directions that decide the logits', () => {
    // The second latent dimension has equal classifier rows: it decides nothing.
    const model = new FactorizationModel({
      models: ['a', 'b', 'c'],
      modelEmbeddings: Matrix.fromRows([
        [1, 0],
        [1, 50],
        [2, 0],
      ]),
      projection: new Matrix(2, 4),
      projectionBias: new Float32Array(2),
      classifier: Matrix.fromRows([
        [-1, 3],
        [1, 3],
      ]),
      classifierBias: new Float32Array(2),
    });
    expect(nearestModels({ model, name: 'a', metric: 'euclidean' })).toEqual([
      { name: 'b', distance: 0 },
      { name: 'c', distance: 2 },
    ]);
  });

  it('gives k models, ties in pool order', () => {
    const square = Matrix.fromRows([
      [0, 0],
      [0, 1],
      [1, 0],
      [0, -1],
    ]);
    const options = { embeddings: square, names: ['o', 'z', 'y', 'x'], name: 'o' };
    const neighbours = nearestModels({ ...options, metric: 'euclidean', count: 2 });
    expect(neighbours.map(({ name }) => name)).toEqual(['z', 'y']);
  });

  it('suggests similar names for an unknown model', () => {
    const pool = { embeddings, names: ['Qwen2-7B', 'Qwen2-72B', 'Llama-3-8B', 'gpt-4o'] };
    expect(() => nearestModels({ ...pool, name: 'qwen2-7b-' })).toThrow(
      /Unknown model "qwen2-7b-"\. Did you mean "Qwen2-7B" or "Qwen2-72B"\?/,
    );
    expect(() => nearestModels({ ...pool, name: 'zzz' })).toThrow(/Unknown model "zzz"\.$/);
  });

  it.each<[string, string, () => unknown]>([
    [
      'a k of 0',
      'invalid-argument',
      () => nearestModels({ embeddings, names, name: 'east', count: 0 }),
    ],
    [
      'other counts of names',
      'shape-mismatch',
      () => nearestModels({ embeddings, names: ['east'], name: 'east' }),
    ],
    [
      'a name twice',
      'invalid-argument',
      () => nearestModels({ embeddings, names: ['a', 'b', 'a', 'c'], name: 'a' }),
    ],
    [
      'NaN',
      'not-finite',
      () => nearestModels({ embeddings: Matrix.fromRows([[Number.NaN]]), names: ['a'], name: 'a' }),
    ],
  ])('refuses %s', (_, code, work) => {
    expect(work).toThrow(EmbedLLMError);
    expect(work).toThrow(expect.objectContaining({ code }));
  });

  it('refuses an unknown metric', () => {
    const options = { embeddings, names, name: 'east', metric: 'manhattan' };
    // @ts-expect-error what a JavaScript caller could pass
    expect(() => nearestModels(options)).toThrow(/must be 'cosine' or 'euclidean'.*manhattan/);
  });
});

describe('modelDistances', () => {
  const shapes = [
    fc.nat(),
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 1, max: 8 }),
  ] as const;
  const pool = (count: number): string[] => Array.from({ length: count }, (_, i) => `model ${i}`);

  it('agrees with nearestModels', () => {
    fc.assert(
      fc.property(...shapes, fc.constantFrom('cosine', 'euclidean'), (seed, M, d, metric) => {
        const source = { embeddings: gaussian(seed, M, d), names: pool(M) };
        const { distances } = modelDistances({ ...source, metric });
        source.names.forEach((name, row) => {
          for (const neighbour of nearestModels({ ...source, name, metric, count: M })) {
            const distance = distances.at(row, source.names.indexOf(neighbour.name));
            expect(distance).toBe(Math.fround(neighbour.distance));
          }
        });
      }),
    );
  });

  it('is symmetric, zero on the diagonal and, Euclidean, keeps the triangle inequality', () => {
    fc.assert(
      fc.property(...shapes, (seed, M, d) => {
        const source = { embeddings: gaussian(seed, M, d), names: pool(M) };
        const { distances } = modelDistances({ ...source, metric: 'euclidean' });
        for (let a = 0; a < M; a++) {
          expect(distances.at(a, a)).toBe(0);
          for (let b = 0; b < M; b++) {
            expect(distances.at(a, b)).toBe(distances.at(b, a));
            const detours = source.names.map((_, c) => distances.at(a, c) + distances.at(c, b));
            expect(distances.at(a, b)).toBeLessThanOrEqual(Math.min(...detours) + 1e-5);
          }
        }
      }),
    );
  });

  it('keeps cosine distances when all models shift or scale together', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 3, max: 8 }), (seed, M) => {
        const embeddings = gaussian(seed, M, 4);
        const moved = new Matrix(
          M,
          4,
          embeddings.data.map((value, i) => 3 * value + (i % 4) - 1),
        );
        const before = modelDistances({ embeddings, names: pool(M) }).distances.data;
        const after = modelDistances({ embeddings: moved, names: pool(M) }).distances.data;
        before.forEach((value, i) => {
          expect(after[i]).toBeCloseTo(value, 3);
        });
      }),
    );
  });

  it('gives models at the mean no direction', () => {
    const same = Matrix.fromRows([
      [0.1, 0.7],
      [0.1, 0.7],
    ]);
    expect([...modelDistances({ embeddings: same, names: ['a', 'b'] }).distances.data]).toEqual([
      0, 0, 0, 0,
    ]);
    const line = Matrix.fromRows([[-1], [0], [1]]);
    const { distances } = modelDistances({ embeddings: line, names: ['a', 'b', 'c'] });
    expect([...distances.row(1)]).toEqual([1, 0, 1]);
    expect(distances.at(0, 2)).toBe(2);
  });
});
