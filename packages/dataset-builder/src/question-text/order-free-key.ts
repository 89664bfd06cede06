import { createHash } from 'node:crypto';
import { isJsonObject, type JsonObject } from '../jsonl/parse-object.js';
import { documentChoices, isChoiceField } from './choices.js';
import { isAnswerField } from './field-names.js';
import { orderFreeText } from './order-free-text.js';

/** An answer that names a choice by its letter or position, which changes with the order. */
const POSITION = /^\(?(?:[A-Za-z]|\d{1,2})\)?$/;

/** Deeper than any benchmark, and bounds what a hostile document can take. */
const MAX_DEPTH = 20;

/**
 * What documents have in common that differ only in the order of their choices and in the letter
 * or number of the right one, as GPQA's do, which are reshuffled in every run.
 *
 * @returns `undefined` where a document lists no choices.
 */
export function orderFreeKey(doc: JsonObject): string | undefined {
  const choices = documentChoices(doc);
  if (choices === undefined) return undefined;
  const parts = choices.texts.map((text) => JSON.stringify(['choice', text]));
  const add = (value: unknown, path: string, field: string, depth = 0): void => {
    if (depth > MAX_DEPTH) return;
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) add(item, `${path}/${index}`, field, depth + 1);
    } else if (isJsonObject(value)) {
      for (const [key, item] of Object.entries(value)) add(item, `${path}/${key}`, key, depth + 1);
    } else if (!(isAnswerField(field) && POSITION.test(String(value)))) {
      // A prompt that a task has put together lists the choices too.
      const text = typeof value === 'string' ? orderFreeText(value) : undefined;
      parts.push(JSON.stringify([path, text ?? value]));
    }
  };
  for (const [field, value] of Object.entries(doc)) {
    if (isChoiceField(field) && isOfChoices(value, choices.texts)) continue;
    if (!choices.fields.includes(field)) add(value, field, field);
    // The labels of ARC's choices stay where they are.
    else if (isJsonObject(value)) add({ ...value, text: null, choices: null }, field, field);
  }
  return createHash('sha256').update(parts.sort().join('\n')).digest('base64');
}

/** Whether a field has the choices again, as GPQA's documents do: `choice1` and so on, and `choices`. */
function isOfChoices(value: unknown, choices: readonly string[]): boolean {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.every((text) => typeof text === 'string' && choices.includes(text.trim()));
}
