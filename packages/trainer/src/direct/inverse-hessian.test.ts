import { Random } from '@embedllm/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTypeScriptEngine } from '../engines/typescript-engine.js';
import { measureCurvature } from './curvature.js';
import { InverseHessian, type Secant } from './inverse-hessian.js';
import { addPenalty } from './penalty.js';
import { randomProblem } from './random-problem.fixture.js';
import { createLocalShard } from './shard.js';

const engine = createTypeScriptEngine();
const [M, D] = [3, 4];
const set = randomProblem({ seed: 5, questions: 60, models: M, dimensions: D });
const curvature = await measureCurvature({
  shards: [createLocalShard({ ...set, engine })],
  engine,
  signal: undefined,
});

function draw(random: Random): Float64Array {
  return Float64Array.from({ length: M * (D + 1) }, () => random.normal());
}

/** A secant of a convex loss: the change is the step through a positive diagonal. */
function drawSecant(random: Random): Secant {
  const step = Float32Array.from(draw(random));
  return { step, change: step.map((value) => value * (1 + 9 * random.uniform())) };
}

const dot = (a: Float64Array, b: Float64Array): number =>
  a.reduce((sum, value, index) => sum + value * b[index]!, 0);

describe('InverseHessian', () => {
  it('is symmetric and positive definite, whatever was seen', () => {
    fc.assert(
      fc.property(
        fc.nat(1e6),
        fc.integer({ min: 0, max: 4 }),
        fc.constantFrom(0, 0.5, 0.9, 1),
        fc.constantFrom(0, 1),
        (seed, count, pooling, interceptRidge) => {
          const random = new Random(seed);
          const inverse = new InverseHessian({
            curvature,
            penalty: { ridge: 0.3, pooling, interceptRidge },
            shares: Float64Array.from({ length: M }, () => 0.1 + random.uniform()),
            secants: Array.from({ length: count }, () => drawSecant(random)),
          });
          const [a, b] = [draw(random), draw(random)];
          const forth = dot(a, inverse.times(b));
          const back = dot(b, inverse.times(a));
          expect(Math.abs(forth - back)).toBeLessThan(1e-9 * (1 + Math.abs(forth)));
          expect(dot(a, inverse.times(a))).toBeGreaterThan(0);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('is exact for the bound with one share, pooled and not', () => {
    for (const pooling of [0, 0.5, 0.9]) {
      const penalty = { ridge: 0.7, pooling, interceptRidge: 2 };
      const shares = new Float64Array(M).fill(0.6);
      const gradient = draw(new Random(7));
      const step = new InverseHessian({ curvature, penalty, shares, secants: [] }).times(gradient);
      // The Hessian of the bound is linear in the tridiagonal basis: multiply the step by it.
      const { lower, scale } = curvature.factor(0);
      const data = new Float64Array(step.length);
      for (let model = 0; model < M; model++) {
        const row = step.subarray(model * (D + 1), model * (D + 1) + D);
        const rooted = row.map(
          (value, i) => (value + (lower[i] ?? 0) * (row[i + 1] ?? 0)) * scale[i]!,
        );
        for (let i = 0; i < D; i++) {
          const product = rooted[i]! + (i === 0 ? 0 : lower[i - 1]! * rooted[i - 1]!);
          data[model * (D + 1) + i] = 0.6 * product;
        }
        const intercept = model * (D + 1) + D;
        data[intercept] = 0.6 * (curvature.questions / 4) * step[intercept]!;
      }
      const product = addPenalty(data, step, penalty, M);
      product.forEach((value, index) => {
        expect(value).toBeCloseTo(gradient[index]!, 9);
      });
    }
  });

  it('maps the change of a secant that it has seen to its step', () => {
    const random = new Random(11);
    const secant = drawSecant(random);
    const penalty = { ridge: 0.3, pooling: 0, interceptRidge: 0 };
    const shares = new Float64Array(M).fill(1);
    const inverse = new InverseHessian({ curvature, penalty, shares, secants: [secant] });
    const change = Float64Array.from(secant.change, (value, index) =>
      index % (D + 1) === D ? value : value + 0.3 * secant.step[index]!,
    );
    inverse.times(change).forEach((value, index) => {
      expect(value).toBeCloseTo(secant.step[index]!, 9);
    });
  });
});
