/**
 * Scoring 3,000 questions for 112 models at the published size (D = 768, d = 232), one thread:
 *
 * - the cache-blocked product of core against a triple loop over the same arrays and against
 *   `mmul` of ml-matrix (64-bit), 2 Q M D = 516 MFLOP each, 9.2 + 0.3 MB read and 1.3 MB written;
 * - the two products of the factorization, 2 Q d (D + M) = 1225 MFLOP, against the folded form.
 *
 * The candidates alternate within each round and the best round of each counts, so that a busy
 * machine hurts all alike.
 */
import { Matrix as Matrix64 } from 'ml-matrix';
import { FactorizationModel, Matrix, multiplyTransposed, Random } from '../src/index.js';

const Q = 3000;
const M = 112;
const D = 768;
const d = 232;
const ROUNDS = 3;

const random = new Random(1);
const questions = gaussian(Q, D);
const weights = gaussian(M, D);
const model = new FactorizationModel({
  models: Array.from({ length: M }, (_, index) => `model-${index}`),
  modelEmbeddings: gaussian(M, d),
  projection: gaussian(d, D),
  projectionBias: new Float32Array(d),
  classifier: gaussian(2, d),
  classifierBias: new Float32Array(2),
});
const folded = model.fold();
const questions64 = new Matrix64(Array.from({ length: Q }, (_, row) => [...questions.row(row)]));
const transposed64 = new Matrix64(
  Array.from({ length: M }, (_, row) => [...weights.row(row)]),
).transpose();

const direct = 2 * Q * M * D;
compare('[3000, 768] x [112, 768] transposed', [
  { name: 'multiplyTransposed', flops: direct, run: () => multiplyTransposed(questions, weights) },
  { name: 'triple loop', flops: direct, run: () => tripleLoop(questions, weights) },
  { name: 'ml-matrix mmul', flops: direct, run: () => questions64.mmul(transposed64) },
]);
compare('all scores of a factorization model', [
  { name: 'folded', flops: direct, run: () => folded.score(questions) },
  {
    name: 'two products',
    flops: 2 * Q * d * (D + M),
    run: () => model.score(questions),
  },
]);

interface Candidate {
  readonly name: string;
  readonly flops: number;
  run(): Matrix | Matrix64;
}

function compare(title: string, candidates: readonly Candidate[]): void {
  const results = candidates.map(({ run }) => valuesOf(run()));
  candidates.forEach(({ name }, index) => {
    assertClose(name, results[index] ?? [], results[0] ?? []);
  });
  const best = candidates.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < ROUNDS; round++) {
    candidates.forEach(({ run }, index) => {
      const start = performance.now();
      run();
      best[index] = Math.min(best[index] ?? 0, performance.now() - start);
    });
  }
  console.log(title);
  candidates.forEach(({ name, flops }, index) => {
    const milliseconds = best[index] ?? 0;
    const ratio = milliseconds / (best[0] ?? 0);
    console.log(
      `  ${name.padEnd(20)} ${(flops / 1e6).toFixed(0).padStart(5)} MFLOP ${milliseconds.toFixed(0).padStart(5)} ms ${(flops / milliseconds / 1e6).toFixed(2).padStart(6)} GFLOP/s ${ratio.toFixed(2).padStart(6)} x the time of ${candidates[0]?.name}`,
    );
  });
}

/** A benchmark of wrong results would be worth nothing. */
function assertClose(name: string, actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  for (let index = 0; index < expected.length; index++) {
    const [value, wanted] = [actual[index] ?? Number.NaN, expected[index] ?? 0];
    if (!(Math.abs(value - wanted) <= 0.01 + 1e-3 * Math.abs(wanted))) {
      throw new Error(`${name} gives ${value} where ${wanted} is expected (value ${index}).`);
    }
  }
}

function valuesOf(matrix: Matrix | Matrix64): ArrayLike<number> {
  return matrix instanceof Matrix ? matrix.data : matrix.to1DArray();
}

function tripleLoop(a: Matrix, b: Matrix): Matrix {
  const result = new Matrix(a.rows, b.rows);
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < b.rows; j++) {
      let sum = 0;
      for (let k = 0; k < a.cols; k++) {
        sum += (a.data[i * a.cols + k] as number) * (b.data[j * b.cols + k] as number);
      }
      result.data[i * b.rows + j] = sum;
    }
  }
  return result;
}

function gaussian(rows: number, cols: number): Matrix {
  return new Matrix(
    rows,
    cols,
    Float32Array.from({ length: rows * cols }, () => random.normal()),
  );
}
