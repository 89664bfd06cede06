/**
 * What a decision costs: the router against exact k-nearest-neighbour search over stored questions,
 * both in plain JavaScript on one thread, at the size of the EmbedLLM data.
 *
 * Router: 2 M D = 172 kFLOP and 344 kB of weights a question.
 * k-NN: 2 N D = 30.7 MFLOP and 61 MB of stored embeddings, then k M labels.
 */
import { FactorizationModel, Matrix, multiplyTransposed, Random } from '@embedllm/core';
import { Router } from '../src/index.js';

const M = 112;
const D = 768;
const d = 232;
const STORED = 20_000;
const K = 131;
const QUESTIONS = 3_000;
/** Few enough questions that their similarities to all stored ones fit in memory. */
const FIRST = Array.from({ length: 40 }, (_, index) => index);

const random = new Random(20241124);
const model = new FactorizationModel({
  models: Array.from({ length: M }, (_, index) => `model-${index}`),
  modelEmbeddings: gaussian(M, d),
  projection: gaussian(d, D),
  projectionBias: new Float32Array(d),
  classifier: gaussian(2, d),
  classifierBias: new Float32Array(2),
});
const stored = gaussian(STORED, D);
const labels = Uint8Array.from({ length: STORED * M }, () => random.integer(2));
const questions = gaussian(QUESTIONS, D);

const router = new Router({ model });
let sink = 0;
const single = microsecondsEach(3_000, (index) => {
  sink += router.routeEmbedding(questions.row(index % QUESTIONS)).probability;
});
const twoProducts = microsecondsEach(1_000, (index) => {
  sink += model.score(questions.selectRows([index % QUESTIONS])).at(0, 0);
});
const neighbours = microsecondsEach(40, (index) => {
  sink += vote(multiplyTransposed(questions.selectRows([index]), stored).data);
});
const neighboursBatch =
  microsecondsEach(3, () => {
    const similarity = multiplyTransposed(questions.selectRows(FIRST), stored);
    for (const row of FIRST.keys()) sink += vote(similarity.row(row));
  }) / FIRST.length;
const batch = microsecondsEach(5, () => {
  sink += router.routeEmbeddings(questions).length;
});

console.log(`${M} models, ${D} dimensions, d = ${d}; ${STORED} stored questions, k = ${K}`);
const routerBatch = batch / QUESTIONS;
report('router, one question', single);
report('two products, one question (scoring only)', twoProducts, single);
report('exact k-NN, one question', neighbours, single);
report(`router, each of ${QUESTIONS} questions at once`, routerBatch);
report(`exact k-NN, each of ${FIRST.length} questions at once`, neighboursBatch, routerBatch);
if (!Number.isFinite(sink)) throw new Error('A measured function produced no number.');

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

function report(what: string, microseconds: number, router?: number): void {
  const ratio = router === undefined ? '' : `${(microseconds / router).toFixed(1)} x the router`;
  console.log(`${what.padEnd(44)}${microseconds.toFixed(1).padStart(10)} us  ${ratio}`);
}

/** Median of five rounds after one round of warm-up. */
function microsecondsEach(calls: number, work: (index: number) => void): number {
  const rounds: number[] = [];
  for (let round = 0; round < 6; round++) {
    const start = performance.now();
    for (let call = 0; call < calls; call++) work(call);
    if (round > 0) rounds.push(((performance.now() - start) * 1000) / calls);
  }
  return rounds.sort((a, b) => a - b)[2] as number;
}

function gaussian(rows: number, cols: number): Matrix {
  const values = Float32Array.from({ length: rows * cols }, () => random.normal());
  return new Matrix(rows, cols, values);
}
