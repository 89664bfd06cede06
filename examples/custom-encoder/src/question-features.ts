/** What can be counted in a question without understanding it. */
export const FEATURE_NAMES = [
  'words',
  'longest word',
  'numbers',
  'digits of the largest number',
  'lines',
  'options',
  'code',
  'formulas',
  'capitals',
  'question marks',
] as const;

/** The features of a question, length `FEATURE_NAMES.length`, each roughly from 0 to 1. */
export function questionFeatures(text: string): number[] {
  const words = text.split(/\s+/).filter(Boolean);
  const numbers = text.match(/\d+/g) ?? [];
  const longest = (parts: readonly string[]): number =>
    parts.reduce((length, part) => Math.max(length, part.length), 0);
  return [
    squash(words.length, 60),
    squash(longest(words), 12),
    squash(numbers.length, 8),
    squash(longest(numbers), 4),
    squash(count(text, /\n/g), 8),
    squash(count(text, /\(?\b[A-E][).]/g), 4),
    squash(count(text, /[{}()[\];=_]|\bdef\b|\breturn\b|\bprint\b/g), 20),
    squash(count(text, /[\d\s][+*/^=<>-][\d\s]|[√∑∫≤≥]/g), 4),
    squash(count(text, /\b\p{Lu}/gu), 10),
    squash(count(text, /\?/g), 2),
  ];
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

/** Brings an amount into 0 to 1, with one half at `middle`. */
function squash(amount: number, middle: number): number {
  return amount / (amount + middle);
}
