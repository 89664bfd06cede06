import {
  assertFinite,
  EmbedLLMError,
  type FactorizationModel,
  Matrix,
  multiplyTransposed,
} from '@embedllm/core';
import { RowProduct } from './row-product.js';

/**
 * Scores questions for a pool that changes: z_m = p_m . φ(x) + c with the latent features
 * φ(x) = (w_1 - w_0) * (W x + b), in the folded form v_m . x + e_m where that takes fewer
 * multiplications.
 */
export class Scorer {
  readonly base: FactorizationModel;
  /** (w_1 - w_0) * [W | b]: what makes φ(x). */
  readonly #features: RowProduct;
  /** p_m and c: what makes logits of φ(x). */
  #heads: RowProduct;
  /** v_m and e_m: what makes logits of x; `undefined` where two products are cheaper. */
  #folded: RowProduct | undefined;

  constructor(model: FactorizationModel) {
    const { projection, projectionBias, classifier, classifierBias } = model;
    const { rows: d, cols: D } = projection;
    this.base = model;
    const features = new Matrix(d, D);
    const featureBias = new Float32Array(d);
    for (let k = 0; k < d; k++) {
      const weight = classifier.at(1, k) - classifier.at(0, k);
      featureBias[k] = weight * projectionBias[k]!;
      for (let j = 0; j < D; j++) features.data[k * D + j] = weight * projection.at(k, j);
    }
    this.#features = new RowProduct(features, featureBias);
    this.offset = classifierBias[1]! - classifierBias[0]!;
    this.#heads = this.#headsOf(model.modelEmbeddings);
    this.#folded = this.#fold();
  }

  /** c, the part of every logit that no model changes. */
  readonly offset: number;

  /** p_m, shape [M, d]. */
  get embeddings(): Matrix {
    return this.#heads.weights;
  }

  /** The latent features that no question changes; 0 for the others. Length d. */
  get constants(): Float32Array {
    const { weights, bias } = this.#features;
    return bias.map((value, k) => (weights.row(k).every((weight) => weight === 0) ? value : 0));
  }

  /** Replaces all model embeddings, shape [M, d]; folds them where that is cheaper. */
  replace(embeddings: Matrix): void {
    this.#heads = this.#headsOf(embeddings);
    this.#folded = this.#fold();
  }

  /** Replaces one model's embedding, length d: d D multiplications. */
  set(model: number, embedding: ArrayLike<number>): void {
    this.#heads.setRow(model, embedding, this.offset);
    if (!this.#folded) return;
    const { weights: features, bias: featureBias } = this.#features;
    const D = features.cols;
    const sums = new Float64Array(D);
    let shift = this.offset;
    for (let k = 0; k < embedding.length; k++) {
      const value = embedding[k]!;
      shift += value * featureBias[k]!;
      const direction = features.row(k);
      for (let j = 0; j < D; j++) sums[j] = sums[j]! + value * direction[j]!;
    }
    this.#folded.setRow(model, sums, shift);
  }

  /**
   * φ(x) of questions, shape [Q, d].
   *
   * @param questions - Shape [Q, D], finite.
   * @throws EmbedLLMError `shape-mismatch` or `not-finite`.
   */
  features(questions: Matrix): Matrix {
    this.#checkDimensions(questions);
    assertFinite(questions, 'question embeddings');
    return this.#features.multiply(questions);
  }

  /**
   * Logits, shape [Q, M].
   *
   * @param questions - Shape [Q, D], finite.
   * @throws EmbedLLMError `shape-mismatch` on other dimensions; `not-finite` on NaN or infinity,
   * also where the logits overflow.
   */
  score(questions: Matrix): Matrix {
    this.#checkDimensions(questions);
    const logits = this.#folded
      ? this.#folded.multiply(questions)
      : this.#heads.multiply(this.#features.multiply(questions));
    // What is not finite in a question is not finite in its logits either, since NaN and infinity
    // survive sums and products; so the questions need looking through only to say where.
    try {
      assertFinite(logits, 'logits');
    } catch (error) {
      assertFinite(questions, 'question embeddings');
      // Finite factors can still overflow 32-bit floats.
      throw error;
    }
    return logits;
  }

  #headsOf(embeddings: Matrix): RowProduct {
    const own = new Matrix(embeddings.rows, embeddings.cols, embeddings.data.slice());
    return new RowProduct(own, new Float32Array(own.rows).fill(this.offset));
  }

  /** M D multiplications a question folded, d (D + M) as two products: takes the cheaper. */
  #fold(): RowProduct | undefined {
    const { weights: features, bias: featureBias } = this.#features;
    const { rows: d, cols: D } = features;
    const embeddings = this.embeddings;
    const M = embeddings.rows;
    if (M * D > d * (D + M)) return undefined;
    const transposed = new Matrix(D, d);
    for (let k = 0; k < d; k++) {
      for (let j = 0; j < D; j++) transposed.data[j * d + k] = features.at(k, j);
    }
    const bias = multiplyTransposed(embeddings, new Matrix(1, d, featureBias), [this.offset]);
    return new RowProduct(multiplyTransposed(embeddings, transposed), bias.data);
  }

  #checkDimensions(questions: Matrix): void {
    const D = this.base.questionDimensions;
    if (questions.cols !== D) {
      throw new EmbedLLMError(
        `The question embeddings have ${questions.cols} dimensions, but the model was trained on ${D}. Was another encoder used?`,
        { code: 'shape-mismatch' },
      );
    }
  }
}
