import type { StatedAnswer } from './stated-answer.js';

const BOX = /\\(?:boxed|fbox)\s*\{/g;

/** What stands in the boxes of a text, `\boxed{...}`, with braces within them. */
export function boxedTexts(text: string): StatedAnswer[] {
  return [...text.matchAll(BOX)].flatMap((match) => {
    const at = match.index + match[0].length;
    const end = closingBrace(text, at);
    return end === undefined ? [] : [{ text: text.slice(at, end).trim(), at }];
  });
}

/** The place of the brace that closes the one before `start`; `undefined` where none does. */
export function closingBrace(text: string, start: number): number | undefined {
  let depth = 1;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (character === '\\') at++;
    else if (character === '{') depth++;
    else if (character === '}' && --depth === 0) return at;
  }
  return undefined;
}
