/** Turns texts into numbers of tokens. */
export interface TextTokenizer {
  /** The number of each token. */
  readonly vocabulary: ReadonlyMap<string, number>;
  /** Tokens that are not part of texts, such as `[CLS]`. */
  readonly special: ReadonlySet<number>;
  /** What stands for words outside of the vocabulary. */
  readonly unknown: number | undefined;
  /** The tokens of a text, without what a transformer puts around it. */
  encode(text: string): number[];
  /** The text that a token of the vocabulary stands for, without its place in a word. */
  textOf(token: string): string;
}
