/** Characters of a text that are tokenised first, for each token that can count. */
const CHARACTERS_A_TOKEN = 8;
/** Tokens beyond those that count, which must follow, so that the cut changes none of these. */
const MARGIN = 16;

/**
 * The tokens of as much of a text as can matter. Tokenizers take a long text apart at its spaces, so
 * that the tokens before a space do not depend on what follows.
 *
 * @param most - Tokens that count.
 * @returns all tokens, or more than `most`.
 */
export function readStart<T>(
  text: string,
  most: number,
  tokenize: (part: string) => T & { readonly length: number },
): T {
  const enough = most + MARGIN;
  let length = enough * CHARACTERS_A_TOKEN;
  while (length < text.length) {
    const end = nextSpace(text, length);
    if (end >= text.length) break;
    const start = tokenize(text.slice(0, end));
    if (start.length >= enough) return start;
    length = 4 * end;
  }
  return tokenize(text);
}

/** Index of the first space at or behind an index that a letter or digit of ASCII follows. */
function nextSpace(text: string, from: number): number {
  const pattern = / (?=[A-Za-z0-9])/g;
  pattern.lastIndex = from;
  return pattern.exec(text)?.index ?? text.length;
}
