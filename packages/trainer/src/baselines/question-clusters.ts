import { Matrix, Random } from '@embedllm/core';
import type { Engine } from '../engines/engine.js';

/** What `clusterQuestions` takes. */
export interface ClusterOptions {
  /** Number of clusters, cut to the number of questions. */
  readonly clusters: number;
  readonly engine: Engine;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
}

/** Clusters of questions. */
export interface QuestionClusters {
  /** Shape [k, D]. */
  readonly centres: Matrix;
  /** The nearest centre of each question, by Euclidean distance. */
  assign(embeddings: Matrix): Promise<Uint32Array>;
}

const MAX_ROUNDS = 50;
const BLOCK_ROWS = 4096;

/**
 * k-means by Lloyd's iterations from seeds drawn as in k-means++ (Arthur & Vassilvitskii, SODA
 * 2007). An emptied cluster keeps its centre. 2 Q k D FLOPs a round.
 */
export async function clusterQuestions(
  embeddings: Matrix,
  options: ClusterOptions,
): Promise<QuestionClusters> {
  const { engine, signal } = options;
  const k = Math.min(options.clusters, embeddings.rows);
  const centres = seedCentres(embeddings, k, new Random(options.seed));
  let assigned: Uint32Array = new Uint32Array(0);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    signal?.throwIfAborted();
    const next = await nearestCentres(embeddings, centres, engine);
    if (next.every((cluster, question) => cluster === assigned[question])) break;
    assigned = next;
    moveCentres(embeddings, assigned, centres);
  }
  return { centres, assign: (questions) => nearestCentres(questions, centres, engine) };
}

function seedCentres(embeddings: Matrix, k: number, random: Random): Matrix {
  const centres = new Matrix(k, embeddings.cols);
  const distances = new Float64Array(embeddings.rows).fill(Number.POSITIVE_INFINITY);
  let chosen = random.integer(embeddings.rows);
  for (let cluster = 0; cluster < k; cluster++) {
    const centre = embeddings.row(chosen);
    centres.row(cluster).set(centre);
    let total = 0;
    for (let question = 0; question < embeddings.rows; question++) {
      const row = embeddings.row(question);
      let square = 0;
      for (let j = 0; j < row.length; j++) square += (row[j]! - centre[j]!) ** 2;
      distances[question] = Math.min(distances[question]!, square);
      total += distances[question]!;
    }
    let target = random.uniform() * total;
    chosen = distances.findIndex((distance) => {
      target -= distance;
      return target < 0;
    });
    // All questions are centres already, or rounding has eaten the rest.
    if (chosen < 0) chosen = random.integer(embeddings.rows);
  }
  return centres;
}

async function nearestCentres(
  embeddings: Matrix,
  centres: Matrix,
  engine: Engine,
): Promise<Uint32Array> {
  const halfSquares = Float64Array.from({ length: centres.rows }, (_, cluster) =>
    centres.row(cluster).reduce((sum, value) => sum + (value * value) / 2, 0),
  );
  const { cols: D } = embeddings;
  const nearest = new Uint32Array(embeddings.rows);
  for (let start = 0; start < embeddings.rows; start += BLOCK_ROWS) {
    const end = Math.min(start + BLOCK_ROWS, embeddings.rows);
    const block = new Matrix(end - start, D, embeddings.data.subarray(start * D, end * D));
    const products = await engine.multiplyTransposed(block, centres);
    for (let row = 0; row < block.rows; row++) {
      let best = 0;
      let bestScore = Number.NEGATIVE_INFINITY;
      products.row(row).forEach((product, cluster) => {
        const score = product - halfSquares[cluster]!;
        if (score > bestScore) {
          best = cluster;
          bestScore = score;
        }
      });
      nearest[start + row] = best;
    }
  }
  return nearest;
}

function moveCentres(embeddings: Matrix, assigned: Uint32Array, centres: Matrix): void {
  const D = centres.cols;
  const sums = new Float64Array(centres.rows * D);
  const counts = new Float64Array(centres.rows);
  for (let question = 0; question < embeddings.rows; question++) {
    const cluster = assigned[question]!;
    counts[cluster] = counts[cluster]! + 1;
    const row = embeddings.row(question);
    for (let j = 0; j < D; j++) {
      sums[cluster * D + j] = sums[cluster * D + j]! + row[j]!;
    }
  }
  for (let cluster = 0; cluster < centres.rows; cluster++) {
    const count = counts[cluster]!;
    if (count === 0) continue;
    for (let j = 0; j < D; j++) centres.data[cluster * D + j] = sums[cluster * D + j]! / count;
  }
}
