/**
 * One alternative a kind of token. Scripts that put no spaces between words give one token a
 * character; pairs of them come back as 2-grams. Marks stay with the letter that they modify.
 */
const TOKEN =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]\p{M}*|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}])[\p{L}\p{M}])+|\p{N}+|[^\p{L}\p{M}\p{N}\p{Z}\p{C}]/gu;

/**
 * Splits a text into tokens: words, runs of digits, and single symbols, since questions hold
 * formulas and code as well as prose. Case and compatibility forms are folded (NFKC, lower case).
 */
export function tokenize(text: string): string[] {
  return text.normalize('NFKC').toLowerCase().match(TOKEN) ?? [];
}
