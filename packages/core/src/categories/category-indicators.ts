import { checkNumber, EmbedLLMError } from '@embedllm/internals';
import { assertUnique } from '../correctness/assert-unique.js';
import { assertFinite } from '../matrix/assert-finite.js';
import { Matrix } from '../matrix/matrix.js';
import { multiplyTransposed } from '../matrix/multiply.js';
import { assertQuestions } from '../model/assert-questions.js';

/** What `CategoryIndicators` are made of; K categories, D dimensions of a question embedding. */
export interface CategoryIndicatorsOptions {
  /** Names of the categories, K ≥ 2 of them, unique. */
  readonly categories: readonly string[];
  /** Share of the training questions in each category, length K: above 0, together 1. */
  readonly shares: Float32Array;
  /** What an indicator is multiplied by, from 0: how freely a model may differ by category. */
  readonly scale: number;
  /** Of the classifiers that tell categories by text, one for each, shape [K, D]. */
  readonly weights: Matrix;
  /** Intercepts of the classifiers, length K. */
  readonly bias: Float32Array;
}

/**
 * Appends to a question embedding x which category the question is of: s (i - p), where i is 1 at
 * its category and 0 elsewhere, p are the shares of the training questions and s is a scale. Weights
 * on these columns under a ridge λ are effects of model and category with variance s² / λ, so that
 * a model trained on the longer vectors is one with random effects (Laird and Ware 1982).
 *
 * Where the category is not known, i are the probabilities that logistic regressions on x, one for
 * each category against the others, give it, scaled to add up to 1. Zeros in their place would
 * stand for a question of average category, which no question is, and predict badly.
 *
 * Made by `fitCategoryIndicators` of @embedllm/trainer; immutable.
 */
export class CategoryIndicators {
  /** K names, in the order of the appended columns. */
  readonly categories: readonly string[];
  /** Length K. */
  readonly shares: Float32Array;
  readonly scale: number;
  /** Shape [K, D]. */
  readonly weights: Matrix;
  /** Length K. */
  readonly bias: Float32Array;
  readonly #columns: ReadonlyMap<string, number>;

  /**
   * @throws EmbedLLMError `shape-mismatch` when shapes disagree, `not-finite` on NaN or infinity,
   * `invalid-argument` on fewer than two categories, a repeated one, a negative scale, or shares that
   * are not above 0 or do not add up to 1.
   */
  constructor({ categories, shares, scale, weights, bias }: CategoryIndicatorsOptions) {
    const K = categories.length;
    if (K < 2) {
      throw new EmbedLLMError(
        `Categories distinguish questions only if there are at least two, but there ${K === 1 ? `is one, ${JSON.stringify(categories[0])}` : 'are none'}.`,
        { code: 'invalid-argument' },
      );
    }
    assertUnique(categories, 'category');
    if (shares.length !== K || bias.length !== K || weights.rows !== K) {
      throw new EmbedLLMError(
        `${K} categories need ${K} shares, weight rows and biases, but there are ${shares.length}, ${weights.rows} and ${bias.length}.`,
        { code: 'shape-mismatch' },
      );
    }
    assertFinite(weights, 'weights of the categories');
    assertFinite(new Matrix(1, K, bias), 'biases of the categories');
    const sum = shares.reduce((total, share) => total + share, 0);
    if (!shares.every((share) => share > 0) || !(Math.abs(sum - 1) < 1e-3)) {
      throw new EmbedLLMError(
        `The shares of the categories must be above 0 and add up to 1, but are ${[...shares].join(', ')}.`,
        { code: 'invalid-argument' },
      );
    }
    checkNumber('The scale of the category indicators', scale, { min: 0 });
    this.categories = categories;
    this.shares = shares;
    this.scale = scale;
    this.weights = weights;
    this.bias = bias;
    this.#columns = new Map(categories.map((category, column) => [category, column]));
  }

  /** D, the length of the embeddings that indicators are appended to. */
  get questionDimensions(): number {
    return this.weights.cols;
  }

  /** D + K, the length of the result. */
  get dimensions(): number {
    return this.weights.cols + this.categories.length;
  }

  /** Whether the category is one that training knew. */
  has(category: string): boolean {
    return this.#columns.has(category);
  }

  /**
   * The probability of each category given the embeddings alone: 2 Q D K FLOPs.
   *
   * @param embeddings - Shape [Q, D].
   * @returns shape [Q, K]; rows add up to 1.
   * @throws EmbedLLMError `shape-mismatch`, `not-finite`.
   */
  infer(embeddings: Matrix): Matrix {
    assertQuestions(embeddings, this.questionDimensions);
    const logits = multiplyTransposed(embeddings, this.weights, this.bias);
    assertFinite(logits, 'logits of the categories');
    for (let row = 0; row < logits.rows; row++) normalizeOdds(logits.row(row));
    return logits;
  }

  /**
   * Embeddings with their indicators.
   *
   * @param embeddings - Shape [Q, D].
   * @param categories - The category of each question, length Q; `undefined`, for one question or
   * for all, where it is to be inferred.
   * @returns shape [Q, D + K].
   * @throws EmbedLLMError `shape-mismatch` on another dimension or number of categories,
   * `not-finite`, `invalid-argument` on a category that training did not have.
   */
  append(embeddings: Matrix, categories?: readonly (string | undefined)[]): Matrix {
    const { rows, cols: D } = embeddings;
    const columns = this.#columnsOf(categories, rows);
    const isKnown = columns.length > 0 && !columns.includes(undefined);
    if (isKnown) assertQuestions(embeddings, this.questionDimensions);
    const inferred = isKnown ? undefined : this.infer(embeddings);
    const result = new Matrix(rows, this.dimensions);
    for (let row = 0; row < rows; row++) {
      const target = result.row(row);
      target.set(embeddings.row(row));
      const column = columns[row];
      for (let k = 0; k < this.categories.length; k++) {
        const indicator =
          column === undefined ? (inferred?.at(row, k) as number) : Number(k === column);
        target[D + k] = this.scale * (indicator - this.shares[k]!);
      }
    }
    return result;
  }

  /**
   * Checks categories as `append` does, before the embeddings are made.
   *
   * @param questions - Q.
   * @throws EmbedLLMError `shape-mismatch` on another number of categories, `invalid-argument` on
   * one that training did not have.
   */
  assertKnown(categories: readonly (string | undefined)[] | undefined, questions: number): void {
    this.#columnsOf(categories, questions);
  }

  #columnsOf(
    categories: readonly (string | undefined)[] | undefined,
    questions: number,
  ): (number | undefined)[] {
    if (categories === undefined) return [];
    if (categories.length !== questions) {
      throw new EmbedLLMError(
        `There are ${categories.length} categories for ${questions} questions.`,
        { code: 'shape-mismatch' },
      );
    }
    return categories.map((category, question) => {
      if (category === undefined) return undefined;
      const column = this.#columns.get(category);
      if (column !== undefined) return column;
      throw new EmbedLLMError(
        `Question ${question} has the category ${JSON.stringify(category)}, which does not occur in training. Leave it undefined to infer it from the text. Available: ${listed(this.categories)}.`,
        { code: 'invalid-argument' },
      );
    });
  }
}

/** Replaces logits z by σ(z) / Σ σ(z), in place, by logarithms: all may be far below zero. */
function normalizeOdds(row: Float32Array): void {
  const logarithms = Array.from(row, (z) => Math.min(z, 0) - Math.log1p(Math.exp(-Math.abs(z))));
  const largest = Math.max(...logarithms);
  const odds = logarithms.map((value) => Math.exp(value - largest));
  const sum = odds.reduce((total, value) => total + value, 0);
  odds.forEach((value, k) => {
    row[k] = value / sum;
  });
}

/** How many names an error message lists. */
const LISTED = 10;

function listed(names: readonly string[]): string {
  const shown = names.slice(0, LISTED).map((name) => JSON.stringify(name));
  const rest = names.length - shown.length;
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ');
}
