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

/** The last answers, and what was said of them. Clients name their requests, and two of them alike. */
export class KnownAnswers {
  /** By client and id. */
  readonly #answers = new Map<string, KnownAnswer>();
  /** By id, where those above have the last answer that was given under it. */
  readonly #newest = new Map<string, string>();
  #characters = 0;

  /** @param keepsQuestion - Whether the text of its question will be wanted. */
  add(answer: JudgedAnswer, keepsQuestion: boolean): void {
    const place = placeOf(answer);
    this.#remove(place);
    const { question, ...rest } = answer;
    const kept = keepsQuestion ? answer : rest;
    this.#answers.set(place, { answer: kept, said: new Map() });
    this.#newest.set(answer.id, place);
    this.#characters += kept === answer ? (question?.length ?? 0) : 0;
    while (this.#answers.size > MAX_ANSWERS || this.#characters > MAX_CHARACTERS) {
      const [oldest = ''] = this.#answers.keys();
      this.#remove(oldest);
    }
  }

  /** @returns `undefined` where the answer is not known, or not this client's to judge. */
  judge({ isAdmin, ...posted }: PostedOutcome): AnswerOutcome | undefined {
    const own = this.#answers.get(placeOf(posted));
    const known =
      own ?? (isAdmin ? this.#answers.get(this.#newest.get(posted.id) ?? '') : undefined);
    if (!known) return undefined;
    const { client, source, outcome } = posted;
    const who = JSON.stringify([client, source]);
    const before = known.said.get(who);
    known.said.set(who, outcome);
    const isRepeated = before === outcome;
    const isCorrection = before !== undefined && !isRepeated;
    return {
      ...known.answer,
      ...posted,
      ...(isRepeated ? { isRepeated } : {}),
      ...(isCorrection ? { isCorrection } : {}),
    };
  }

  #remove(place: string): void {
    const { answer } = this.#answers.get(place) ?? {};
    if (!answer) return;
    this.#characters -= answer.question?.length ?? 0;
    this.#answers.delete(place);
    if (this.#newest.get(answer.id) === place) this.#newest.delete(answer.id);
  }
}

function placeOf({ client, id }: Pick<JudgedAnswer, 'client' | 'id'>): string {
  return JSON.stringify([client, id]);
}
