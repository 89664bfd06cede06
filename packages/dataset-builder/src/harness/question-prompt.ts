import { isJsonObject, type JsonObject, ownValue } from '../jsonl/parse-object.js';

/** Fields under which the tasks of the harness keep the text of their question. */
const TEXT_FIELDS = [
  'question',
  'Question',
  'query',
  'problem',
  'prompt',
  'input',
  'goal',
  'ctx',
  'context',
  'text',
];

/** Fields under which they keep the answers to choose from. */
const CHOICE_FIELDS = ['choices', 'options', 'endings'];

/**
 * The question itself, without what differs between runs and models (solved examples, chat
 * template): the text in the document and, where there are some, its choices, one a line as
 * `A. text`. Where the document has no text under a usual name, the text that was sent.
 *
 * @param doc - The question as its benchmark has it.
 * @param sent - The text that was sent to the model.
 */
export function questionPrompt(doc: JsonObject, sent: string | undefined): string {
  const text = TEXT_FIELDS.map((field) => ownValue(doc, field)).find(
    (value) => typeof value === 'string' && value.trim() !== '',
  );
  if (typeof text !== 'string') return sent ?? '';
  const choices = CHOICE_FIELDS.map((field) => textsOf(ownValue(doc, field))).find(
    (texts) => texts !== undefined,
  );
  if (choices === undefined) return text;
  const lines = choices.map((choice, index) => `${labelOfChoice(index)}. ${choice}`);
  return [text, ...lines].join('\n');
}

/** ARC and OpenBookQA have `{ text, label }`, most others a plain list. */
function textsOf(value: unknown): readonly string[] | undefined {
  const list = isJsonObject(value) ? ownValue(value, 'text') : value;
  if (!Array.isArray(list) || list.length === 0) return undefined;
  return list.every((item) => typeof item === 'string') ? list : undefined;
}

function labelOfChoice(index: number): string {
  return index < 26 ? String.fromCharCode(65 + index) : String(index + 1);
}
