import { EmbedLLMError } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { createTypeScriptEngine } from '../engines/typescript-engine.js';
import { measureCurvature } from './curvature.js';
import { solveByNewton } from './newton.fixture.js';
import type { CentredParameters } from './penalty.js';
import { randomProblem } from './random-problem.fixture.js';
import { createLocalShard } from './shard.js';
import { type SolveDirectOptions, solveDirect } from './solve-direct.js';

const engine = createTypeScriptEngine();
const problem = randomProblem({ seed: 1, questions: 150, models: 5, dimensions: 6 });

async function solve(
  set = problem,
  overrides: Partial<SolveDirectOptions> = {},
): Promise<Awaited<ReturnType<typeof solveDirect>>> {
  const shards = overrides.shards ?? [createLocalShard({ ...set, engine })];
  return solveDirect({
    shards,
    curvature: await measureCurvature({ shards, engine }),
    penalty: { ridge: 2, pooling: 0.5, interceptRidge: 1 },
    tolerance: 1e-7,
    maxIterations: 1000,
    ...overrides,
  });
}

function largestDifference(a: CentredParameters, b: CentredParameters): number {
  const differences = [
    ...a.weights.map((value, index) => value - b.weights[index]!),
    ...a.intercepts.map((value, index) => value - b.intercepts[index]!),
  ];
  return Math.max(...differences.map(Math.abs));
}

describe('solveDirect', () => {
  it.each([
    { pooling: 0, ridge: 2, interceptRidge: 0.5 },
    { pooling: 0.5, ridge: 0.3, interceptRidge: 1 },
    { pooling: 1, ridge: 5, interceptRidge: 0 },
  ])('finds the minimum that Newton finds, to 1e-5, for $pooling pooling', async (penalty) => {
    const solution = await solve(problem, { penalty });
    expect(solution.converged).toBe(true);
    expect(largestDifference(solution, solveByNewton(problem, penalty))).toBeLessThan(1e-5);
  });

  it('gives the same bits twice', async () => {
    expect(await solve()).toEqual(await solve());
  });

  it('does not depend on how the questions are cut into shards and tiles', async () => {
    const cut = [0, 40, 41, 150];
    const shards = cut.slice(1).map((end, index) => {
      const rows = Array.from({ length: end - cut[index]! }, (_, offset) => cut[index]! + offset);
      return createLocalShard({
        embeddings: problem.embeddings.selectRows(rows),
        correctness: problem.correctness.selectQuestions(rows),
        engine,
        tileRows: 17,
      });
    });
    expect(largestDifference(await solve(), await solve(problem, { shards }))).toBeLessThan(1e-5);
  });

  it('takes no gradient from a start that is the solution already', async () => {
    const cold = await solve();
    const warm = await solve(problem, { start: cold });
    expect(warm.iterations).toBe(0);
    expect(warm.weights).toEqual(cold.weights);
  });

  it.each([0, 0.5, 1])(
    'finds the same from the solution of another penalty, pooling %d',
    async (pooling) => {
      const penalty = { ridge: 0.3, pooling, interceptRidge: 1 };
      const start = await solve(problem, {
        penalty: { ridge: 1, pooling: 0.9, interceptRidge: 1 },
      });
      const cold = await solve(problem, { penalty });
      const warm = await solve(problem, { penalty, start });
      expect(largestDifference(warm, cold)).toBeLessThan(1e-5);
      const rough = { penalty, tolerance: 1e-3 };
      const fromStart = await solve(problem, { ...rough, start });
      expect(fromStart.iterations).toBeLessThan((await solve(problem, rough)).iterations);
    },
  );

  it('takes few gradients where models have few labels each and unlike shares of correct ones', async () => {
    const sparse = randomProblem({
      ...{ seed: 6, questions: 600, models: 8, dimensions: 20 },
      missing: 0.9,
    });
    // The curvature bound is ten times too high here: following it alone takes over 100.
    const { iterations } = await solve(sparse, { tolerance: 1e-4 });
    expect(iterations).toBeLessThan(25);
  });

  it('copes with equal embeddings and with a question that no model was asked', async () => {
    const set = randomProblem({ seed: 2, questions: 30, models: 3, dimensions: 4 });
    set.embeddings.data.fill(0.5);
    set.correctness.labels.fill(255, 0, 3);
    const { weights, intercepts } = await solve(set);
    expect(Math.max(...weights.map(Math.abs))).toBeLessThan(1e-6);
    expect(intercepts.every(Number.isFinite)).toBe(true);
  });

  it('says so when the iterations do not suffice', async () => {
    const { converged, iterations } = await solve(problem, { maxIterations: 2 });
    expect({ converged, iterations }).toEqual({ converged: false, iterations: 2 });
  });

  it('stops when aborted, with the reason', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const onIteration = (): void => controller.abort(reason);
    await expect(solve(problem, { signal: controller.signal, onIteration })).rejects.toBe(reason);
  });

  it('names the iteration and the tensor of a value that is not finite', async () => {
    const shard = createLocalShard({ ...problem, engine });
    let calls = 0;
    const broken = {
      ...shard,
      gradient: async (...parameters: Parameters<typeof shard.gradient>) => {
        const gradient = await shard.gradient(...parameters);
        if (++calls === 3) gradient.bias[1] = Number.NaN;
        return gradient;
      },
    };
    const failure = solve(problem, { shards: [broken] });
    await expect(failure).rejects.toThrow(/gradient is not finite in iteration 3/);
    await expect(failure).rejects.toBeInstanceOf(EmbedLLMError);
  });
});
