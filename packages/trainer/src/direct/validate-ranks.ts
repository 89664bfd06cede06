import { type CorrectnessMatrix, Matrix, MISSING } from '@embedllm/core';
import type { Engine } from '../engines/engine.js';
import type { Curvature } from './curvature.js';
import type { LabelledSet } from './labelled-set.js';
import type { WeightFactors } from './low-rank.js';
import type { CentredParameters } from './penalty.js';
import { addTo } from './shard.js';
import { toRawParameters } from './total-gradient.js';

/**
 * The rank with the lowest log loss on validation questions, the smaller one on a tie.
 * All ranks share the product with the embeddings; each adds its factors to the logits of the one before.
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
    const row = scores.row(question);
    addTo(row, raw.bias);
    const logitsOfQuestion = logits.row(question);
    for (let model = 0; model < M; model++) {
      logitsOfQuestion[model] = row[available]! + solution.intercepts[model]!;
    }
  }
  let best = { rank: 0, logLoss: Number.POSITIVE_INFINITY };
  let added = 0;
  const ascending = [...new Set(ranks.map((rank) => Math.min(rank, available)))];
  for (const rank of ascending.sort((a, b) => a - b)) {
    if (rank > added) {
      const [scored, loaded] = [scores, loadings].map((all) => columns(all, added, rank));
      addTo(logits.data, (await engine.multiplyTransposed(scored!, loaded!)).data);
      added = rank;
    }
    const logLoss = meanLogLoss(logits, correctness);
    if (logLoss < best.logLoss) best = { rank, logLoss };
  }
  return best;
}

/** The columns from `start` up to `end`, without it. */
function columns(matrix: Matrix, start: number, end: number): Matrix {
  const part = new Matrix(matrix.rows, end - start);
  for (let row = 0; row < matrix.rows; row++) {
    part.row(row).set(matrix.row(row).subarray(start, end));
  }
  return part;
}

const TILE_ROWS = 256;
/** Factors of 1 to 2 that a product can take in before it must be replaced by its logarithm. */
const FACTORS_PER_LOGARITHM = 1000;

/** Mean of log(1 + exp(z)) - y z over observed labels, the logarithms of many labels taken at once. */
function meanLogLoss({ rows, cols, data }: Matrix, correctness: CorrectnessMatrix): number {
  let sum = 0;
  let count = 0;
  let product = 1;
  for (let start = 0; start < rows; start += TILE_ROWS) {
    const labels = correctness.tile(start, Math.min(start + TILE_ROWS, rows));
    const logits = data.subarray(start * cols, start * cols + labels.length);
    for (let index = 0; index < labels.length; index++) {
      const label = labels[index]!;
      if (label === MISSING) continue;
      const z = logits[index]!;
      sum += Math.max(z, 0) - label * z;
      product *= 1 + Math.exp(-Math.abs(z));
      if (++count % FACTORS_PER_LOGARITHM === 0) {
        sum += Math.log(product);
        product = 1;
      }
    }
  }
  return (sum + Math.log(product)) / count;
}
