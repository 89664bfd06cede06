import { DataError, type Question } from '@embedllm/core';
import {
  describePlace,
  type Place,
  quoteBriefly,
  requireColumn,
  requiredText,
} from '../csv/columns.js';
import { type ReadRecordsOptions, readRecords } from '../csv/read-records.js';

/** What a response file may say about the question of a record. */
export interface QuestionMention {
  readonly id: string;
  /** `undefined` where the file has no such column. */
  readonly category: string | undefined;
  /** `undefined` where the file has no such column. */
  readonly prompt: string | undefined;
}

/** The questions met so far: each prompt and category is kept once, however often it occurs. */
export class QuestionTable {
  readonly #disjointFiles: boolean;
  readonly #byId = new Map<string, number>();
  readonly #questions: Question[] = [];
  readonly #defined: Place[] = [];
  readonly #answered: (Place | undefined)[] = [];
  readonly #categories = new Map<string, string>();
  #closedBy: string | undefined;

  /** @param options.disjointFiles - Refuse a question with responses in two files. */
  constructor(options: { disjointFiles: boolean }) {
    this.#disjointFiles = options.disjointFiles;
  }

  /** In order of first appearance. */
  get questions(): readonly Question[] {
    return this.#questions;
  }

  /** Whether a questions file has listed all there are. */
  get closed(): boolean {
    return this.#closedBy !== undefined;
  }

  /** The file of each question's first response, in the order of `questions`. */
  get responseFiles(): (string | undefined)[] {
    return this.#answered.map((place) => place?.file);
  }

  /** From now on only the questions of the given file may occur. */
  close(file: string): void {
    this.#closedBy = file;
  }

  /** Adds a question that must not be there yet. */
  define(question: Question, place: Place): void {
    const known = this.#byId.get(question.id);
    if (known !== undefined) {
      throw new DataError(
        `the question ${quoteBriefly(question.id)} is listed twice, first at ${this.#placeOf(known)}.`,
        { ...place, field: 'prompt_id' },
      );
    }
    this.#append(question, place);
  }

  /**
   * Notes what a response says about its question.
   *
   * @throws DataError when it contradicts what is known, or the question is not a listed one.
   */
  mention({ id, category, prompt }: QuestionMention, place: Place): void {
    let index = this.#byId.get(id);
    if (index === undefined) {
      if (this.#closedBy !== undefined) {
        throw new DataError(`the question ${quoteBriefly(id)} is not in ${this.#closedBy}.`, {
          ...place,
          field: 'prompt_id',
        });
      }
      index = this.#append({ id, prompt: prompt ?? '', category: category ?? '' }, place);
    } else {
      const question = this.#questions[index] as Question;
      if (category !== undefined && category !== question.category) {
        throw this.#contradiction('category', index, place);
      }
      if (prompt !== undefined && prompt !== question.prompt) {
        throw this.#contradiction('prompt', index, place);
      }
    }
    const earlier = this.#answered[index];
    if (earlier === undefined) {
      this.#answered[index] = place;
    } else if (this.#disjointFiles && earlier.file !== place.file) {
      throw new DataError(
        `the question ${quoteBriefly(id)} is also in another part of the split, at ${describePlace(earlier)}.`,
        { ...place, field: 'prompt_id' },
      );
    }
  }

  #append(question: Question, place: Place): number {
    const category = this.#categories.get(question.category) ?? question.category;
    this.#categories.set(category, category);
    const index = this.#questions.length;
    this.#byId.set(question.id, index);
    this.#questions.push({ id: question.id, prompt: question.prompt, category });
    this.#defined.push(place);
    this.#answered.push(undefined);
    return index;
  }

  #contradiction(field: 'category' | 'prompt', index: number, place: Place): DataError {
    const { id } = this.#questions[index] as Question;
    return new DataError(
      `the question ${quoteBriefly(id)} has a different ${field} here from the one at ${this.#placeOf(index)}.`,
      { ...place, field },
    );
  }

  #placeOf(index: number): string {
    return describePlace(this.#defined[index] as Place);
  }
}

/**
 * Reads a questions file: columns prompt_id, category, prompt, in any order.
 *
 * @throws DataError when it is malformed, an id or category is empty, or an id is listed twice.
 */
export async function readQuestions(
  file: string,
  table: QuestionTable,
  options: ReadRecordsOptions,
): Promise<void> {
  await readRecords(
    file,
    (header) => {
      const id = requireColumn(header, 'prompt_id');
      const category = requireColumn(header, 'category');
      const prompt = requireColumn(header, 'prompt');
      return (fields, row) => {
        const place = { file, row };
        const question = {
          id: requiredText(fields, id, 'prompt_id', place),
          category: requiredText(fields, category, 'category', place),
          prompt: fields[prompt] ?? '',
        };
        table.define(question, place);
      };
    },
    options,
  );
  table.close(file);
}
