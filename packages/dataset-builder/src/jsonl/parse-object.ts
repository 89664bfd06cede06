import { DataError } from '@embedllm/core';
import { isJsonObject, type JsonObject, ownValue } from '@embedllm/internals';
import { type Place, quoteBriefly } from '../csv/columns.js';

export { isJsonObject, type JsonObject, ownValue };

/**
 * Parses one JSON object that may be hostile. Python's `NaN`, `Infinity` and `-Infinity`, which
 * its json module writes although JSON has no such values, become `null`.
 *
 * @throws DataError when it is not JSON, not an object, or has a key `__proto__`.
 */
export function parseObject(
  text: string,
  place: { readonly file: string; readonly row?: number; readonly field?: string },
): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    try {
      value = JSON.parse(withoutPythonNumbers(text));
    } catch {
      throw new DataError(
        isCutOff(text)
          ? `is not complete JSON: it ends in ${quoteBriefly(text.slice(-30))}. Is the file truncated?`
          : `is not valid JSON: ${quoteBriefly(text)}.`,
        { ...place, cause },
      );
    }
  }
  if (!isJsonObject(value)) {
    throw new DataError(`must be a JSON object, but is ${quoteBriefly(text)}.`, place);
  }
  // Rare enough that the walk costs nothing where there is no such text.
  if (/__proto__|\\u/i.test(text) && hasProtoKey(value)) {
    throw new DataError('has a key "__proto__", which is not allowed.', place);
  }
  return value;
}

/** Whether a text looks like the beginning of a JSON object. */
export function isCutOff(text: string): boolean {
  return text.startsWith('{') && !text.endsWith('}');
}

/** A non-empty string. */
export function requireString(object: JsonObject, field: string, place: Place): string {
  const value = ownValue(object, field);
  if (typeof value === 'string' && value !== '') return value;
  throw new DataError(`must be a non-empty string, but ${describeFound(value)}.`, {
    ...place,
    field,
  });
}

/** "it is missing" or "it is 5", for messages. */
export function describeFound(value: unknown): string {
  if (value === undefined) return 'it is missing';
  if (typeof value === 'string') return `it is ${quoteBriefly(value)}`;
  return `it is ${quoteBriefly(JSON.stringify(value) ?? '')}`;
}

/**
 * Replaces Python's extra numbers outside of strings, which are skipped by hand: a regular
 * expression that matches strings runs out of stack on prompts of some megabytes.
 */
function withoutPythonNumbers(text: string): string {
  const parts: string[] = [];
  for (let at = 0; at < text.length; ) {
    const open = text.indexOf('"', at);
    const outside = text.slice(at, open < 0 ? undefined : open);
    parts.push(outside.replace(/-?\bInfinity\b|\bNaN\b/g, 'null'));
    if (open < 0) break;
    at = endOfString(text, open);
    parts.push(text.slice(open, at));
  }
  return parts.join('');
}

/** Where the string that begins at `open` has ended. */
function endOfString(text: string, open: number): number {
  for (let end = open; ; ) {
    end = text.indexOf('"', end + 1);
    if (end < 0) return text.length;
    let backslashes = 0;
    while (text[end - 1 - backslashes] === '\\') backslashes++;
    if (backslashes % 2 === 0) return end + 1;
  }
}

/** Without recursion, so that deep nesting cannot exhaust the stack. */
function hasProtoKey(root: JsonObject): boolean {
  const open: unknown[] = [root];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    if (Object.hasOwn(value, '__proto__')) return true;
    for (const child of Object.values(value)) {
      if (typeof child === 'object' && child !== null) open.push(child);
    }
  }
  return false;
}
