import { Matrix, Random } from '@embedllm/core';
import { cholesky, choleskySolve } from '@embedllm/core/linear-algebra';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { neighbourLeaveOneOut } from './neighbour-leave-one-out.js';
import { ridgeLeaveOneOut } from './ridge-leave-one-out.js';

interface Problem {
  readonly vectors: Matrix;
  readonly targets: Float64Array;
}

function randomProblem(seed: number, n: number, d: number): Problem {
  const random = new Random(seed);
  return {
    vectors: new Matrix(
      n,
      d,
      Float32Array.from({ length: n * d }, () => random.normal()),
    ),
    targets: Float64Array.from({ length: n }, () => random.normal()),
  };
}

/** Ridge regression with a free intercept by normal equations, fitted on some rows. */
function fittedPrediction(
  { vectors, targets }: Problem,
  rows: readonly number[],
  ridge: number,
  at: number,
): number {
  const d = vectors.cols;
  const normal = new Float64Array((d + 1) ** 2);
  const right = new Float64Array(d + 1);
  for (let k = 0; k < d; k++) normal[k * (d + 1) + k] = ridge;
  for (const row of rows) {
    const x = [...vectors.row(row), 1];
    x.forEach((xi, i) => {
      right[i]! += xi * targets[row]!;
      x.forEach((xj, j) => {
        normal[i * (d + 1) + j]! += xi * xj;
      });
    });
  }
  const weights = choleskySolve(cholesky(normal, d + 1), right);
  return [...vectors.row(at), 1].reduce((sum, x, i) => sum + x * weights[i]!, 0);
}

function ridgeUnit({ rows: n, cols: d, data }: Matrix): number {
  let sum = 0;
  for (let k = 0; k < d; k++) {
    const column = Array.from({ length: n }, (_, i) => data[i * d + k]!);
    const mean = column.reduce((total, value) => total + value, 0) / n;
    sum += column.reduce((total, value) => total + (value - mean) ** 2, 0);
  }
  return sum / n;
}

const size = [fc.nat(), fc.integer({ min: 4, max: 9 }), fc.integer({ min: 1, max: 5 })] as const;

describe('ridgeLeaveOneOut', () => {
  it('predicts what fitting without each model predicts', () => {
    fc.assert(
      fc.property(...size, fc.constantFrom(0.05, 1, 7), (seed, n, d, strength) => {
        const problem = randomProblem(seed, n, d);
        const predicted = ridgeLeaveOneOut(problem.vectors, [strength]).predict(problem.targets, 1);
        const ridge = strength * ridgeUnit(problem.vectors);
        for (let i = 0; i < n; i++) {
          const others = Array.from({ length: n }, (_, j) => j).filter((j) => j !== i);
          expect(predicted[i]).toBeCloseTo(fittedPrediction(problem, others, ridge, i), 6);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('chooses the strength for each model by leaving every other one out as well', () => {
    fc.assert(
      fc.property(...size, (seed, n, d) => {
        const problem = randomProblem(seed, n, d);
        const strengths = [0.05, 0.5, 5];
        const predicted = ridgeLeaveOneOut(problem.vectors, strengths).predict(problem.targets, 1);
        const unit = ridgeUnit(problem.vectors);
        for (let i = 0; i < n; i++) {
          const others = Array.from({ length: n }, (_, j) => j).filter((j) => j !== i);
          const errors = strengths.map((strength) =>
            others.reduce((sum, j) => {
              const rest = others.filter((other) => other !== j);
              const guess = fittedPrediction(problem, rest, strength * unit, j);
              return sum + (guess - problem.targets[j]!) ** 2;
            }, 0),
          );
          const best = strengths[errors.indexOf(Math.min(...errors))]!;
          expect(predicted[i]).toBeCloseTo(fittedPrediction(problem, others, best * unit, i), 5);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('predicts the mean of the others from vectors that are all the same', () => {
    const probe = ridgeLeaveOneOut(new Matrix(3, 2), [0.1, 1]);
    const predicted = probe.predict(Float64Array.of(0, 3, 6), 1);
    [4.5, 3, 1.5].forEach((value, i) => {
      expect(predicted[i]).toBeCloseTo(value, 12);
    });
  });
});

describe('neighbourLeaveOneOut', () => {
  const places = [0, 1, 3, 10];
  const distance = (a: number, b: number): number => Math.abs(places[a]! - places[b]!);

  it('takes the mean of the nearest others', () => {
    const predicted = neighbourLeaveOneOut(4, 2, distance).predict(Float64Array.of(1, 2, 3, 4), 1);
    [2.5, 2, 1.5, 2.5].forEach((value, i) => {
      expect(predicted[i]).toBeCloseTo(value, 6);
    });
  });

  it('gives equal votes to the nearer neighbour', () => {
    const classes = Float64Array.of(1, 0, 1, 0, 0, 1, 0, 1);
    const shares = neighbourLeaveOneOut(4, 2, distance).predict(classes, 2);
    // The neighbours of model 2 agree; of model 3, the nearer is of class 1.
    expect(shares[4]).toBeCloseTo(1, 12);
    expect(shares[5]).toBe(0);
    expect(shares[7]).toBeGreaterThan(shares[6]!);
    expect(shares[7]).toBeCloseTo(0.5, 6);
  });
});
