import { DataError } from '@embedllm/core';
import { describePlace, type Place, quoteBriefly } from '../csv/columns.js';
import { orderFreeText } from '../question-text/order-free-text.js';
import type { RecordPlace, TableRecord } from './table-record.js';

/** What is said of a question, and where it was named first. */
interface KnownQuestion {
  readonly index: number;
  prompt: string | undefined;
  category: string | undefined;
  readonly place: Place;
}

/** The questions of tables, in the order of their first appearance. */
export class TableQuestions {
  /** Records with the choices in a different order from the first record of the question. */
  reordered = 0;
  readonly #questions = new Map<string, KnownQuestion>();

  get size(): number {
    return this.#questions.size;
  }

  /** What was said of each. */
  get said(): { id: string; prompt: string | undefined; category: string | undefined }[] {
    return Array.from(this.#questions, ([id, { prompt, category }]) => ({ id, prompt, category }));
  }

  /**
   * The position of a question, a new one at the end.
   *
   * @throws DataError where it has another text or category than before. A text whose lines are in
   * another order, as choices that are reshuffled for each model, is the same.
   */
  note(
    id: string,
    { prompt, category }: Pick<TableRecord, 'prompt' | 'category'>,
    place: RecordPlace,
  ): number {
    const known = this.#questions.get(id);
    if (known === undefined) {
      const index = this.#questions.size;
      const { file, row } = place;
      this.#questions.set(id, { index, prompt, category, place: { file, row } });
      return index;
    }
    known.prompt ??= prompt;
    known.category ??= category;
    if (category !== undefined && category !== known.category) {
      throw another('category', id, known, place);
    }
    if (prompt !== undefined && prompt !== known.prompt) {
      const key = orderFreeText(prompt);
      if (key === undefined || key !== orderFreeText(known.prompt ?? '')) {
        throw another('prompt', id, known, place);
      }
      this.reordered++;
    }
    return known.index;
  }
}

function another(
  field: 'prompt' | 'category',
  id: string,
  known: KnownQuestion,
  { file, row, fields }: RecordPlace,
): DataError {
  return new DataError(
    `the question ${quoteBriefly(id)} has a different ${field === 'prompt' ? 'text' : 'category'} here from the one at ${describePlace(known.place)}.`,
    { file, row, field: fields[field] },
  );
}
