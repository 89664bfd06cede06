import { EmbedLLMError } from '@embedllm/internals';
import { assertUnique } from '../correctness/assert-unique.js';
import { assertFinite } from '../matrix/assert-finite.js';
import { Matrix } from '../matrix/matrix.js';
import { multiplyTransposed } from '../matrix/multiply.js';
import { assertQuestions } from './assert-questions.js';
import { FoldedModel } from './folded-model.js';
import { sigmoid } from './sigmoid.js';

/** The tensors of the published model; M models, d latent dimensions, D question dimensions. */
export interface FactorizationParameters {
  /** `P.weight`: one embedding per model, shape [M, d]. */
  readonly modelEmbeddings: Matrix;
  /** `text_proj.weight`: from question to latent space, shape [d, D]. */
  readonly projection: Matrix;
  /** `text_proj.bias`: length d. */
  readonly projectionBias: Float32Array;
  /** `classifier.weight`: rows for "incorrect" and "correct", shape [2, d]. */
  readonly classifier: Matrix;
  /** `classifier.bias`: length 2. */
  readonly classifierBias: Float32Array;
}

/**
 * The matrix-factorization model of EmbedLLM (Zhuang et al., ICLR 2025, arXiv 2410.02223).
 *
 * A question x and a model m score `classifier (p_m * (W x + b)) + bias`, two logits. Only their
 * difference decides, so that with u_m = p_m * (w_1 - w_0) and c the difference of the biases
 *
 *     z = u_m . (W x + b) + c,   P(correct) = 1 / (1 + exp(-z)).
 */
export class FactorizationModel implements FactorizationParameters {
  /** Names of the models, M of them, in the order of the embeddings. */
  readonly models: readonly string[];
  readonly modelEmbeddings: Matrix;
  readonly projection: Matrix;
  readonly projectionBias: Float32Array;
  readonly classifier: Matrix;
  readonly classifierBias: Float32Array;
  readonly #modelDirections: Matrix;

  /**
   * @throws EmbedLLMError `shape-mismatch` when shapes disagree, `not-finite` on NaN or infinity,
   * `invalid-argument` when a model's name occurs twice.
   */
  constructor(options: FactorizationParameters & { readonly models: readonly string[] }) {
    const { models, modelEmbeddings, projection, projectionBias, classifier, classifierBias } =
      options;
    const d = modelEmbeddings.cols;
    assertShape('P.weight', modelEmbeddings, models.length, d);
    assertShape('text_proj.weight', projection, d, projection.cols);
    assertShape('text_proj.bias', new Matrix(1, projectionBias.length, projectionBias), 1, d);
    assertShape('classifier.weight', classifier, 2, d);
    assertShape('classifier.bias', new Matrix(1, classifierBias.length, classifierBias), 1, 2);
    assertUnique(models, 'model name');
    this.models = models;
    this.modelEmbeddings = modelEmbeddings;
    this.projection = projection;
    this.projectionBias = projectionBias;
    this.classifier = classifier;
    this.classifierBias = classifierBias;
    this.#modelDirections = new Matrix(models.length, d);
    for (let model = 0; model < models.length; model++) {
      for (let k = 0; k < d; k++) {
        this.#modelDirections.data[model * d + k] =
          modelEmbeddings.at(model, k) * (classifier.at(1, k) - classifier.at(0, k));
      }
    }
  }

  /** D, the length of a question embedding. */
  get questionDimensions(): number {
    return this.projection.cols;
  }

  /** d, the length of a model embedding. */
  get dimensions(): number {
    return this.modelEmbeddings.cols;
  }

  /**
   * u_m = p_m * (w_1 - w_0), shape [M, d]: the embeddings as the logits see them. Models with equal
   * directions get equal logits on every question, whatever the scale of their embeddings; what
   * compares models should compare these. Not a copy: only for reading.
   */
  get modelDirections(): Matrix {
    return this.#modelDirections;
  }

  /**
   * Logits z of every model on every question, as two products: 2 Q d (D + M) FLOPs.
   *
   * @param questions - Question embeddings, shape [Q, D].
   * @returns shape [Q, M].
   * @throws EmbedLLMError `shape-mismatch` when the questions have another dimension,
   * `not-finite` when they hold NaN or an infinity or are so large that scores overflow.
   */
  score(questions: Matrix): Matrix {
    assertQuestions(questions, this.questionDimensions);
    const projected = multiplyTransposed(questions, this.projection, this.projectionBias);
    const scores = multiplyTransposed(projected, this.#modelDirections, this.#intercepts());
    // Finite factors can still overflow 32-bit floats.
    assertFinite(scores, 'scores');
    return scores;
  }

  /**
   * Probabilities that each model answers each question correctly, shape [Q, M].
   *
   * @param questions - Question embeddings, shape [Q, D].
   * @throws EmbedLLMError `shape-mismatch` when the questions have another dimension,
   * `not-finite` when they hold NaN or an infinity or are so large that scores overflow.
   */
  predictProbabilities(questions: Matrix): Matrix {
    return sigmoid(this.score(questions));
  }

  /**
   * Folds projection and embeddings into one [M, D] matrix: 2 Q M D FLOPs a score, less than
   * the two products when M < d D / (D - d), and always when d ≥ D. At the published size, d = 232
   * and D = 768, that is below 332 models: the better form for most pools.
   */
  fold(): FoldedModel {
    const { rows: d, cols: D } = this.projection;
    const projectionTransposed = new Matrix(D, d);
    for (let k = 0; k < d; k++) {
      for (let j = 0; j < D; j++) projectionTransposed.data[j * d + k] = this.projection.at(k, j);
    }
    const weights = multiplyTransposed(this.#modelDirections, projectionTransposed);
    const bias = multiplyTransposed(this.#modelDirections, new Matrix(1, d, this.projectionBias), [
      this.#logitOffset(),
    ]);
    return new FoldedModel({ models: this.models, weights, bias: bias.data });
  }

  #logitOffset(): number {
    return this.classifierBias[1]! - this.classifierBias[0]!;
  }

  #intercepts(): Float32Array {
    return new Float32Array(this.models.length).fill(this.#logitOffset());
  }
}

function assertShape(name: string, tensor: Matrix, rows: number, cols: number): void {
  if (tensor.rows !== rows || tensor.cols !== cols) {
    throw new EmbedLLMError(
      `${name} must have the shape [${rows}, ${cols}], but has [${tensor.rows}, ${tensor.cols}].`,
      { code: 'shape-mismatch' },
    );
  }
  assertFinite(tensor, `values of ${name}`);
}
