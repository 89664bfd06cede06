import { EmbedLLMError, Matrix, Random } from '@embedllm/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { principalComponents } from './principal-components.js';

const namesOf = (count: number): string[] => Array.from({ length: count }, (_, i) => `model ${i}`);

describe('principalComponents', () => {
  it('finds the line that points lie on', () => {
    const embeddings = Matrix.fromRows([
      [1, 2],
      [4, 6],
      [7, 10],
    ]);
    const { points, explained, axes } = principalComponents({ embeddings, names: namesOf(3) });
    expect(points.map(({ x }) => x)).toEqual([-5, 0, 5]);
    for (const { y } of points) expect(y).toBeCloseTo(0, 6);
    expect(explained[0]).toBeCloseTo(1, 12);
    expect(axes.at(0, 0)).toBeCloseTo(0.6, 6);
    expect(axes.at(0, 1)).toBeCloseTo(0.8, 6);
  });

  it('keeps all distances when it keeps all components, and orders them by variance', () => {
    const size = fc.integer({ min: 2, max: 9 });
    fc.assert(
      fc.property(fc.nat(), size, size, (seed, M, d) => {
        const random = new Random(seed);
        const embeddings = new Matrix(
          M,
          d,
          Float32Array.from({ length: M * d }, () => random.normal()),
        );
        const { coordinates, explained } = principalComponents({
          embeddings,
          names: namesOf(M),
          components: 20,
        });
        const square = (matrix: Matrix, a: number, b: number): number =>
          matrix.row(a).reduce((sum, value, k) => sum + (value - matrix.at(b, k)) ** 2, 0);
        for (let a = 0; a < M; a++) {
          for (let b = 0; b < a; b++) {
            expect(square(coordinates, a, b)).toBeCloseTo(square(embeddings, a, b), 3);
          }
        }
        expect(explained.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
        for (let k = 1; k < explained.length; k++) {
          expect(explained[k]).toBeLessThanOrEqual(explained[k - 1]!);
        }
      }),
    );
  });

  it('puts equal models in one place', () => {
    const { points, explained } = principalComponents({
      embeddings: new Matrix(3, 2),
      names: namesOf(3),
    });
    expect(points.every(({ x, y }) => x === 0 && y === 0)).toBe(true);
    expect(explained).toEqual([0, 0]);
  });

  it('refuses half a component', () => {
    const options = { embeddings: new Matrix(3, 2), names: namesOf(3), components: 0.5 };
    expect(() => principalComponents(options)).toThrow(EmbedLLMError);
  });
});
