import { isObject } from '../http/json-object.js';

/** What an answer, or the events of a stream, say of it besides its text. */
export interface AnswerFacts {
  /** The upstream's own id of it. */
  id?: string | undefined;
  /** The model that answered, by the upstream's account. */
  model?: string | undefined;
  /** Why each choice ended, such as `stop` or `length`, in the order in which they came. */
  readonly finishReasons: string[];
}

const MAX_CHARACTERS = 256;

/** Adds what an answer of the OpenAI protocol, or one event of a stream, says. */
export function noteFacts(facts: AnswerFacts, answer: Readonly<Record<string, unknown>>): void {
  facts.id ??= shortText(answer.id);
  facts.model ??= shortText(answer.model);
  for (const choice of Array.isArray(answer.choices) ? answer.choices : []) {
    const reason = isObject(choice) ? shortText(choice.finish_reason) : undefined;
    if (reason !== undefined && facts.finishReasons.length < 16) facts.finishReasons.push(reason);
  }
}

function shortText(value: unknown): string | undefined {
  const isUsable = typeof value === 'string' && value !== '' && value.length <= MAX_CHARACTERS;
  return isUsable ? value : undefined;
}
