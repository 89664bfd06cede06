import { type CorrectnessMatrix, Matrix } from '@embedllm/core';
import type { Engine } from '../engines/engine.js';
import type { Curvature } from './curvature.js';
import type { LabelledSet } from './labelled-set.js';
import type { WeightFactors } from './low-rank.js';
import type { CentredParameters } from './penalty.js';
import { toRawParameters } from './total-gradient.js';

/**
 * The rank with the lowest log loss on validation questions, the smaller one on a tie.
 * All ranks share two products; each adds its factors to the logits of the one before.
 */
export async function validateRanks(options: {
  validation: LabelledSet;
  factors: WeightFactors;
  solution: CentredParameters;
  curvature: Curvature;
  engine: Engine;
  ranks: readonly number[];
}): Promise<{ rank: number; logLoss: number }> {
  const { validation, factors, solution, curvature, engine, ranks } = options;
  const { embeddings, correctness } = validation;
  const { loadings, directions } = factors;
  const M = loadings.rows;
  const available = loadings.cols;
  const rows = new Float64Array((available + 1) * curvature.dimensions);
  rows.set(directions.data);
  rows.set(factors.mean, available * curvature.dimensions);
  const raw = toRawParameters(
    { weights: rows, intercepts: new Float64Array(available + 1) },
    curvature.mean,
  );
  const scores = await engine.multiplyTransposed(embeddings, raw.weights);
  const logits = new Matrix(embeddings.rows, M);
  for (let question = 0; question < embeddings.rows; question++) {
    const base = scores.at(question, available) + raw.bias[available]!;
    const row = logits.row(question);
    for (let model = 0; model < M; model++) {
      row[model] = base + solution.intercepts[model]!;
    }
  }
  let best = { rank: 0, logLoss: Number.POSITIVE_INFINITY };
  let added = 0;
  const ascending = [...new Set(ranks.map((rank) => Math.min(rank, available)))];
  for (const rank of ascending.sort((a, b) => a - b)) {
    for (; added < rank; added++) addFactor(logits, scores, loadings, raw.bias, added);
    const logLoss = meanLogLoss(logits, correctness);
    if (logLoss < best.logLoss) best = { rank, logLoss };
  }
  return best;
}

function addFactor(
  logits: Matrix,
  scores: Matrix,
  loadings: Matrix,
  bias: Float32Array,
  k: number,
): void {
  for (let question = 0; question < logits.rows; question++) {
    const score = scores.at(question, k) + bias[k]!;
    const row = logits.row(question);
    for (let model = 0; model < row.length; model++) {
      row[model] = row[model]! + score * loadings.at(model, k);
    }
  }
}

/** Factors of 1 to 2 that a product can take in before it must be replaced by its logarithm. */
const FACTORS_PER_LOGARITHM = 1000;

function meanLogLoss(logits: Matrix, correctness: CorrectnessMatrix): number {
  const { data, cols } = logits;
  let sum = 0;
  let count = 0;
  let product = 1;
  correctness.forEachLabel((question, model, label) => {
    // log(1 + exp(z)) - y z, the logarithms of many labels taken at once.
    const z = data[question * cols + model]!;
    sum += Math.max(z, 0) - label * z;
    product *= 1 + Math.exp(-Math.abs(z));
    if (++count % FACTORS_PER_LOGARITHM === 0) {
      sum += Math.log(product);
      product = 1;
    }
  });
  return (sum + Math.log(product)) / count;
}
