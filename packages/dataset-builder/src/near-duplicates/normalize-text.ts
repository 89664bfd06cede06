/**
 * The text without what does not make another question: Unicode normalization form C, and runs of
 * white space as one space, none at the ends. Case and punctuation stay, because in code and
 * formulas they have a meaning.
 */
export function normalizeText(text: string): string {
  return text.normalize('NFC').replace(/\s+/gu, ' ').trim();
}
