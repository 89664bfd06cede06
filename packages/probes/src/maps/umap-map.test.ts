import { EmbedLLMError, Matrix, Random } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { umapMap } from './umap-map.js';

// Three clusters of eight models each.
const random = new Random(2);
const embeddings = new Matrix(
  24,
  4,
  Float32Array.from(
    { length: 96 },
    (_, i) => random.normal() + (Math.floor(i / 32) === i % 4 ? 30 : 0),
  ),
);
const names = Array.from({ length: 24 }, (_, i) => `model ${i}`);
const source = { embeddings, names, neighbours: 5, epochs: 200 };

describe('umapMap', () => {
  it('keeps clusters together and repeats itself with the same seed', async () => {
    const done: number[] = [];
    const points = await umapMap({ ...source, seed: 4, onProgress: (p) => done.push(p.done) });
    expect(points.map(({ name }) => name)).toEqual(names);
    points.forEach((point, a) => {
      const nearest = points
        .map((other, b) => ({ b, distance: Math.hypot(other.x - point.x, other.y - point.y) }))
        .filter(({ b }) => b !== a)
        .sort((x, y) => x.distance - y.distance)
        .slice(0, 3);
      for (const { b } of nearest) expect(Math.floor(b / 8)).toBe(Math.floor(a / 8));
    });
    expect(done.at(-1)).toBe(200);
    expect(await umapMap({ ...source, seed: 4 })).toEqual(points);
    expect(await umapMap({ ...source, seed: 5 })).not.toEqual(points);
  });

  it('works with more neighbours than models', async () => {
    const points = await umapMap({ ...source, neighbours: 100, epochs: 5, seed: 1 });
    expect(points.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))).toBe(true);
  });

  it('lets a caller stop', async () => {
    const stop = new AbortController();
    const work = umapMap({
      ...source,
      epochs: 10_000,
      seed: 1,
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('enough')),
    });
    await expect(work).rejects.toThrow('enough');
  });

  it.each([
    ['one neighbour', { neighbours: 1 }],
    ['no round', { epochs: 0 }],
    ['a negative distance', { minDistance: -1 }],
    ['three models', { embeddings: new Matrix(3, 2), names: names.slice(0, 3) }],
    ['a seed of 0.5', { seed: 0.5 }],
  ])('refuses %s', async (_, change) => {
    await expect(umapMap({ ...source, seed: 1, ...change })).rejects.toThrow(EmbedLLMError);
  });
});
