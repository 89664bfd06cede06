import { ApiError } from './api-error.js';

const MAX_DEPTH = 64;
/** Members and elements, all levels together; a long chat with tools has a few thousand. */
const MAX_VALUES = 200_000;
const STRING_END = /["\\]/g;

/**
 * Refuses text that would take long to parse or harm whoever handles it next: nesting beyond 64
 * levels, and very many small values. Knows nothing else of JSON.
 *
 * @throws ApiError 400.
 */
export function checkJsonText(text: string): void {
  let depth = 0;
  let values = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text[at]) {
      case '{':
      case '[':
        depth++;
        values++;
        break;
      case '}':
      case ']':
        depth--;
        break;
      case ',':
        values++;
        break;
      case '"':
        at = closingQuote(text, at);
        break;
    }
    if (depth > MAX_DEPTH) {
      throw new ApiError(400, `The body is nested deeper than ${MAX_DEPTH} levels.`);
    }
    if (values > MAX_VALUES) {
      throw new ApiError(400, `The body has more than ${MAX_VALUES} members and elements.`);
    }
  }
}

/** The position of a string's closing quote, or the end of the text. */
export function closingQuote(text: string, opening: number): number {
  STRING_END.lastIndex = opening + 1;
  for (let found = STRING_END.exec(text); found !== null; found = STRING_END.exec(text)) {
    if (found[0] === '"') return found.index;
    STRING_END.lastIndex = found.index + 2;
  }
  return text.length;
}

/**
 * Refuses keys that reach for the prototype of objects (`__proto__`, and `constructor` with a
 * `prototype` in it).
 *
 * @throws ApiError 400.
 */
export function checkKeys(root: unknown): void {
  const open: unknown[] = [root];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    if (!Array.isArray(value)) checkOwnKeys(value);
    for (const item of Object.values(value)) {
      if (typeof item === 'object' && item !== null) open.push(item);
    }
  }
}

function checkOwnKeys(value: object): void {
  const made: unknown = Object.getOwnPropertyDescriptor(value, 'constructor')?.value;
  const reaches = typeof made === 'object' && made !== null && Object.hasOwn(made, 'prototype');
  if (!reaches && !Object.hasOwn(value, '__proto__')) return;
  const key = reaches ? 'constructor.prototype' : '__proto__';
  throw new ApiError(400, `The body has the key ${key}, which is not allowed.`, { param: key });
}
