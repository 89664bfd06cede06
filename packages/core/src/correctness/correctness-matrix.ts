import { EmbedLLMError } from '@embedllm/internals';
import { assertUnique } from './assert-unique.js';
import { DenseLabels } from './dense-labels.js';
import { assertEntries, type LabelEntries, SPARSE_DENSITY } from './label-entries.js';
import { type LabelStorage, type LabelVisitor, MISSING } from './label-storage.js';
import { SparseLabels } from './sparse-labels.js';

/** What a `CorrectnessMatrix` is made of. */
export interface CorrectnessMatrixOptions {
  /** Question ids, Q of them, unique. */
  readonly questions: readonly string[];
  /** Model names, M of them, unique. */
  readonly models: readonly string[];
  /**
   * Either a row-major table [Q, M] of 1, 0 and `MISSING`, which is wrapped without copying, or the
   * observed labels alone, in any order.
   *
   * @default all missing
   */
  readonly labels?: Uint8Array | LabelEntries | undefined;
  /**
   * How entries are kept; both give the same answers. A table takes a byte for each question and
   * model, sparse rows take 5 bytes for each observed label.
   *
   * @default 'sparse' where fewer than 5% of the labels are observed
   */
  readonly storage?: 'dense' | 'sparse' | undefined;
}

/**
 * Which model answered which question correctly: labels of shape [Q, M], missing allowed.
 *
 * Labels are in the order of questions, because training and scoring walk over tiles of questions
 * for all models at once. Where few are observed they are kept sparse; no method shows the
 * difference, but `labels`, `row` and `tile` are then copies.
 */
export class CorrectnessMatrix {
  /** Question ids, Q of them, unique. */
  readonly questions: readonly string[];
  /** Model names, M of them, unique. */
  readonly models: readonly string[];
  // Not #private, so that comparing two matrices deeply compares their labels.
  private readonly stored: LabelStorage;

  /**
   * @throws EmbedLLMError `shape-mismatch` on a wrong length, `invalid-data` on a label that is
   * not 0, 1 or `MISSING` and on a question and model with two entries, `invalid-argument` on
   * repeated names and indices out of range.
   */
  constructor(options: CorrectnessMatrixOptions) {
    const { questions, models, labels } = options;
    assertUnique(questions, 'question id');
    assertUnique(models, 'model name');
    this.questions = questions;
    this.models = models;
    this.stored =
      labels === undefined || labels instanceof Uint8Array
        ? new DenseLabels(checkedTable(options, labels), models.length)
        : storeEntries(options, labels);
  }

  /** Q, the number of questions. */
  get questionCount(): number {
    return this.questions.length;
  }

  /** M, the number of models. */
  get modelCount(): number {
    return this.models.length;
  }

  /** How the labels are kept, for those who care about memory. */
  get storage(): 'dense' | 'sparse' {
    return this.stored.kind;
  }

  /**
   * Row-major [Q, M]: 1 correct, 0 incorrect, `MISSING` not asked. Of a sparse matrix it is a new
   * array of Q x M bytes each time: prefer `forEachLabel`, `row` and `tile`.
   */
  get labels(): Uint8Array {
    return this.tile(0, this.questionCount);
  }

  /** The label of a question and a model by index, or `undefined` where it is missing. */
  get(question: number, model: number): 0 | 1 | undefined {
    const label = this.stored.get(question, model);
    return label === 0 || label === 1 ? label : undefined;
  }

  /** One question's labels for all models, length M; only to be read. */
  row(question: number): Uint8Array {
    return this.tile(question, question + 1);
  }

  /** The labels of the questions from `start` to `end`, row-major [end - start, M]; only to be read. */
  tile(start: number, end: number): Uint8Array {
    return this.stored.tile(start, end);
  }

  /** Visits the observed labels, question by question, the models of each in ascending order. */
  forEachLabel(visit: LabelVisitor): void {
    this.stored.forEach(visit, [0, this.questionCount]);
  }

  /** How many of the Q x M labels are present. */
  countObserved(): number {
    return this.stored.countObserved();
  }

  /**
   * A copy with the given questions, by index, in the given order.
   *
   * @throws EmbedLLMError `invalid-argument` when an index is out of range or occurs twice.
   */
  selectQuestions(indices: ArrayLike<number>): CorrectnessMatrix {
    const { models } = this;
    const questions = Array.from(indices, (index) => nameAt(this.questions, index, 'question'));
    if (this.stored.kind === 'sparse') {
      return this.#selectEntries(questions, models, (visit) => {
        for (let target = 0; target < indices.length; target++) {
          const source = indices[target]!;
          this.stored.forEach(
            (_, model, label) => {
              visit(target, model, label);
            },
            [source, source + 1],
          );
        }
      });
    }
    const labels = new Uint8Array(indices.length * models.length);
    for (let target = 0; target < indices.length; target++) {
      labels.set(this.row(indices[target]!), target * models.length);
    }
    return new CorrectnessMatrix({ questions, models, labels });
  }

  /**
   * A copy with the given models, by index, in the given order.
   *
   * @throws EmbedLLMError `invalid-argument` when an index is out of range or occurs twice.
   */
  selectModels(indices: ArrayLike<number>): CorrectnessMatrix {
    const { questions } = this;
    const models = Array.from(indices, (index) => nameAt(this.models, index, 'model'));
    if (this.stored.kind === 'sparse') {
      const targets = new Int32Array(this.modelCount).fill(-1);
      for (let target = 0; target < indices.length; target++) {
        targets[indices[target]!] = target;
      }
      return this.#selectEntries(questions, models, (visit) => {
        this.forEachLabel((question, model, label) => {
          const target = targets[model]!;
          if (target >= 0) visit(question, target, label);
        });
      });
    }
    const labels = new Uint8Array(questions.length * models.length);
    for (let question = 0, target = 0; question < questions.length; question++) {
      const row = this.row(question);
      for (let index = 0; index < models.length; index++) {
        labels[target++] = row[indices[index]!]!;
      }
    }
    return new CorrectnessMatrix({ questions, models, labels });
  }

  /** A sparse matrix of the labels that `visitAll` visits, which it does twice. */
  #selectEntries(
    questions: readonly string[],
    models: readonly string[],
    visitAll: (visit: LabelVisitor) => void,
  ): CorrectnessMatrix {
    let count = 0;
    visitAll(() => {
      count++;
    });
    const entries = {
      questions: new Uint32Array(count),
      models: new Uint32Array(count),
      labels: new Uint8Array(count),
    };
    let next = 0;
    visitAll((question, model, label) => {
      entries.questions[next] = question;
      entries.models[next] = model;
      entries.labels[next++] = label;
    });
    return new CorrectnessMatrix({ questions, models, labels: entries, storage: 'sparse' });
  }
}

function checkedTable(
  { questions, models }: CorrectnessMatrixOptions,
  given: Uint8Array | undefined,
): Uint8Array {
  const size = questions.length * models.length;
  const labels = given ?? new Uint8Array(size).fill(MISSING);
  if (labels.length !== size) {
    throw new EmbedLLMError(
      `${questions.length} questions x ${models.length} models need ${size} labels, but ${labels.length} were given.`,
      { code: 'shape-mismatch' },
    );
  }
  for (let index = 0; index < size; index++) {
    const label = labels[index]!;
    if (label > 1 && label !== MISSING) {
      const question = questions[Math.floor(index / models.length)];
      const model = models[index % models.length];
      throw new EmbedLLMError(
        `Label ${label} of model ${model} on question ${question} is not 0, 1 or missing (${MISSING}).`,
        { code: 'invalid-data' },
      );
    }
  }
  return labels;
}

function storeEntries(options: CorrectnessMatrixOptions, entries: LabelEntries): LabelStorage {
  const { questions, models } = options;
  assertEntries(entries, options);
  const sparse = new SparseLabels(entries, questions.length, models.length);
  const repeated = sparse.firstRepeated();
  if (repeated !== undefined) {
    throw new EmbedLLMError(
      `Model ${models[repeated.model]} on question ${questions[repeated.question]} has two entries.`,
      { code: 'invalid-data' },
    );
  }
  const few = entries.labels.length < SPARSE_DENSITY * questions.length * models.length;
  if ((options.storage ?? (few ? 'sparse' : 'dense')) === 'sparse') return sparse;
  return new DenseLabels(sparse.tile(0, questions.length), models.length);
}

function nameAt(names: readonly string[], index: number, what: string): string {
  const name = names[index];
  if (name === undefined) {
    throw new EmbedLLMError(`There is no ${what} ${index}: there are only ${names.length}.`, {
      code: 'invalid-argument',
    });
  }
  return name;
}
