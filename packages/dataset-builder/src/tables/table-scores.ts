import {
  advice,
  DataError,
  EmbedLLMError,
  type ModelInfo,
  namedOption,
  type Question,
} from '@embedllm/core';
import { describePlace, type Place, quoteBriefly } from '../csv/columns.js';
import { OutputLengths } from '../runs/output-lengths.js';
import type { RepeatPolicy } from '../runs/repeated-answers.js';
import { TableQuestions } from './table-questions.js';
import type { RecordPlace, TableRecord } from './table-record.js';

/** Options of `TableScores`. */
export interface TableScoresOptions {
  readonly onConflict: RepeatPolicy;
  readonly defaultCategory: string;
  /** Largest number of questions times models. */
  readonly maxCells: number;
  /** From where on a score is a vote for right, for a majority. @default scores are 0 or 1 */
  readonly threshold?: number | undefined;
}

/** The scores of one model, by question. */
interface ModelScores {
  readonly position: number;
  sums: Float64Array<ArrayBuffer>;
  counts: Uint32Array<ArrayBuffer>;
  /** Where the first score is from. */
  rows: Uint32Array<ArrayBuffer>;
  files: Uint16Array<ArrayBuffer>;
}

/** Collects the records of tables: each question, model and score once. Memory is 18 bytes a cell. */
export class TableScores {
  /** Records read. */
  records = 0;
  /** Records that say that a model was not asked. */
  notAsked = 0;
  /** Records that repeat a question and model. */
  duplicates = 0;
  readonly #options: TableScoresOptions;
  readonly #questions = new TableQuestions();
  readonly #models = new Map<string, ModelScores>();
  readonly #lengths = new OutputLengths();
  readonly #files: string[] = [];
  #room = 256;

  constructor(options: TableScoresOptions) {
    this.#options = options;
  }

  get models(): string[] {
    return [...this.#models.keys()];
  }

  /** The same, with the mean length of their answers where the tables have it. */
  get modelInfos(): ModelInfo[] {
    return this.#lengths.describe(this.models);
  }

  /** Records with the choices in a different order from the first record of the question. */
  get reordered(): number {
    return this.#questions.reordered;
  }

  /** What was said of questions, in the order of their first appearance. */
  get said(): { id: string; prompt: string | undefined; category: string | undefined }[] {
    return this.#questions.said;
  }

  /** In the order of their first appearance; without text and of the default category where none is said. */
  get questions(): Question[] {
    const { defaultCategory } = this.#options;
    return this.said.map(({ id, prompt = '', category = defaultCategory }) => ({
      id,
      prompt,
      category,
    }));
  }

  /** The score of a question and model by their positions; `undefined` where there is none. */
  get(question: number, model: string): number | undefined {
    const scores = this.#models.get(model);
    const count = scores?.counts[question] ?? 0;
    if (count === 0) return undefined;
    const mean = (scores?.sums[question] ?? 0) / count;
    return this.#options.onConflict === 'majority' ? Number(mean > 0.5) : mean;
  }

  /** The place of the first score of a question and model. */
  placeOf(question: number, model: string): Place {
    const scores = this.#models.get(model);
    return {
      file: this.#files[scores?.files[question] ?? 0] ?? '',
      row: scores?.rows[question] ?? 0,
    };
  }

  /**
   * @throws DataError `conflicting-labels` where a repeated score differs and nothing says which
   * stands, `invalid-data` where a question has another text or category than before.
   */
  add(record: TableRecord, place: RecordPlace): void {
    const { question: id, model, score: graded, outputTokens, ...said } = record;
    this.records++;
    const score = this.#vote(graded, place);
    const question = this.#note(id, said, place);
    const scores = this.#scoresOf(model, place);
    this.#lengths.note(scores.position, { outputTokens });
    if (score === null) {
      this.notAsked++;
      return;
    }
    const count = scores.counts[question] ?? 0;
    if (count === 0) {
      scores.sums[question] = score;
      scores.counts[question] = 1;
      scores.rows[question] = place.row;
      scores.files[question] = this.#fileIndex(place.file);
      return;
    }
    this.duplicates++;
    const present = (scores.sums[question] ?? 0) / count;
    switch (this.#options.onConflict) {
      case 'mean':
      case 'majority':
        scores.sums[question] = (scores.sums[question] ?? 0) + score;
        scores.counts[question] = count + 1;
        return;
      case 'replace':
        scores.sums[question] = score;
        return;
      case 'keep':
        return;
      case 'refuse':
        if (present !== score) throw this.#conflict({ id, model, score, present }, question, place);
    }
  }

  #vote(score: number | null, place: RecordPlace): number | null {
    const { onConflict, threshold } = this.#options;
    if (onConflict !== 'majority' || score === null) return score;
    if (threshold !== undefined) return score >= threshold ? 1 : 0;
    if (score === 0 || score === 1) return score;
    throw new DataError(
      advice`a majority needs right and wrong answers, but the score is graded. Set the lowest score that counts as correct with ${namedOption('threshold')}.`,
      { file: place.file, row: place.row, field: place.fields.score },
    );
  }

  #note(id: string, said: Pick<TableRecord, 'prompt' | 'category'>, place: RecordPlace): number {
    const known = this.#questions.size;
    const index = this.#questions.note(id, said, place);
    if (index < known) return index;
    this.#assertRoom(index + 1, this.#models.size, place);
    if (index >= this.#room) this.#grow();
    return index;
  }

  #scoresOf(model: string, place: Place): ModelScores {
    const known = this.#models.get(model);
    if (known !== undefined) return known;
    this.#assertRoom(this.#questions.size, this.#models.size + 1, place);
    const scores = {
      position: this.#models.size,
      sums: new Float64Array(this.#room),
      counts: new Uint32Array(this.#room),
      rows: new Uint32Array(this.#room),
      files: new Uint16Array(this.#room),
    };
    this.#models.set(model, scores);
    return scores;
  }

  #assertRoom(questions: number, models: number, place: Place): void {
    if (questions * models <= this.#options.maxCells) return;
    throw new EmbedLLMError(
      advice`${describePlace(place)}: ${questions} questions x ${models} models exceed the limit of ${this.#options.maxCells} labels. Is the model column the right one? If so, raise ${namedOption('maxCells')}.`,
      { code: 'invalid-argument' },
    );
  }

  #fileIndex(file: string): number {
    const known = this.#files.lastIndexOf(file);
    return known >= 0 ? known : this.#files.push(file) - 1;
  }

  #conflict(
    found: { id: string; model: string; score: number; present: number },
    question: number,
    place: RecordPlace,
  ): DataError {
    const first = describePlace(this.placeOf(question, found.model));
    // Answers of one model need no name.
    const who = found.model === '' ? '' : `model ${quoteBriefly(found.model)} on `;
    return new DataError(
      advice`${who}question ${quoteBriefly(found.id)} has the score ${found.score} here, but ${found.present} at ${first}. Correct one, or choose with ${namedOption('onConflict')}: keep, replace, mean or majority.`,
      { file: place.file, row: place.row, field: place.fields.score, code: 'conflicting-labels' },
    );
  }

  #grow(): void {
    this.#room = Math.ceil(this.#room * 1.5);
    for (const scores of this.#models.values()) {
      scores.sums = enlarged(scores.sums, new Float64Array(this.#room));
      scores.counts = enlarged(scores.counts, new Uint32Array(this.#room));
      scores.rows = enlarged(scores.rows, new Uint32Array(this.#room));
      scores.files = enlarged(scores.files, new Uint16Array(this.#room));
    }
  }
}

function enlarged<T extends Float64Array | Uint32Array | Uint16Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
