import type { AnswerOutcome, PostedOutcome } from '../outcomes/outcome.js';
import type { JudgedAnswer } from './decision-row.js';

interface KnownAnswer {
  readonly answer: JudgedAnswer;
  /** What was said of it, by key and source. */
  readonly said: Map<string, number>;
}

/** Answers that outcomes may name. */
const MAX_ANSWERS = 50_000;
/** Characters of their questions, where these are kept. */
const MAX_CHARACTERS = 16 * 1024 * 1024;

/** The last answers, and what was said of them. */
export class KnownAnswers {
  readonly #answers = new Map<string, KnownAnswer>();
  #characters = 0;

  /** @param keepsQuestion - Whether the text of its question will be wanted. */
  add(answer: JudgedAnswer, keepsQuestion: boolean): void {
    this.#remove(answer.id);
    const { question, ...rest } = answer;
    const kept = keepsQuestion ? answer : rest;
    this.#answers.set(answer.id, { answer: kept, said: new Map() });
    this.#characters += kept === answer ? (question?.length ?? 0) : 0;
    while (this.#answers.size > MAX_ANSWERS || this.#characters > MAX_CHARACTERS) {
      const [oldest = ''] = this.#answers.keys();
      this.#remove(oldest);
    }
  }

  /** @returns `undefined` where the answer is not known, or not this client's to judge. */
  judge({ isAdmin, ...posted }: PostedOutcome): AnswerOutcome | undefined {
    const known = this.#answers.get(posted.id);
    if (!known || (!isAdmin && known.answer.client !== posted.client)) return undefined;
    const { client, source, outcome } = posted;
    const who = JSON.stringify([client, source]);
    const isRepeated = known.said.get(who) === outcome;
    known.said.set(who, outcome);
    return { ...known.answer, ...posted, ...(isRepeated ? { isRepeated } : {}) };
  }

  #remove(id: string): void {
    const { question } = this.#answers.get(id)?.answer ?? {};
    this.#characters -= question?.length ?? 0;
    this.#answers.delete(id);
  }
}
