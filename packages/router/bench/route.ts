/**
 * What a decision costs: the router against exact k-nearest-neighbour search over stored questions
 * in plain JavaScript, and its vector kernel against core's plain products, on one thread, at the
 * size of the EmbedLLM data. The least time of many repeats, since other work only adds to it.
 *
 * Router: 2 min(M D, d (D + M)) FLOPs a question: 172 k folded at the published d = 232, 18 k as
 * two products at d = 10, a usual rank of the direct solver. k-NN: 2 N D = 30.7 MFLOP and 61 MB of
 * stored embeddings, then k M labels.
 */
import { cpus, loadavg } from 'node:os';
import { FactorizationModel, Matrix, multiplyTransposed, Random } from '@embedllm/core';
import { Router } from '../src/index.js';
import { RowProduct } from '../src/scoring/row-product.js';

const M = 112;
const D = 768;
const STORED = 20_000;
const K = 131;
const QUESTIONS = 3_000;
/** Few enough questions that their similarities to all stored ones fit in memory. */
const FIRST = Array.from({ length: 40 }, (_, index) => index);

const random = new Random(20241124);
const stored = gaussian(STORED, D);
const labels = Uint8Array.from({ length: STORED * M }, () => random.integer(2));
const questions = gaussian(QUESTIONS, D);
let sink = 0;

console.log(`${cpus()[0]?.model}, Node ${process.version}, load ${loadavg()[0]?.toFixed(1)}`);
console.log(`${M} models, D = ${D}; ${STORED} stored questions, k = ${K}\n`);
const neighbours = milliseconds(20, () => {
  sink += vote(multiplyTransposed(questions.selectRows([0]), stored).data);
});
const neighboursBatch =
  milliseconds(3, () => {
    const similarity = multiplyTransposed(questions.selectRows(FIRST), stored);
    for (const row of FIRST.keys()) sink += vote(similarity.row(row));
  }) *
  (QUESTIONS / FIRST.length);
for (const d of [232, 10]) {
  const router = poolOf(M, d);
  const single = milliseconds(500, () => {
    sink += router.routeEmbedding(questions.row(7)).probability;
  });
  const choices = milliseconds(60, () => {
    sink += router.choose(questions)[0] ?? 0;
  });
  const decisions = milliseconds(10, () => {
    sink += router.routeEmbeddings(questions).length;
  });
  report(`d = ${d}: one decision`, single);
  report('  exact k-NN, one question', neighbours, single);
  report(`d = ${d}: ${QUESTIONS} choices`, choices);
  report(`d = ${d}: ${QUESTIONS} decisions with candidates and reasons`, decisions, choices);
  report(`  exact k-NN, ${QUESTIONS} questions (from ${FIRST.length})`, neighboursBatch, choices);
}
const weights = gaussian(M, D);
const bias = new Float32Array(M);
const kernel = new RowProduct(weights, bias);
const fast = milliseconds(40, () => {
  sink += kernel.multiply(questions).at(0, 0);
});
const plain = milliseconds(4, () => {
  sink += multiplyTransposed(questions, weights, bias).at(0, 0);
});
report(`product [${QUESTIONS}, ${D}] x [${D}, ${M}], vectors: ${kernel.isVectorized}`, fast);
report('  in plain JavaScript', plain, fast);
console.log(`  ${((2 * QUESTIONS * D * M) / fast / 1e6).toFixed(1)} GFLOP/s with vectors`);
for (const d of [232, 10]) {
  const router = poolOf(10_000, d);
  const time = milliseconds(100, () => {
    sink += router.routeEmbedding(questions.row(3)).probability;
  });
  report(`d = ${d}: one decision among 10,000 models`, time);
}
if (!Number.isFinite(sink)) throw new Error('A measured function produced no number.');

function poolOf(models: number, d: number): Router {
  const model = new FactorizationModel({
    models: Array.from({ length: models }, (_, index) => `model-${index}`),
    modelEmbeddings: gaussian(models, d),
    projection: gaussian(d, D),
    projectionBias: new Float32Array(d),
    classifier: gaussian(2, d),
    classifierBias: new Float32Array(2),
  });
  return new Router({ model });
}

/** The model with the most correct answers on the k most similar stored questions. */
function vote(similarity: Float32Array): number {
  const threshold = Float32Array.from(similarity).sort()[STORED - K] as number;
  const correct = new Int32Array(M);
  for (let row = 0; row < STORED; row++) {
    if ((similarity[row] as number) < threshold) continue;
    for (let m = 0; m < M; m++) {
      correct[m] = (correct[m] as number) + (labels[row * M + m] as number);
    }
  }
  let best = 0;
  for (let m = 1; m < M; m++) if ((correct[m] as number) > (correct[best] as number)) best = m;
  return best;
}

function report(what: string, time: number, reference?: number): void {
  const ratio = reference === undefined ? '' : `${(time / reference).toFixed(1)} x`;
  console.log(`${what.padEnd(62)}${time.toFixed(3).padStart(11)} ms  ${ratio}`);
}

/** The least time of one call, after one to warm up. */
function milliseconds(calls: number, work: () => void): number {
  work();
  let least = Number.POSITIVE_INFINITY;
  for (let call = 0; call < calls; call++) {
    const start = performance.now();
    work();
    least = Math.min(least, performance.now() - start);
  }
  return least;
}

function gaussian(rows: number, cols: number): Matrix {
  const values = Float32Array.from({ length: rows * cols }, () => random.normal());
  return new Matrix(rows, cols, values);
}
