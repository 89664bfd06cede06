import { pythonValue } from '../scoring/python-value.js';

/** What `pythonValue` writes: strings, whole dicts and tuples, numbers, names. */
const PARTS = /([sb])("(?:[^"\\]|\\.)*")|\{:|\(|\)|n(-?[\d.]+(?:e[+-]?\d+)?)|v[a-z]+/gi;

/**
 * A literal of Python as JSON would have it: pandas writes lists and dicts into CSV as Python prints
 * them.
 *
 * @returns `undefined` where the text is not a literal, or has what JSON lacks, such as a set.
 */
export function pythonJson(text: string): unknown {
  const json = pythonValue(text)?.replaceAll(
    PARTS,
    (part, kind: string | undefined, string: string | undefined, number: string | undefined) => {
      if (kind !== undefined) return string ?? part;
      if (number !== undefined) return number;
      return part === '{:' ? '{' : part === '(' ? '[' : part === ')' ? ']' : 'null';
    },
  );
  if (json === undefined) return undefined;
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
