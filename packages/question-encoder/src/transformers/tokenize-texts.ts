import { readStart } from '../text/read-start.js';
import type { TransformersLibrary } from './load-library.js';
import { countClosingTokens, type TokenizedText, truncateTokens } from './token-batches.js';

export type Tokenizer = Awaited<
  ReturnType<TransformersLibrary['AutoTokenizer']['from_pretrained']>
>;

/** What a tokenizer makes of a text, and how much of it the model reads. */
export interface ReadableText extends TokenizedText {
  /** Tokens of the whole text; of a text that was not read to its end, at least so many. */
  readonly tokens: number;
}

/** Turns texts into the tokens that a model reads. */
export class TextTokenizer {
  readonly #tokenizer: Tokenizer;
  readonly #prefix: string;
  readonly #lowerCase: boolean;
  readonly #closing: number;
  readonly maxTokens: number;

  constructor(
    tokenizer: Tokenizer,
    settings: { prefix: string; lowerCase?: true | undefined; maxTokens: number | null },
  ) {
    this.#tokenizer = tokenizer;
    this.#prefix = settings.prefix;
    this.#lowerCase = settings.lowerCase ?? false;
    this.maxTokens = settings.maxTokens ?? Number.POSITIVE_INFINITY;
    const [empty, full] = [this.#tokenize(''), this.#tokenize('a b')];
    this.#closing = countClosingTokens(empty.inputIds, full.inputIds);
  }

  /** Tokens of the prefix with what opens a text: what a model that leaves out its prompt skips. */
  get promptTokens(): number {
    return Math.max(0, this.#tokenize('').inputIds.length - this.#closing);
  }

  /** The tokens of a text, cut to what the model reads. */
  read(text: string): ReadableText {
    const most = this.maxTokens + this.#closing;
    const whole = readStart(text, most, (part) => this.#tokenize(part));
    return {
      ...truncateTokens(whole, this.maxTokens, this.#closing),
      tokens: whole.inputIds.length,
    };
  }

  #tokenize(text: string): TokenizedText & { readonly length: number } {
    const whole = this.#prefix + text;
    const encoding = this.#tokenizer(this.#lowerCase ? whole.toLowerCase() : whole, {
      padding: false,
      truncation: false,
      return_tensor: false,
    });
    const { input_ids: inputIds, token_type_ids: tokenTypeIds } = encoding;
    return { inputIds, tokenTypeIds, length: inputIds.length };
  }
}
