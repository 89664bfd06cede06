import { DataError, type DataLocation, describeLocation, EmbedLLMError } from '../errors.js';
import { CorrectnessMatrix, MISSING } from './correctness-matrix.js';
import { restride } from './label-grid.js';
import { LabelPlaces } from './label-places.js';
import { describeValue, Vocabulary } from './vocabulary.js';

/** One answer of one model to one question, judged. */
export interface ResponseRecord {
  /** Id of the question; not empty. */
  readonly question: string;
  /** Name of the model; not empty. */
  readonly model: string;
  /** Exactly 1 for a correct answer, exactly 0 for an incorrect one. */
  readonly label: number;
  /**
   * Where the record stands, for error messages; `field` names the column of the label.
   *
   * @default the record's number, counted from 1
   */
  readonly location?: DataLocation | undefined;
}

/** What a `CorrectnessBuilder` may assume about its records. */
export interface CorrectnessBuilderOptions {
  /**
   * The only question ids that may occur, in the order of the result's rows.
   *
   * @default whatever occurs, in order of first appearance
   */
  readonly questions?: readonly string[] | undefined;
  /**
   * The only model names that may occur, in the order of the result's columns.
   *
   * @default whatever occurs, in order of first appearance
   */
  readonly models?: readonly string[] | undefined;
  /**
   * Largest number of questions times models, an integer ≥ 1: stops input whose columns are mixed
   * up before it takes all memory.
   *
   * @default 268435456, which is 2^28 and 66 times the published data
   */
  readonly maxCells?: number | undefined;
}

/**
 * Collects responses, one at a time, into a `CorrectnessMatrix`.
 *
 * Keeps 7 bytes for each question and model (the label, its row number and its file) and some
 * room to grow: about 40 MB for the 36,054 questions x 112 models of the published data, which
 * take about a second.
 *
 * @example
 * const builder = new CorrectnessBuilder();
 * builder.add({ question: 'q1', model: 'llama-3-8b', label: 1 });
 * builder.add({ question: 'q1', model: 'qwen-2-7b', label: 0 });
 * const correctness = builder.build();
 */
export class CorrectnessBuilder {
  readonly #questions: Vocabulary;
  readonly #models: Vocabulary;
  readonly #maxCells: number;
  readonly #places = new LabelPlaces();
  /** Shape [#rows, #stride], row-major; both grow. */
  #labels = new Uint8Array(0);
  #rows = 0;
  #stride = 0;
  #records = 0;
  #duplicates = 0;

  /** @throws EmbedLLMError `invalid-argument` when a given name is empty or occurs twice. */
  constructor(options: CorrectnessBuilderOptions = {}) {
    const { questions, models, maxCells = 2 ** 28 } = options;
    if (!Number.isSafeInteger(maxCells) || maxCells < 1) {
      throw new EmbedLLMError(
        'invalid-argument',
        `maxCells must be an integer of at least 1, but is ${maxCells}.`,
      );
    }
    this.#questions = new Vocabulary('question', questions);
    this.#models = new Vocabulary('model', models);
    this.#maxCells = maxCells;
  }

  /** How many records repeated a label that was already there. */
  get duplicates(): number {
    return this.#duplicates;
  }

  /**
   * Adds one response. A record that is refused changes no label.
   *
   * @throws DataError `invalid-data` when the label is not exactly 0 or 1, an id is empty or not
   * in the vocabulary given, or the matrix would pass `maxCells`; `conflicting-labels`, naming
   * both places, when the same question and model already has the other label.
   */
  add(record: ResponseRecord): void {
    const { question, model, label } = record;
    this.#records++;
    const location = record.location ?? { row: this.#records };
    if (label !== 0 && label !== 1) {
      throw new DataError(`the label must be 0 or 1, but is ${describeValue(label)}.`, {
        ...location,
        field: location.field ?? 'label',
      });
    }
    const row = this.#questions.find(question, location);
    const col = this.#models.find(model, location);
    this.#reserve(row, col, location);
    this.#questions.accept(question, row);
    this.#models.accept(model, col);
    const cell = row * this.#stride + col;
    const present = this.#labels[cell];
    if (present === MISSING) {
      this.#labels[cell] = label;
      this.#places.set(cell, location);
    } else if (present === label) {
      this.#duplicates++;
    } else {
      const first = describeLocation(this.#places.get(cell));
      throw new DataError(
        `model ${JSON.stringify(model)} on question ${JSON.stringify(question)} is labelled ${label} here but ${present} at ${first || 'an earlier record'}. Remove the wrong one.`,
        location,
        { code: 'conflicting-labels' },
      );
    }
  }

  /** A matrix of all records so far, shape [Q, M]; the builder can go on. */
  build(): CorrectnessMatrix {
    const questions = this.#questions.names();
    const models = this.#models.names();
    const labels = new Uint8Array(questions.length * models.length).fill(MISSING);
    const rows = Math.min(this.#rows, questions.length);
    const cols = Math.min(this.#stride, models.length);
    for (let row = 0; row < rows; row++) {
      const start = row * this.#stride;
      labels.set(this.#labels.subarray(start, start + cols), row * models.length);
    }
    return new CorrectnessMatrix({ questions, models, labels });
  }

  /** Makes room for the cell (row, col). */
  #reserve(row: number, col: number, location: DataLocation): void {
    if (row < this.#rows && col < this.#stride) return;
    const neededRows = Math.max(this.#questions.size, row + 1);
    const neededCols = Math.max(this.#models.size, col + 1);
    if (neededRows * neededCols > this.#maxCells) {
      throw new DataError(
        `${neededRows} questions x ${neededCols} models are more than the ${this.#maxCells} labels allowed. Is the right column read as the model? Otherwise raise maxCells.`,
        location,
      );
    }
    let rows = roomFor(neededRows, this.#rows);
    let cols = roomFor(neededCols, this.#stride);
    if (rows * cols > this.#maxCells) {
      // Near the limit columns go without reserve, and rows take what is left.
      cols = neededCols;
      rows = Math.min(rows, Math.floor(this.#maxCells / cols));
    }
    const from = { rows: this.#rows, stride: this.#stride };
    const to = { rows, stride: cols };
    this.#labels = restride(this.#labels, new Uint8Array(rows * cols).fill(MISSING), from, to);
    this.#places.restride(from, to);
    this.#rows = rows;
    this.#stride = cols;
  }
}

/** The present room where it suffices, else half as much again. */
function roomFor(needed: number, present: number): number {
  return needed <= present ? present : Math.max(needed, Math.ceil(1.5 * present));
}

/**
 * Collects an iterable of responses; see `CorrectnessBuilder`.
 *
 * @returns the matrix, and how many records repeated a label that was already there.
 * @throws DataError as `CorrectnessBuilder.add` does.
 */
export function correctnessFromRecords(
  records: Iterable<ResponseRecord>,
  options?: CorrectnessBuilderOptions,
): { correctness: CorrectnessMatrix; duplicates: number } {
  const builder = new CorrectnessBuilder(options);
  for (const record of records) builder.add(record);
  return { correctness: builder.build(), duplicates: builder.duplicates };
}
