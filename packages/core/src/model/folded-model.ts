import { EmbedLLMError } from '@embedllm/internals';
import { assertUnique } from '../correctness/assert-unique.js';
import { assertFinite } from '../matrix/assert-finite.js';
import { Matrix } from '../matrix/matrix.js';
import { multiplyTransposed } from '../matrix/multiply.js';
import { assertQuestions } from './assert-questions.js';
import { sigmoid } from './sigmoid.js';

/** One logistic regression per model: z = weights_m . x + bias_m. */
export class FoldedModel {
  /** Names of the models, M of them. */
  readonly models: readonly string[];
  /** Shape [M, D]. */
  readonly weights: Matrix;
  /** Length M. */
  readonly bias: Float32Array;

  /**
   * @throws EmbedLLMError `shape-mismatch` when the counts of names, rows and biases differ,
   * `not-finite` on NaN or infinity, `invalid-argument` when a model's name occurs twice.
   */
  constructor(options: { models: readonly string[]; weights: Matrix; bias: Float32Array }) {
    const { models, weights, bias } = options;
    if (weights.rows !== models.length || bias.length !== models.length) {
      throw new EmbedLLMError(
        `${models.length} models need ${models.length} weight rows and biases, but there are ${weights.rows} and ${bias.length}.`,
        { code: 'shape-mismatch' },
      );
    }
    assertFinite(weights, 'folded weights');
    assertFinite(new Matrix(1, bias.length, bias), 'folded biases');
    assertUnique(models, 'model name');
    this.models = models;
    this.weights = weights;
    this.bias = bias;
  }

  /**
   * Logits, shape [Q, M], of question embeddings [Q, D]: 2 Q M D FLOPs.
   *
   * @throws EmbedLLMError `shape-mismatch` when the questions have another dimension,
   * `not-finite` when they hold NaN or an infinity or are so large that scores overflow.
   */
  score(questions: Matrix): Matrix {
    assertQuestions(questions, this.weights.cols);
    const scores = multiplyTransposed(questions, this.weights, this.bias);
    // Finite factors can still overflow 32-bit floats.
    assertFinite(scores, 'scores');
    return scores;
  }

  /**
   * Probabilities of a correct answer, shape [Q, M], of question embeddings [Q, D].
   *
   * @throws EmbedLLMError as `score` does.
   */
  predictProbabilities(questions: Matrix): Matrix {
    return sigmoid(this.score(questions));
  }
}
