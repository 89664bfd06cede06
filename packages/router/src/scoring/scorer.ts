import {
  assertFinite,
  EmbedLLMError,
  type FactorizationModel,
  Matrix,
  multiplyTransposed,
} from '@embedllm/core';

/**
 * Scores questions for a pool that changes: z_m = p_m . φ(x) + c with the latent features
 * φ(x) = (w_1 - w_0) * (W x + b), in the folded form v_m . x + e_m where that takes fewer
 * multiplications.
 */
export class Scorer {
  /** The trained parts, shared by all models. */
  readonly #base: FactorizationModel;
  /** (w_1 - w_0) * [W | b] in parts: [d, D] and d. */
  readonly #features: Matrix;
  readonly #featureBias: Float32Array;
  readonly #offset: number;
  /** p_m, shape [M, d]. */
  #embeddings: Matrix;
  /** v_m [M, D] and e_m, or `undefined` where two products are cheaper. */
  #folded: { weights: Matrix; bias: Float32Array } | undefined;

  constructor(model: FactorizationModel) {
    const { projection, projectionBias, classifier, classifierBias } = model;
    const d = model.dimensions;
    const D = model.questionDimensions;
    this.#base = model;
    this.#features = new Matrix(d, D);
    this.#featureBias = new Float32Array(d);
    for (let k = 0; k < d; k++) {
      const weight = classifier.at(1, k) - classifier.at(0, k);
      this.#featureBias[k] = weight * (projectionBias[k] as number);
      for (let j = 0; j < D; j++) this.#features.data[k * D + j] = weight * projection.at(k, j);
    }
    this.#offset = (classifierBias[1] as number) - (classifierBias[0] as number);
    this.#embeddings = new Matrix(0, d);
    this.replace(model.modelEmbeddings);
  }

  /** p_m, shape [M, d]. */
  get embeddings(): Matrix {
    return this.#embeddings;
  }

  /** c, the part of every logit that no model changes. */
  get offset(): number {
    return this.#offset;
  }

  /** The trained parts that all models share. */
  get base(): FactorizationModel {
    return this.#base;
  }

  /** Replaces all model embeddings, shape [M, d]; folds them where that is cheaper. */
  replace(embeddings: Matrix): void {
    const { rows: d, cols: D } = this.#features;
    const M = embeddings.rows;
    this.#embeddings = embeddings;
    this.#folded = undefined;
    if (M * D > d * (D + M)) return;
    const transposed = new Matrix(D, d);
    for (let k = 0; k < d; k++) {
      for (let j = 0; j < D; j++) transposed.data[j * d + k] = this.#features.at(k, j);
    }
    const bias = multiplyTransposed(embeddings, new Matrix(1, d, this.#featureBias), [
      this.#offset,
    ]);
    this.#folded = { weights: multiplyTransposed(embeddings, transposed), bias: bias.data };
  }

  /** Replaces one model's embedding, length d: d D multiplications. */
  set(model: number, embedding: ArrayLike<number>): void {
    const row = this.#embeddings.row(model);
    row.set(embedding);
    if (!this.#folded) return;
    const { weights, bias } = this.#folded;
    const D = weights.cols;
    const sums = new Float64Array(D);
    let shift = this.#offset;
    for (let k = 0; k < row.length; k++) {
      const value = row[k] as number;
      shift += value * (this.#featureBias[k] as number);
      const direction = this.#features.row(k);
      for (let j = 0; j < D; j++) sums[j] = (sums[j] as number) + value * (direction[j] as number);
    }
    weights.row(model).set(sums);
    bias[model] = shift;
  }

  /**
   * φ(x) of questions, shape [Q, d].
   *
   * @param questions - Shape [Q, D], finite.
   * @throws EmbedLLMError `shape-mismatch` or `not-finite`.
   */
  features(questions: Matrix): Matrix {
    this.#check(questions);
    return multiplyTransposed(questions, this.#features, this.#featureBias);
  }

  /**
   * Logits, shape [Q, M].
   *
   * @param questions - Shape [Q, D], finite.
   * @throws EmbedLLMError `shape-mismatch` on other dimensions; `not-finite` on NaN or infinity,
   * also where the logits overflow.
   */
  score(questions: Matrix): Matrix {
    this.#check(questions);
    const logits = this.#folded
      ? multiplyTransposed(questions, this.#folded.weights, this.#folded.bias)
      : multiplyTransposed(
          multiplyTransposed(questions, this.#features, this.#featureBias),
          this.#embeddings,
          new Float32Array(this.#embeddings.rows).fill(this.#offset),
        );
    // Finite factors can still overflow 32-bit floats.
    assertFinite(logits, 'logits');
    return logits;
  }

  #check(questions: Matrix): void {
    const D = this.#features.cols;
    if (questions.cols !== D) {
      throw new EmbedLLMError(
        'shape-mismatch',
        `The question embeddings have ${questions.cols} dimensions, but the model was trained on ${D}. Was another encoder used?`,
      );
    }
    assertFinite(questions, 'question embeddings');
  }
}
