import {
  chosenLetter,
  isJsonObject,
  lastJson,
  statedAnswers,
  statedNumber,
  textForm,
  withoutReasoning,
} from '@embedllm/internals';

/** What an answer says, in a form in which two can be compared; null where it says nothing. */
export type AnswerKey = (answer: string) => string | null;

/** Keys of answers by kind of question. Hidden reasoning (`<think>`) is left out by all of them. */
export const answerKeys = {
  /** The letter that is chosen: "The answer is (B)", `\boxed{B}`, `**B.**`, or the only one that is mentioned. */
  choice: (answer: string): string | null => chosenLetter(answer).letter ?? null,
  /** The number that is stated, else the last one: `$1,234.50`, `-3/4`, `1e5`; null where several are stated. */
  number(answer: string): string | null {
    const found = statedNumber(answer);
    return found === undefined || found === 'several'
      ? null
      : String(Number(found.value.toPrecision(9)));
  },
  /** What is stated as the answer, else all of it, without case, outer punctuation and repeated space. */
  text: (answer: string): string | null =>
    textForm(statedAnswers(answer)[0]?.text ?? withoutReasoning(answer).trim()) || null,
  /** The last object or list of JSON, whatever the order of its members. */
  json(answer: string): string | null {
    const value = lastJson(withoutReasoning(answer));
    return value === undefined || value === null ? null : JSON.stringify(sorted(value));
  },
  /** A key that is what the last match of a pattern captures, or matches where it captures nothing. */
  regex(pattern: RegExp): AnswerKey {
    const flags = [...new Set(`${pattern.flags}g`)].join('');
    const all = new RegExp(pattern.source, flags);
    return (answer) => {
      const match = [...withoutReasoning(answer).matchAll(all)].at(-1);
      return textForm(match?.[1] ?? match?.[0] ?? '') || null;
    };
  },
} as const;

/** The same value with the members of its objects in order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isJsonObject(value)) return value;
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, sorted(member)]));
}
