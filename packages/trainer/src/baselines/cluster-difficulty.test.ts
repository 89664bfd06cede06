import { evaluatePredictions, Matrix, Random } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { randomProblem } from '../direct/random-problem.fixture.js';
import { createTypeScriptEngine } from '../engines/typescript-engine.js';
import { fitClusterDifficulty } from './cluster-difficulty.js';
import { type ClusterCounts, type ClusterItems, fitClusterItems } from './cluster-items.js';
import { fitModelMeans } from './model-means.js';
import { clusterQuestions } from './question-clusters.js';

const engine = createTypeScriptEngine();

/** Negative log posterior, written down from its definition. */
function objective(counts: ClusterCounts, fit: ClusterItems): number {
  let sum = 0;
  for (const theta of fit.ability) sum += theta ** 2 / 2;
  for (const e of fit.easiness) sum += e ** 2 / (2 * 2 ** 2);
  for (const a of fit.discrimination) sum += (a - 1) ** 2 / (2 * 0.5 ** 2);
  for (let c = 0; c < counts.clusters; c++) {
    for (let m = 0; m < counts.models; m++) {
      const index = c * counts.models + m;
      const z = fit.discrimination[c]! * fit.ability[m]! + fit.easiness[c]!;
      const p = 1 / (1 + Math.exp(-z));
      const right = counts.correct[index]!;
      sum -= right * Math.log(p) + (counts.answered[index]! - right) * Math.log(1 - p);
    }
  }
  return sum;
}

function sampleCounts(): { counts: ClusterCounts; ability: number[] } {
  const random = new Random(3);
  const [clusters, models] = [12, 9];
  const ability = Array.from({ length: models }, () => random.normal());
  const answered = new Float64Array(clusters * models);
  const correct = new Float64Array(clusters * models);
  for (let c = 0; c < clusters; c++) {
    const [a, e] = [0.5 + random.uniform(), random.normal()];
    for (let m = 0; m < models; m++) {
      answered[c * models + m] = 200;
      for (let n = 0; n < 200; n++) {
        const p = 1 / (1 + Math.exp(-(a * ability[m]! + e)));
        if (random.uniform() < p) correct[c * models + m]!++;
      }
    }
  }
  return { counts: { clusters, models, answered, correct }, ability };
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const centred = (values: readonly number[]): number[] => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return values.map((value) => value - mean);
  };
  const dot = (x: readonly number[], y: readonly number[]): number =>
    x.reduce((sum, value, index) => sum + value * y[index]!, 0);
  const [x, y] = [centred(a), centred(b)];
  return dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y));
}

describe('fitClusterItems', () => {
  it.each([1, 2] as const)(
    'finds a point that no small change of its %i parameters improves',
    (n) => {
      const { counts } = sampleCounts();
      const fit = fitClusterItems(counts, n);
      const best = objective(counts, fit);
      for (const name of n === 1
        ? (['ability', 'easiness'] as const)
        : (['ability', 'easiness', 'discrimination'] as const)) {
        fit[name].forEach((_, index) => {
          for (const delta of [-1e-3, 1e-3]) {
            const moved = { ...fit, [name]: fit[name].slice() };
            moved[name][index]! += delta;
            expect(objective(counts, moved)).toBeGreaterThan(best);
          }
        });
      }
      if (n === 1) expect([...fit.discrimination]).toEqual(new Array(12).fill(1));
    },
  );

  it('recovers the true abilities', () => {
    const { counts, ability } = sampleCounts();
    expect(correlation([...fitClusterItems(counts, 2).ability], ability)).toBeGreaterThan(0.98);
    expect(correlation([...fitClusterItems(counts, 1).ability], ability)).toBeGreaterThan(0.98);
  });

  it('stays finite where a model is always right', () => {
    const fit = fitClusterItems(
      { clusters: 1, models: 2, answered: Float64Array.of(9, 9), correct: Float64Array.of(9, 0) },
      2,
    );
    expect([...fit.ability, ...fit.easiness, ...fit.discrimination].every(Number.isFinite)).toBe(
      true,
    );
    expect(fit.ability[0]).toBeGreaterThan(fit.ability[1]!);
  });
});

describe('clusterQuestions', () => {
  it('finds groups that lie apart', async () => {
    const random = new Random(1);
    const rows = Array.from({ length: 60 }, (_, index) => {
      const centre = [0, 10, -10][index % 3]!;
      return [centre + random.normal(), -centre + random.normal()];
    });
    const embeddings = Matrix.fromRows(rows);
    const clusters = await clusterQuestions(embeddings, { clusters: 3, engine, seed: 0 });
    const assigned = await clusters.assign(embeddings);
    const groups = [0, 1, 2].map(
      (group) => new Set(assigned.filter((_, index) => index % 3 === group)),
    );
    expect(groups.map((group) => group.size)).toEqual([1, 1, 1]);
    expect(new Set(assigned).size).toBe(3);
  });

  it('works with as many clusters as questions, and with equal questions', async () => {
    const equal = new Matrix(4, 2);
    const clusters = await clusterQuestions(equal, { clusters: 9, engine, seed: 0 });
    expect(clusters.centres.rows).toBe(4);
    expect([...(await clusters.assign(equal))]).toEqual([0, 0, 0, 0]);
  });
});

describe('fitClusterDifficulty', () => {
  const sizes = { models: 6, dimensions: 3 };
  const train = randomProblem({ seed: 1, questions: 800, ...sizes });
  const validation = randomProblem({ seed: 2, questions: 200, ...sizes });
  const test = randomProblem({ seed: 3, questions: 400, ...sizes });

  it('learns more from questions than the model means do', async () => {
    const predictor = await fitClusterDifficulty({ train, validation, engine, parameters: 2 });
    expect(predictor.name).toMatch(/^2PL item response \(\d+ clusters\)$/);
    const loss = async (from: typeof predictor): Promise<number> =>
      evaluatePredictions(await from.predictProbabilities(test.embeddings), test.correctness)
        .logLoss;
    expect(await loss(predictor)).toBeLessThan((await loss(fitModelMeans(train))) - 0.01);
  });

  it('refuses choices without validation and numbers that are none', async () => {
    const fit = (clusters: number[]) =>
      expect(fitClusterDifficulty({ train, engine, parameters: 1, clusters })).rejects;
    await fit([2, 4]).toThrow(/needs a validation set/);
    await fit([0]).toThrow(/`clusters` must be a list of one or more integers/);
    await fit([]).toThrow(/`clusters` must be a list of one or more integers/);
  });
});
