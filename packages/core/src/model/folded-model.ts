import { EmbedLLMError } from '../errors.js';
import type { Matrix } from '../matrix/matrix.js';
import { multiplyTransposed } from '../matrix/multiply.js';
import { assertQuestions } from './factorization-model.js';
import { sigmoid } from './sigmoid.js';

/** One logistic regression per model: z = weights_m . x + bias_m. */
export class FoldedModel {
  /** Names of the models, M of them. */
  readonly models: readonly string[];
  /** Shape [M, D]. */
  readonly weights: Matrix;
  /** Length M. */
  readonly bias: Float32Array;

  /** @throws EmbedLLMError `shape-mismatch` when the counts of names, rows and biases differ. */
  constructor(options: { models: readonly string[]; weights: Matrix; bias: Float32Array }) {
    const { models, weights, bias } = options;
    if (weights.rows !== models.length || bias.length !== models.length) {
      throw new EmbedLLMError(
        'shape-mismatch',
        `${models.length} models need as many weight rows and biases, but there are ${weights.rows} and ${bias.length}.`,
      );
    }
    this.models = models;
    this.weights = weights;
    this.bias = bias;
  }

  /** Logits, shape [Q, M], of question embeddings [Q, D]: 2 Q M D FLOPs. */
  score(questions: Matrix): Matrix {
    assertQuestions(questions, this.weights.cols);
    return multiplyTransposed(questions, this.weights, this.bias);
  }

  /** Probabilities of a correct answer, shape [Q, M], of question embeddings [Q, D]. */
  predictProbabilities(questions: Matrix): Matrix {
    return sigmoid(this.score(questions));
  }
}
