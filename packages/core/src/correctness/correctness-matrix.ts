import { EmbedLLMError } from '../errors.js';
import { assertUnique } from './assert-unique.js';

/** The value that stands for "this model was not asked this question". */
export const MISSING = 255;

/**
 * Which model answered which question correctly: labels of shape [Q, M], missing allowed.
 *
 * Labels are stored question by question (`labels[question * M + model]`, one byte each), because
 * training and scoring walk over tiles of questions for all models at once.
 */
export class CorrectnessMatrix {
  /** Question ids, Q of them, unique. */
  readonly questions: readonly string[];
  /** Model names, M of them, unique. */
  readonly models: readonly string[];
  /** Row-major [Q, M]: 1 correct, 0 incorrect, `MISSING` not asked. */
  readonly labels: Uint8Array;

  /**
   * @param options.labels - Wrapped without copying; all missing when left out.
   * @throws EmbedLLMError `shape-mismatch` on a wrong length, `invalid-data` on a label that is
   * not 0, 1 or `MISSING`, `invalid-argument` on repeated names.
   */
  constructor(options: {
    questions: readonly string[];
    models: readonly string[];
    labels?: Uint8Array;
  }) {
    const { questions, models } = options;
    const size = questions.length * models.length;
    const labels = options.labels ?? new Uint8Array(size).fill(MISSING);
    if (labels.length !== size) {
      throw new EmbedLLMError(
        'shape-mismatch',
        `${questions.length} questions x ${models.length} models need ${size} labels, but ${labels.length} were given.`,
      );
    }
    assertUnique(questions, 'question id');
    assertUnique(models, 'model name');
    for (let index = 0; index < size; index++) {
      const label = labels[index] as number;
      if (label > 1 && label !== MISSING) {
        const question = questions[Math.floor(index / models.length)];
        const model = models[index % models.length];
        throw new EmbedLLMError(
          'invalid-data',
          `Label ${label} of model ${model} on question ${question} is not 0, 1 or missing (${MISSING}).`,
        );
      }
    }
    this.questions = questions;
    this.models = models;
    this.labels = labels;
  }

  /** Q, the number of questions. */
  get questionCount(): number {
    return this.questions.length;
  }

  /** M, the number of models. */
  get modelCount(): number {
    return this.models.length;
  }

  /** The label of a question and a model by index, or `undefined` where it is missing. */
  get(question: number, model: number): 0 | 1 | undefined {
    const label = this.labels[question * this.models.length + model];
    return label === 0 || label === 1 ? label : undefined;
  }

  /** One question's labels for all models, length M, as a view. */
  row(question: number): Uint8Array {
    const width = this.models.length;
    return this.labels.subarray(question * width, (question + 1) * width);
  }

  /** How many of the Q x M labels are present. */
  countObserved(): number {
    let observed = 0;
    // An index loop: iterating a typed array with for-of takes several times as long.
    for (let index = 0; index < this.labels.length; index++) {
      if (this.labels[index] !== MISSING) observed++;
    }
    return observed;
  }

  /**
   * A copy with the given questions, by index, in the given order.
   *
   * @throws EmbedLLMError `invalid-argument` when an index is out of range or occurs twice.
   */
  selectQuestions(indices: ArrayLike<number>): CorrectnessMatrix {
    const width = this.models.length;
    const labels = new Uint8Array(indices.length * width);
    const questions = Array.from(indices, (source, target) => {
      labels.set(this.row(source), target * width);
      return nameAt(this.questions, source, 'question');
    });
    return new CorrectnessMatrix({ questions, models: this.models, labels });
  }

  /**
   * A copy with the given models, by index, in the given order.
   *
   * @throws EmbedLLMError `invalid-argument` when an index is out of range or occurs twice.
   */
  selectModels(indices: ArrayLike<number>): CorrectnessMatrix {
    const models = Array.from(indices, (index) => nameAt(this.models, index, 'model'));
    const labels = new Uint8Array(this.questions.length * models.length);
    for (let question = 0, target = 0; question < this.questions.length; question++) {
      const row = this.row(question);
      for (let index = 0; index < models.length; index++) {
        labels[target++] = row[indices[index] as number] as number;
      }
    }
    return new CorrectnessMatrix({ questions: this.questions, models, labels });
  }
}

function nameAt(names: readonly string[], index: number, what: string): string {
  const name = names[index];
  if (name === undefined) {
    throw new EmbedLLMError(
      'invalid-argument',
      `There is no ${what} ${index}: there are ${names.length}.`,
    );
  }
  return name;
}
