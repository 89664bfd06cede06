import type { TransformersLibrary } from './load-library.js';
import { countClosingTokens, type TokenizedText, truncateTokens } from './token-batches.js';

export type Tokenizer = Awaited<
  ReturnType<TransformersLibrary['AutoTokenizer']['from_pretrained']>
>;

/** Characters of a text that are tokenised first, for each token that can be kept. */
const CHARACTERS_A_TOKEN = 8;
/** Tokens beyond the kept ones that must follow, so that the cut of the text changes none of these. */
const MARGIN = 16;

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
    const whole = this.#tokenizeStart(text);
    return {
      ...truncateTokens(whole, this.maxTokens, this.#closing),
      tokens: whole.inputIds.length,
    };
  }

  /**
   * Tokenises as much of a text as can matter. A tokenizer takes a long text apart at its spaces, so
   * that the tokens before a space do not depend on what follows.
   */
  #tokenizeStart(text: string): TokenizedText {
    const enough = this.maxTokens + this.#closing + MARGIN;
    let length = enough * CHARACTERS_A_TOKEN;
    while (length < text.length) {
      const end = nextSpace(text, length);
      if (end >= text.length) break;
      const start = this.#tokenize(text.slice(0, end));
      if (start.inputIds.length >= enough) return start;
      length = 4 * end;
    }
    return this.#tokenize(text);
  }

  #tokenize(text: string): TokenizedText {
    const whole = this.#prefix + text;
    const encoding = this.#tokenizer(this.#lowerCase ? whole.toLowerCase() : whole, {
      padding: false,
      truncation: false,
      return_tensor: false,
    });
    return { inputIds: encoding.input_ids, tokenTypeIds: encoding.token_type_ids };
  }
}

/** Index of the first space at or behind an index that a letter or digit of ASCII follows. */
function nextSpace(text: string, from: number): number {
  const pattern = / (?=[A-Za-z0-9])/g;
  pattern.lastIndex = from;
  return pattern.exec(text)?.index ?? text.length;
}
