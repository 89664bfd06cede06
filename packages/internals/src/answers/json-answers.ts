import { isJsonObject } from '../json/json-object.js';
import type { StatedAnswer } from './stated-answer.js';

const FIELD = /"(?:final_?)?answer"\s*:\s*/gi;
/** A string of JSON whose line breaks and quotes within may lack their backslash. */
const LOOSE_STRING = /^"([\s\S]*?)(?<!\\)"(?=\s*(?:[,}\]`\n]|$))/;
const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|([\s\S]))/g;
const ESCAPED: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };

/** The fields `answer` of the JSON in a text, which need not be valid. */
export function jsonAnswers(text: string): StatedAnswer[] {
  return [...text.matchAll(FIELD)].flatMap((match) => {
    const at = match.index + match[0].length;
    const said = valueAt(text.slice(at));
    return said === undefined ? [] : [{ text: said, at }];
  });
}

function valueAt(text: string): string | undefined {
  if (text.startsWith('"')) {
    const quoted = LOOSE_STRING.exec(text)?.[1];
    return quoted === undefined ? undefined : unescapeJson(quoted);
  }
  const value = firstJson(text);
  if (value !== undefined) return typeof value.value === 'string' ? value.value : value.text;
  // Not JSON, such as a tuple of Python: up to the end of the line.
  const bare = /^[^\n]*/.exec(text)?.[0].trim().replace(/,$/, '') ?? '';
  return bare === '' ? undefined : bare;
}

/** Escapes as JSON has them; a backslash before anything else, as in `\frac`, is itself. */
function unescapeJson(quoted: string): string {
  return quoted.replace(ESCAPE, (whole, code?: string, character?: string) => {
    if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
    if (character === '"' || character === '\\' || character === '/') return character;
    return ESCAPED[character ?? ''] ?? whole;
  });
}

/** The JSON value that a text starts with. */
function firstJson(text: string): { value: unknown; text: string } | undefined {
  const end = endOfJson(text);
  if (end === undefined) return undefined;
  const part = text.slice(0, end);
  try {
    return { value: JSON.parse(part), text: part };
  } catch {
    return undefined;
  }
}

/** Where the JSON value at the start of a text would end; `undefined` where it does not. */
function endOfJson(text: string): number | undefined {
  const scalar = /^(?:-?\d[\d.eE+-]*|true|false|null)\b/.exec(text);
  if (scalar) return scalar[0].length;
  if (!/^[[{]/.test(text)) return undefined;
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (quoted) {
      if (character === '\\') at++;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === '[' || character === '{') depth++;
    else if ((character === ']' || character === '}') && --depth === 0) return at + 1;
  }
  return undefined;
}

/** The last object or list of JSON in an output: all of it, a fenced block, or a part of the text. */
export function lastJson(output: string): unknown {
  const text = output.trim();
  const fenced = [...text.matchAll(/```(?:json)?\s*\n([\s\S]*?)```/gi)].map(([, block]) => block);
  for (const candidate of [text, ...fenced.reverse()]) {
    try {
      return JSON.parse(candidate ?? '');
    } catch {
      // The next candidate may be it.
    }
  }
  let last: unknown;
  for (let at = text.search(/[[{]/); at >= 0 && at < text.length; ) {
    const found = firstJson(text.slice(at));
    if (found && (isJsonObject(found.value) || Array.isArray(found.value))) last = found.value;
    const next = text.slice(at + (found?.text.length ?? 1)).search(/[[{]/);
    if (next < 0) break;
    at += (found?.text.length ?? 1) + next;
  }
  return last;
}
