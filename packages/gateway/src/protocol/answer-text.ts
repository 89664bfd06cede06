import { isObject } from '../http/json-object.js';

type Fields = Readonly<Record<string, unknown>>;

/** The text of an answer in any protocol of chats; `undefined` where it has none, such as a refusal or a call. */
export function answerText(answer: Fields): string | undefined {
  const [choice] = listOf(answer.choices);
  const message = isObject(choice?.message) ? choice.message : undefined;
  const contents = [
    message?.content,
    answer.content,
    ...listOf(answer.output).map(({ content }) => content),
  ];
  const text = contents.map(textOf).join('');
  return text === '' ? undefined : text;
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return listOf(content)
    .map(({ text }) => (typeof text === 'string' ? text : ''))
    .join('');
}

function listOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
