import { CorrectnessMatrix, FactorizationModel, Matrix, multiplyTransposed } from '@embedllm/core';
import { type Familiarity, fitFamiliarity } from '@embedllm/core/familiarity';
import { cholesky, choleskySolve, symmetricEigen } from '@embedllm/core/linear-algebra';
import type { EncodedTexts } from '../src/index.js';

/** Texts of an encoder with coverage. */
export interface DetectedTexts extends EncodedTexts {
  readonly coverage: Float32Array;
  readonly categories: readonly string[];
}

/** What detectors are fitted on. */
export interface DetectorTraining {
  readonly train: DetectedTexts;
  /** Of the same categories; shares of these questions are what scores are combined by. */
  readonly heldOut: DetectedTexts;
  /** Logistic regressions of each category against the others: weights [K, D] and intercepts. */
  readonly kinds: { readonly weights: Matrix; readonly bias: Float32Array };
}

/** A score of each question, larger for those like training's. */
export type Detector = (questions: DetectedTexts) => Float64Array;

const DISCRIMINANTS = 'linear discriminants, with coverage';
/** Share of the mean variance in covariances. */
const SHRINKAGE = 0.1;

/** Every detector that is compared, by name. */
export function fitDetectors(training: DetectorTraining): Map<string, Detector> {
  const { train, heldOut, kinds } = training;
  const logits = ({ embeddings }: DetectedTexts) =>
    multiplyTransposed(embeddings, kinds.weights, kinds.bias);
  const byLogits = (of: (logits: Float32Array) => number) => (texts: DetectedTexts) =>
    eachRow(logits(texts), of);
  const coverage: Detector = (texts) => Float64Array.from(texts.coverage);
  const familiarity = familiarityOf(training, kinds);
  const discriminants = new Map(gaussians(', with coverage', train, withCoverage));
  const both = [coverage, discriminants.get(DISCRIMINANTS)!].map((detector) => ({
    detector,
    sorted: detector(heldOut).sort(),
  }));
  return new Map<string, Detector>([
    [
      'familiarity',
      ({ embeddings, coverage: of }) =>
        eachRow(embeddings, (row, q) => familiarity.assess(row, of[q]).familiarity),
    ],
    ['coverage', coverage],
    ['surest classifier', byLogits((row) => Math.max(...row))],
    [
      'energy of classifiers',
      byLogits((row) => Math.log(row.reduce((s, z) => s + Math.exp(z), 0))),
    ],
    ...gaussians('', train, ({ embeddings }) => embeddings),
    ...discriminants,
    [
      `${DISCRIMINANTS}, and a quarter of coverage`,
      (texts) => {
        const [byText, byKind] = both.map(({ detector, sorted }) =>
          detector(texts).map((score) => sorted.filter((other) => other < score).length),
        ) as [Float64Array, Float64Array];
        return byText.map((share, q) => share / 4 + byKind[q]!);
      },
    ],
    ...([32, 128] as const).map((count): [string, Detector] => {
      const { clusters } = familiarityOf(training, undefined, count).record;
      return [`nearest of ${count} clusters`, toNearest(Matrix.fromRows(clusters))];
    }),
    ['nearest of 16 clusters a category', toNearest(clustersByCategory(training))],
    [
      'nearest category mean',
      toNearest(Matrix.fromRows(groupMeans(train.embeddings, train.categories))),
    ],
    ['residual outside 64 directions', residual(train.embeddings, 64)],
    ['nearest neighbour', toNearest(train.embeddings)],
    ['tenth-nearest neighbour', toNearest(train.embeddings, 10)],
  ]);
}

/** As core fits it; of the model it takes predictions, which do not matter here. */
function familiarityOf(
  { train, heldOut }: Pick<DetectorTraining, 'train' | 'heldOut'>,
  kinds?: DetectorTraining['kinds'],
  clusters?: number,
): Familiarity {
  const questions = heldOut.categories.map((_, q) => String(q));
  const D = train.embeddings.cols;
  return fitFamiliarity({
    model: new FactorizationModel({
      ...{ models: ['none'], modelEmbeddings: new Matrix(1, 1), projection: new Matrix(1, D) },
      ...{ projectionBias: new Float32Array(1), classifier: new Matrix(2, 1) },
      classifierBias: new Float32Array(2),
    }),
    ...{ train: train.embeddings, kinds, clusters },
    heldOut: {
      ...heldOut,
      correctness: new CorrectnessMatrix({
        ...{ questions, models: ['none'], labels: new Uint8Array(questions.length) },
      }),
    },
  });
}

/** Vectors times coverage, and what of the text they do not stand for. */
function withCoverage({ embeddings, coverage }: DetectedTexts): Matrix {
  const { rows, cols } = embeddings;
  const points = new Matrix(rows, cols + 1);
  for (let q = 0; q < rows; q++) {
    const share = coverage[q]!;
    points.row(q).set(embeddings.row(q).map((value) => share * value));
    points.row(q)[cols] = Math.sqrt(Math.max(0, 1 - share * share));
  }
  return points;
}

/**
 * Lee et al. 2018, and Ren et al. 2021: by how much nearer the nearest category is than one Gaussian of all.
 * With the covariance within categories for both it is linear (Fisher 1936).
 */
function gaussians(
  suffix: string,
  train: DetectedTexts,
  pointsOf: (texts: DetectedTexts) => Matrix,
): [string, Detector][] {
  const points = pointsOf(train);
  const means = groupMeans(points, train.categories);
  const names = [...new Set(train.categories)];
  const overall = groupMeans(
    points,
    train.categories.map(() => ''),
  );
  const shared = covariance(
    points,
    train.categories.map((name) => means[names.indexOf(name)]!),
  );
  const within = distancesTo(means, shared);
  const middle = distancesTo(
    groupMeans(
      Matrix.fromRows(means),
      means.map(() => ''),
    ),
    shared,
  );
  const total = distancesTo(
    overall,
    covariance(
      points,
      train.categories.map(() => overall[0]!),
    ),
  );
  return [
    [`Mahalanobis${suffix}`, (texts) => eachRow(pointsOf(texts), (row) => -within(row))],
    [
      `linear discriminants${suffix}`,
      (texts) => eachRow(pointsOf(texts), (row) => middle(row) - within(row)),
    ],
    [
      `relative Mahalanobis${suffix}`,
      (texts) => eachRow(pointsOf(texts), (row) => total(row) - within(row)),
    ],
  ];
}

/** Squared Mahalanobis distance to the nearest of the means. */
function distancesTo(means: readonly Float32Array[], matrix: Float64Array) {
  const lower = cholesky(matrix, means[0]!.length);
  const solved = means.map((mean) => choleskySolve(lower, mean));
  const squares = means.map((mean, k) => dot(mean, solved[k]!));
  return (row: Float32Array): number => {
    const own = dot(row, choleskySolve(lower, row));
    return Math.min(...solved.map((mean, k) => own - 2 * dot(row, mean) + squares[k]!));
  };
}

function covariance(points: Matrix, centres: readonly Float32Array[]): Float64Array {
  const { rows: Q, cols: D } = points;
  const deviations = new Matrix(D, Q);
  for (let q = 0; q < Q; q++) {
    points.row(q).forEach((value, j) => {
      deviations.data[j * Q + q] = value - centres[q]![j]!;
    });
  }
  const matrix = Float64Array.from(multiplyTransposed(deviations, deviations).data, (v) => v / Q);
  let trace = 0;
  for (let j = 0; j < D; j++) trace += matrix[j * D + j]!;
  return matrix.map(
    (value, at) => (1 - SHRINKAGE) * value + (at % (D + 1) === 0 ? (SHRINKAGE * trace) / D : 0),
  );
}

/** Less the squared length outside the principal directions (Wang et al. 2022). */
function residual(points: Matrix, kept: number): Detector {
  const D = points.cols;
  const [mean] = groupMeans(points, Array<string>(points.rows).fill('')) as [Float32Array];
  const { values, vectors } = symmetricEigen(
    covariance(points, Array<Float32Array>(points.rows).fill(mean)),
    D,
  );
  const order = [...values.keys()].sort((a, b) => values[a]! - values[b]!).slice(0, D - kept);
  const rest = new Matrix(D, D, Float32Array.from(vectors)).selectRows(order);
  return ({ embeddings }) =>
    eachRow(embeddings, (row) => {
      const centred = new Matrix(
        1,
        D,
        row.map((value, j) => value - mean[j]!),
      );
      return -multiplyTransposed(centred, rest).data.reduce((sum, v) => sum + v * v, 0);
    });
}

function clustersByCategory({ train, heldOut }: DetectorTraining): Matrix {
  return Matrix.fromRows(
    [...new Set(train.categories)].flatMap((name) => {
      const rows = train.categories.flatMap((other, q) => (other === name ? [q] : []));
      const own = { ...train, embeddings: train.embeddings.selectRows(rows) };
      return [...familiarityOf({ train: own, heldOut }, undefined, 16).record.clusters];
    }),
  );
}

/** Less the squared distance to the k-th nearest of some points. */
function toNearest(points: Matrix, k = 1): Detector {
  const squares = eachRow(points, (row) => dot(row, row));
  return ({ embeddings }) => {
    const products = multiplyTransposed(embeddings, points);
    return eachRow(embeddings, (row, q) => {
      const distances = Float64Array.from(products.row(q), (v, p) => squares[p]! - 2 * v);
      return -dot(row, row) - distances.sort()[Math.min(k, points.rows) - 1]!;
    });
  };
}

function groupMeans(points: Matrix, groups: readonly string[]): Float32Array[] {
  return [...new Set(groups)].map((name) => {
    const rows = groups.flatMap((other, q) => (other === name ? [q] : []));
    const sum = new Float64Array(points.cols);
    for (const q of rows) for (let j = 0; j < sum.length; j++) sum[j] = sum[j]! + points.at(q, j);
    return Float32Array.from(sum, (value) => value / rows.length);
  });
}

function eachRow(matrix: Matrix, value: (row: Float32Array, index: number) => number) {
  return Float64Array.from({ length: matrix.rows }, (_, q) => value(matrix.row(q), q));
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += a[j]! * b[j]!;
  return sum;
}
