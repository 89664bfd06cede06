// Fits an LSA encoder on the training questions of ZeroEval and measures
// 1. the time of the whole fit and of encoding;
// 2. the randomized SVD against ml-matrix's dense SVD of the same matrix (a subset of the
//    questions, since the dense one costs cubic time);
// 3. what is lost by leaving out power iterations;
// 4. how well nearest neighbours predict correctness from the vectors, on the validation
//    questions, against the fixed embeddings of another implementation.
import { accuracy, auroc, type Matrix } from '@embedllm/core';
import { Matrix as DenseMatrix, SVD } from 'ml-matrix';
import { fitLsaEncoder, type LsaEncoder } from '../src/index.js';
import { randomizedSvd } from '../src/svd/randomized-svd.js';
import { fitVocabulary } from '../src/text/fit-vocabulary.js';
import { inverseDocumentFrequencies, weighTerms } from '../src/text/term-weights.js';
import { nearestNeighbours } from '../test/support/nearest-neighbours.js';
import { hasZeroEval, readZeroEval, type ZeroEval } from '../test/support/zeroeval.js';

/** Questions in the comparison with the dense SVD. */
const SUBSET = 400;
const RANK = 64;

if (!hasZeroEval) {
  console.log('Skipped: the ZeroEval data are not there (set EMBEDLLM_ZEROEVAL to their folder).');
} else {
  const data = readZeroEval();
  const train = data.split.train.map((index) => data.prompts[index] ?? '');
  await measureFit(train, data);
  compareWithDense(train.slice(0, SUBSET));
  await comparePowerIterations(train);
  await compareQuality(train, data);
}

async function measureFit(train: readonly string[], data: ZeroEval): Promise<void> {
  await fitLsaEncoder({ texts: train });
  const [encoder, fitMs] = await timed(() => fitLsaEncoder({ texts: train }));
  const [, encodeMs] = await timed(() => encoder.encode(data.prompts));
  console.log(
    `LSA fit: ${train.length} texts, ${encoder.terms.length} terms, ${encoder.dimensions} dimensions: ${fitMs.toFixed(0)} ms`,
  );
  const perSecond = (data.prompts.length / encodeMs) * 1000;
  console.log(
    `LSA encode: ${data.prompts.length} texts in ${encodeMs.toFixed(0)} ms, ${perSecond.toFixed(0)} texts/s`,
  );
}

/** The TF-IDF matrix, sparse and dense. */
function weigh(texts: readonly string[]) {
  const { vocabulary, documentFrequencies } = finish(
    fitVocabulary(texts, { ngrams: 2, minDocumentFrequency: 2, maxTerms: 20_000 }),
  );
  const inverse = inverseDocumentFrequencies(documentFrequencies, texts.length);
  const rows = texts.map((text) => weighTerms(text, vocabulary, inverse));
  const dense = DenseMatrix.zeros(rows.length, documentFrequencies.length);
  const rowStarts = new Int32Array(rows.length + 1);
  rows.forEach(({ columns, weights }, row) => {
    rowStarts[row + 1] = (rowStarts[row] ?? 0) + columns.length;
    columns.forEach((column, i) => {
      dense.set(row, column, weights[i] ?? 0);
    });
  });
  const sparse = {
    rows: rows.length,
    cols: documentFrequencies.length,
    rowStarts,
    columns: Int32Array.from(rows.flatMap((row) => row.columns)),
    values: Float64Array.from(rows.flatMap((row) => row.weights)),
  };
  return { sparse, dense };
}

function compareWithDense(texts: readonly string[]): void {
  const { sparse, dense } = weigh(texts);
  const options = { rank: RANK, oversampling: 24, powerIterations: 3, seed: 0 };
  finish(randomizedSvd(sparse, options));
  const start = performance.now();
  const { singularValues } = finish(randomizedSvd(sparse, options));
  const ownMs = performance.now() - start;
  const denseStart = performance.now();
  const exact = new SVD(dense, {
    computeLeftSingularVectors: false,
    computeRightSingularVectors: true,
    autoTranspose: true,
  });
  const denseMs = performance.now() - denseStart;
  const energy = (values: ArrayLike<number>): number =>
    Array.from(values)
      .slice(0, RANK)
      .reduce((sum, value) => sum + value * value, 0);
  console.log(
    `SVD of ${sparse.rows} x ${sparse.cols}, rank ${RANK}: ${ownMs.toFixed(0)} ms; ml-matrix (dense, full): ${denseMs.toFixed(0)} ms; ratio ${(denseMs / ownMs).toFixed(1)}; share of the best possible energy ${(energy(singularValues) / energy(exact.diagonal)).toFixed(4)}`,
  );
}

async function comparePowerIterations(train: readonly string[]): Promise<void> {
  const [best] = await timed(() => fitLsaEncoder({ texts: train, powerIterations: 16 }));
  for (const powerIterations of [1, 2, 3, 6]) {
    const [encoder, ms] = await timed(() => fitLsaEncoder({ texts: train, powerIterations }));
    console.log(
      `power iterations ${powerIterations}: ${ms.toFixed(0)} ms, energy ${(energyOf(encoder) / energyOf(best)).toFixed(4)} of that with 16`,
    );
  }
}

async function compareQuality(train: readonly string[], data: ZeroEval): Promise<void> {
  const encoder = await fitLsaEncoder({ texts: train });
  const truth = data.correctness.selectQuestions(data.split.validation);
  const report = (name: string, vectors: Matrix): void => {
    const predictions = nearestNeighbours(data, vectors, 'validation', 131);
    console.log(
      `k-NN (k = 131) on ${name}: validation accuracy ${accuracy(predictions, truth).toFixed(4)}, AUROC ${auroc(predictions, truth)?.toFixed(4)}`,
    );
  };
  report('the fixed embeddings', data.embeddings);
  report('LSA', await encoder.encode(data.prompts));
}

function energyOf({ singularValues }: LsaEncoder): number {
  return singularValues.reduce((sum, value) => sum + value * value, 0);
}

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const start = performance.now();
  const result = await work();
  return [result, performance.now() - start];
}

function finish<T>(work: Generator<unknown, T, void>): T {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}
