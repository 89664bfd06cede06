import type { CollectRecord } from './collect-record.js';
import type { PreparedCall } from './prepared-call.js';

/** Tokens of an answer with its reasoning in the open, of models that do not reason in hiding. */
const USUAL_ANSWER = 250;
/** Of models that were asked to reason in hiding. */
const USUAL_REASONING = 2000;

/** How long the answers of each model are: the mean of those that are known, else a usual one. */
export class AnswerLength {
  readonly #known = new Map<string, { answers: number; tokens: number }>();

  constructor(records: Iterable<CollectRecord>) {
    for (const record of records) this.add(record);
  }

  add({ model, outputTokens }: CollectRecord): void {
    if (outputTokens === undefined) return;
    const { answers, tokens } = this.#known.get(model) ?? { answers: 0, tokens: 0 };
    this.#known.set(model, { answers: answers + 1, tokens: tokens + outputTokens });
  }

  /** Tokens of an answer, hidden reasoning included. */
  expected({ model, maxOutputTokens }: PreparedCall): number {
    const known = this.#known.get(model.name);
    if (known !== undefined) return Math.ceil(known.tokens / known.answers);
    const { reasoningEffort = 'none' } = model;
    const hidden = reasoningEffort === 'none' ? 0 : USUAL_REASONING;
    return Math.min(maxOutputTokens, USUAL_ANSWER + hidden);
  }
}
