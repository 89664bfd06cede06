import { describe, expect, it } from 'vitest';
import { createTypeScriptEngine } from '../engines/typescript-engine.js';
import { type Curvature, measureCurvature } from './curvature.js';
import type { LabelledSet } from './labelled-set.js';
import { factorWeights, toFactorizationModel, type WeightFactors } from './low-rank.js';
import { randomProblem } from './random-problem.fixture.js';
import { createLocalShard } from './shard.js';
import { type DirectSolution, solveDirect } from './solve-direct.js';
import { toRawParameters } from './total-gradient.js';

const engine = createTypeScriptEngine();
const RIDGE = 0.5;

async function factored(set: LabelledSet): Promise<{
  solution: DirectSolution;
  curvature: Curvature;
  factors: WeightFactors;
}> {
  const shards = [createLocalShard({ ...set, engine })];
  const curvature = await measureCurvature({ shards, engine });
  const penalty = { ridge: RIDGE, pooling: 0.5, interceptRidge: 1 };
  const solution = await solveDirect({ shards, curvature, penalty });
  return { solution, curvature, factors: await factorWeights(solution, curvature, RIDGE) };
}

describe.each([
  { models: 6, dimensions: 9 },
  { models: 12, dimensions: 5 },
])('factors of $models models in $dimensions dimensions', ({ models, dimensions }) => {
  const set = randomProblem({ seed: 3, questions: 120, models, dimensions });
  const { correctness, embeddings } = set;

  it('give the full solution back when all are kept', async () => {
    const { solution, curvature, factors } = await factored(set);
    const model = toFactorizationModel({
      models: correctness.models,
      factors,
      intercepts: solution.intercepts,
      rank: factors.loadings.cols,
      questionMean: curvature.mean,
    });
    const { weights, bias } = toRawParameters(solution, curvature.mean);
    const logits = model.score(embeddings);
    for (let question = 0; question < embeddings.rows; question++) {
      for (let m = 0; m < models; m++) {
        let z = bias[m]!;
        for (let j = 0; j < dimensions; j++) z += weights.at(m, j) * embeddings.at(question, j);
        expect(logits.at(question, m)).toBeCloseTo(z, 4);
      }
    }
  });

  it('hold all energy of the deviations in the metric of H, the largest factor first', async () => {
    const { solution, curvature, factors } = await factored(set);
    const energies = Array.from({ length: factors.loadings.cols }, (_, k) => {
      let sum = 0;
      for (let m = 0; m < models; m++) sum += factors.loadings.at(m, k) ** 2;
      return sum;
    });
    expect(energies).toEqual([...energies].sort((a, b) => b - a));
    // Total energy equals that of the deviations: tr(A H Aᵀ) * 4 / Q.
    const Q = curvature.questions;
    let total = 0;
    for (let m = 0; m < models; m++) {
      const deviation = Array.from({ length: dimensions }, (_, j) => {
        let mean = 0;
        for (let other = 0; other < models; other++) {
          mean += solution.weights[other * dimensions + j]! / models;
        }
        return solution.weights[m * dimensions + j]! - mean;
      });
      for (let question = 0; question < Q; question++) {
        const z = deviation.reduce(
          (sum, weight, j) => sum + weight * (embeddings.at(question, j) - curvature.mean[j]!),
          0,
        );
        total += (z * z) / Q;
      }
      total += (4 / Q) * RIDGE * deviation.reduce((sum, weight) => sum + weight * weight, 0);
    }
    expect(energies.reduce((sum, energy) => sum + energy, 0)).toBeCloseTo(total, 4);
  });

  it('have directions whose logits have a root mean square of one or less', async () => {
    const { curvature, factors } = await factored(set);
    for (let k = 0; k < factors.directions.rows; k++) {
      let sum = 0;
      for (let question = 0; question < embeddings.rows; question++) {
        let t = 0;
        for (let j = 0; j < dimensions; j++) {
          t += factors.directions.at(k, j) * (embeddings.at(question, j) - curvature.mean[j]!);
        }
        sum += (t * t) / embeddings.rows;
      }
      expect(Math.sqrt(sum)).toBeGreaterThan(0.8);
      expect(Math.sqrt(sum)).toBeLessThanOrEqual(1 + 1e-4);
    }
  });
});
