import { DataError } from '@embedllm/core';

/** Room for a node number below 2^26 in the low part of a key, and for as many parents above it. */
const TOKEN_LIMIT = 2 ** 26;

/** V8 limits a Map to 2^24 entries; stopping short of that gives a clear error. */
export const MAX_TERMS = 16_000_000;

/** Stands where a token is not in the vocabulary; n-grams do not reach across it. */
export const UNKNOWN = -1;

/**
 * The terms that are counted: words, and runs of up to n words. Each term is the extension of a
 * shorter one by a word, so the terms form a trie that is stored as numbers, without any joined
 * strings: looking up all n-grams of a text costs one hash look-up each.
 */
export class Vocabulary {
  /** The terms in column order, the words of an n-gram separated by one space. */
  readonly terms: readonly string[];
  /** Most words in a term. */
  readonly maxWords: number;
  readonly #words: Map<string, number>;
  readonly #extensions: Map<number, number>;

  /**
   * @param terms - Distinct; every term of several words comes after the term without its last
   * word, and all its words are terms before it.
   * @param file - Where the terms come from, for error messages.
   * @throws DataError naming the file and row of the term that breaks this.
   */
  constructor(terms: readonly string[], file?: string) {
    this.terms = terms;
    this.#words = new Map();
    this.#extensions = new Map();
    let maxWords = 1;
    for (const [column, term] of terms.entries()) {
      const problem = this.#insert(term, column);
      if (problem) throw new DataError(`The term ${problem}.`, { file, row: column + 1 });
      if (term.includes(' ')) maxWords = Math.max(maxWords, term.split(' ').length);
    }
    this.maxWords = maxWords;
  }

  /** Adds a term; returns what is wrong with it, if anything. */
  #insert(term: string, column: number): string | undefined {
    if (term === '') return 'is empty';
    if (this.columnOf(term) !== undefined) return 'occurs twice';
    const space = term.lastIndexOf(' ');
    if (space < 0) {
      this.#words.set(term, column);
      return undefined;
    }
    const parent = this.columnOf(term.slice(0, space));
    const word = this.#words.get(term.slice(space + 1));
    if (parent === undefined || word === undefined) {
      return 'extends a term that does not precede it';
    }
    this.#extensions.set(extensionKey(parent, word), column);
    return undefined;
  }

  /** The column of a term; undefined where it is not in the vocabulary. */
  columnOf(term: string): number | undefined {
    let column: number | undefined;
    for (const [index, token] of term.split(' ').entries()) {
      const word = this.#words.get(token);
      if (word === undefined) return undefined;
      column = index === 0 ? word : this.#extensions.get(extensionKey(column as number, word));
      if (column === undefined) return undefined;
    }
    return column;
  }

  /** Whether a single word is a term. */
  hasWord(token: string): boolean {
    return this.#words.has(token);
  }

  /** Counts the terms of a tokenised text into `counts`, keyed by column, in order of appearance. */
  count(tokens: readonly string[], counts: Map<number, number>): void {
    const words = tokens.map((token) => this.#words.get(token) ?? UNKNOWN);
    for (let start = 0; start < words.length; start++) {
      let column = words[start]!;
      if (column === UNKNOWN) continue;
      counts.set(column, (counts.get(column) ?? 0) + 1);
      const end = Math.min(words.length, start + this.maxWords);
      for (let next = start + 1; next < end; next++) {
        const word = words[next]!;
        if (word === UNKNOWN) break;
        const extended = this.#extensions.get(extensionKey(column, word));
        if (extended === undefined) break;
        column = extended;
        counts.set(column, (counts.get(column) ?? 0) + 1);
      }
    }
  }
}

/** One exact number for the extension of a term by a word. */
export function extensionKey(parent: number, word: number): number {
  return parent * TOKEN_LIMIT + word;
}
