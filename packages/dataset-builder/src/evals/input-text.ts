import { DataError } from '@embedllm/core';
import type { Place } from '../csv/columns.js';
import { describeFound, isJsonObject, type JsonObject, ownValue } from '../jsonl/parse-object.js';
import { chatText, promptText } from '../tables/chat-text.js';

/**
 * What a model was asked, as evaluation tools log it: a text, a chat, an object with one text (as
 * `{ "question": "…" }`), or whatever else goes into it as JSON.
 *
 * @throws DataError where there is nothing.
 */
export function inputText(input: unknown, place: Place & { readonly field: string }): string {
  const value = unquoted(jsonIn(input));
  const text =
    typeof value === 'string'
      ? (promptText(value) ?? value)
      : (chatText(value) ?? chatIn(value) ?? JSON.stringify(value));
  if (text !== undefined && text.trim() !== '' && value !== null) return text;
  throw new DataError(`must be what the model was asked, but ${describeFound(input)}.`, place);
}

/** Texts are JSON too, where cells are. */
function unquoted(value: unknown): unknown {
  if (typeof value !== 'string' || !/^".*"$/s.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** JSON of an object or a list in a text, as in the cells of CSV. */
export function jsonIn(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*(?:\{\s*"|\[\s*[{\]"])/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function chatIn(value: unknown): string | undefined {
  if (!isJsonObject(value)) return undefined;
  const chat = chatText(ownValue(value, 'messages') ?? ownValue(value, 'input'));
  if (chat !== undefined) return chat;
  const [only, ...others] = Object.values(value);
  return typeof only === 'string' && others.length === 0 ? only : undefined;
}

/** A non-empty string. */
export function textIn(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/** The object in a field of an object. */
export function objectAt(object: JsonObject | undefined, name: string): JsonObject | undefined {
  const value = object === undefined ? undefined : jsonIn(ownValue(object, name));
  return isJsonObject(value) ? value : undefined;
}
