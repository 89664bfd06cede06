import { Matrix } from '@embedllm/core';
import { type Tridiagonal, tridiagonalize } from '@embedllm/core/linear-algebra';
import type { Engine } from '../engines/engine.js';
import { transpose } from '../engines/transpose.js';
import { addTo, type Shard, type ShardMoments } from './shard.js';
import { visitShards } from './visit-shards.js';

/**
 * The curvature bound H = Xcᵀ Xc / 4 + λ I of logistic regression (Böhning and Lindsay 1988) on
 * centred embeddings Xc = X - 1 μᵀ, for every strength λ at once: in the basis that makes
 * Xcᵀ Xc tridiagonal, a shift by λ I is free and a solve takes O(D) for each model.
 */
export class Curvature {
  /** D. */
  readonly dimensions: number;
  /** Q, all questions of all shards. */
  readonly questions: number;
  /** μ, the mean question embedding, length D. */
  readonly mean: Float64Array;
  /** Mean squared length of a centred embedding, the natural unit of λ. */
  readonly meanSquare: number;
  /** Where its products run. */
  readonly engine: Engine;
  readonly #tridiagonal: Tridiagonal;
  /** Rows of the basis, and its transpose. */
  readonly #basis: Matrix;
  readonly #basisTransposed: Matrix;

  /** @param moments - Summed over all shards. Costs 8/3 D³ FLOPs. */
  constructor(moments: ShardMoments, engine: Engine) {
    const { questions, sum, gram } = moments;
    const D = sum.length;
    this.dimensions = D;
    this.questions = questions;
    this.mean = sum.map((value) => value / questions);
    this.engine = engine;
    const centred = new Float64Array(D * D);
    let trace = 0;
    for (let i = 0; i < D; i++) {
      for (let j = 0; j < D; j++) {
        centred[i * D + j] = gram[i * D + j]! - sum[i]! * this.mean[j]!;
      }
      trace += centred[i * D + i]!;
    }
    this.meanSquare = Math.max(trace / questions, 0);
    this.#tridiagonal = tridiagonalize(centred, D);
    this.#basis = new Matrix(D, D, Float32Array.from(this.#tridiagonal.basis));
    this.#basisTransposed = transpose(this.#basis);
  }

  /** Rows of [n, D] in the tridiagonal basis: 2 n D² FLOPs. */
  toBasis(rows: Matrix): Promise<Matrix> {
    return this.engine.multiplyTransposed(rows, this.#basis);
  }

  /** Rows of [n, D] back from the tridiagonal basis: 2 n D² FLOPs. */
  fromBasis(rows: Matrix): Promise<Matrix> {
    return this.engine.multiplyTransposed(rows, this.#basisTransposed);
  }

  /** L and the diagonal S with H = L S Lᵀ in the tridiagonal basis. */
  factor(ridge: number): BidiagonalFactor {
    const { diagonal, offDiagonal } = this.#tridiagonal;
    const D = this.dimensions;
    const lower = new Float64Array(D);
    const scale = new Float64Array(D);
    // H is positive definite for λ > 0; the floor keeps rounding in the Gram matrix from
    // making a pivot of an (almost) empty direction zero or negative.
    const floor = Math.max(ridge, this.meanSquare * this.questions * 1e-9, Number.MIN_VALUE);
    for (let i = 0; i < D; i++) {
      const pivot = diagonal[i]! / 4 + ridge;
      const carried = i === 0 ? 0 : lower[i - 1]! ** 2 * scale[i - 1]!;
      scale[i] = Math.max(pivot - carried, floor);
      lower[i] = offDiagonal[i]! / 4 / scale[i]!;
    }
    return { lower, scale };
  }
}

/** `H = L S Lᵀ` for a tridiagonal H: L has a unit diagonal and one subdiagonal. */
export interface BidiagonalFactor {
  /** L(i + 1, i) at i, length D; the last value is zero. */
  readonly lower: Float64Array;
  /** Diagonal of S, length D, positive. */
  readonly scale: Float64Array;
}

/** Replaces b, of length D in the tridiagonal basis, by (share H)⁻¹ b: 6 D FLOPs. */
export function solveRow(b: Float64Array, { lower, scale }: BidiagonalFactor, share: number): void {
  const D = b.length;
  let carried = 0;
  for (let i = 0; i < D; i++) {
    carried = b[i]! - (i === 0 ? 0 : lower[i - 1]! * carried);
    b[i] = carried;
  }
  let above = 0;
  for (let i = D - 1; i >= 0; i--) {
    above = b[i]! / (scale[i]! * share) - lower[i]! * above;
    b[i] = above;
  }
}

/** What `measureCurvature` takes. */
export interface MeasureCurvatureOptions {
  readonly shards: readonly Shard[];
  /** Where its products run. */
  readonly engine: Engine;
  /** Shards at work at the same time. @default all */
  readonly concurrency?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Adds up the shards' moments and factors them. */
export async function measureCurvature({
  shards,
  engine,
  concurrency = shards.length,
  signal,
}: MeasureCurvatureOptions): Promise<Curvature> {
  const D = (shards[0] as Shard).dimensions;
  const sum = new Float64Array(D);
  const gram = new Float64Array(D * D);
  let questions = 0;
  await visitShards({
    ...{ shards, concurrency, signal },
    start: (shard, ended) => shard.moments({ signal: ended }),
    add: (part) => {
      questions += part.questions;
      addTo(sum, part.sum);
      addTo(gram, part.gram);
    },
  });
  return new Curvature({ questions, sum, gram }, engine);
}
