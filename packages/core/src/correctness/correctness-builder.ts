import {
  advice,
  checkInteger,
  DataError,
  type DataLocation,
  describeLocation,
  namedOption,
} from '@embedllm/internals';
import { CorrectnessMatrix } from './correctness-matrix.js';
import { moveLabels } from './label-collector.js';
import { SPARSE_DENSITY } from './label-entries.js';
import { LabelGrid } from './label-grid.js';
import { LabelList } from './label-list.js';
import { MISSING } from './label-storage.js';
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
   * The record's location, for error messages; `field` names the column of the label.
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
   * Largest number of questions times models, or where it is less of 20 times the labels, an
   * integer ≥ 1: stops input whose columns are mixed up before it takes all memory.
   *
   * @default 268435456, which is 2^28 and 66 times the published data
   */
  readonly maxCells?: number | undefined;
  /**
   * How the matrix keeps its labels; see `CorrectnessMatrix`.
   *
   * @default 'sparse' where fewer than 5% of the labels are observed
   */
  readonly storage?: 'dense' | 'sparse' | undefined;
}

/** Cells from which on few labels are collected as a list, not in a table of 7 bytes a cell. */
const LIST_FROM_CELLS: number = 2 ** 24;

/** A label in the list takes as much as this many cells of the table, or less. */
const CELLS_PER_LISTED: number = 1 / SPARSE_DENSITY;

/**
 * Collects responses, one at a time, into a `CorrectnessMatrix`.
 *
 * Keeps 7 bytes for each question and model (the label, its row number and its file) and some
 * room to grow: about 40 MB for the 36,054 questions x 112 models of the published data, which
 * take about a second. Where few of more than 2^24 labels are there, it keeps about 30 bytes for
 * each that is.
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
  readonly #storage: 'dense' | 'sparse' | undefined;
  #labels: LabelGrid | LabelList = new LabelGrid();
  #records = 0;
  #duplicates = 0;

  /** @throws EmbedLLMError `invalid-argument` when a given name is empty or occurs twice. */
  constructor(options: CorrectnessBuilderOptions = {}) {
    const { questions, models, maxCells = 2 ** 28, storage } = options;
    checkInteger('maxCells', maxCells, { min: 1 });
    this.#questions = new Vocabulary('question', questions);
    this.#models = new Vocabulary('model', models);
    this.#maxCells = maxCells;
    this.#storage = storage;
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
    const present = this.#labels.get(row, col);
    if (present === MISSING) {
      this.#labels.add(row, col, label, location);
    } else if (present === label) {
      this.#duplicates++;
    } else {
      const first = describeLocation(this.#labels.placeOf(row, col));
      throw new DataError(
        `model ${JSON.stringify(model)} on question ${JSON.stringify(question)} is labelled ${label} here but ${present} at ${first || 'an earlier record'}. Remove the wrong one.`,
        { ...location, code: 'conflicting-labels' },
      );
    }
  }

  /**
   * Takes a question and a model in that have no label together, as where a model was not asked.
   *
   * @throws DataError where either is not a listed one.
   */
  mention({ question, model, location }: Omit<ResponseRecord, 'label'>): void {
    this.#records++;
    const place = location ?? { row: this.#records };
    const row = this.#questions.find(question, place);
    const col = this.#models.find(model, place);
    this.#reserve(row, col, place);
    this.#questions.accept(question, row);
    this.#models.accept(model, col);
  }

  /** A matrix of all records so far, shape [Q, M]; the builder can continue. */
  build(): CorrectnessMatrix {
    const questions = this.#questions.names();
    const models = this.#models.names();
    const cells = questions.length * models.length;
    const storage =
      this.#storage ?? (this.#labels.size < SPARSE_DENSITY * cells ? 'sparse' : 'dense');
    const labels =
      storage === 'dense' && this.#labels instanceof LabelGrid
        ? this.#labels.table(questions.length, models.length)
        : this.#labels.entries();
    return new CorrectnessMatrix({ questions, models, labels, storage });
  }

  /** Makes room for the cell (row, col). */
  #reserve(row: number, col: number, location: DataLocation): void {
    const labels = this.#labels;
    if (labels instanceof LabelGrid && labels.has(row, col)) return;
    const rows = Math.max(this.#questions.size, row + 1);
    const cols = Math.max(this.#models.size, col + 1);
    const cells = rows * cols;
    const listed = CELLS_PER_LISTED * (labels.size + 1);
    if (Math.min(cells, listed) > this.#maxCells) {
      throw new DataError(
        advice`${rows} questions x ${cols} models exceed the limit of ${this.#maxCells} labels. Is the right column read as the model? If so, raise ${namedOption('maxCells')}.`,
        location,
      );
    }
    if (labels instanceof LabelList) {
      // Twice as many, so that it does not go back and forth.
      if (cells <= this.#maxCells && listed > 2 * cells) {
        const grid = new LabelGrid();
        grid.grow(rows, cols, this.#maxCells);
        this.#labels = moveLabels(labels, grid);
      }
    } else if (cells > this.#maxCells || (cells > LIST_FROM_CELLS && listed < cells)) {
      this.#labels = moveLabels(labels, new LabelList());
    } else {
      labels.grow(rows, cols, this.#maxCells);
    }
  }
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
