import { EmbedLLMError } from '@embedllm/core';
import { tokenize } from './tokenize.js';
import { extensionKey, MAX_TERMS, UNKNOWN, Vocabulary } from './vocabulary.js';

export interface VocabularyOptions {
  /** Most words in a term. */
  readonly ngrams: number;
  /** A term must occur in at least this many texts. */
  readonly minDocumentFrequency: number;
  /** Most terms kept: those in the most texts. */
  readonly maxTerms: number;
}

/** A vocabulary and in how many of the texts each term occurs. */
export interface FittedVocabulary {
  readonly vocabulary: Vocabulary;
  readonly documentFrequencies: Int32Array;
  /** Terms frequent enough, before `maxTerms` was applied. */
  readonly candidates: number;
}

interface Candidate {
  readonly term: string;
  readonly words: number;
  readonly frequency: number;
}

/**
 * Finds the terms that enough texts hold, level by level as in the Apriori algorithm (Agrawal and
 * Srikant, 1994): an n-gram is only counted where both the n-gram without its last word and its
 * last word are frequent themselves, so rare n-grams, which are nearly all, take no memory.
 *
 * Terms are ordered by falling document frequency, then fewer words first, then by code units. A
 * term is never rarer than its extension, so cutting this list anywhere keeps the vocabulary closed.
 *
 * Yields the share done, from 0 to 1, after each text of each level.
 *
 * @throws EmbedLLMError `invalid-argument` when there are more distinct terms than fit.
 */
export function* fitVocabulary(
  texts: readonly string[],
  options: VocabularyOptions,
): Generator<number, FittedVocabulary, void> {
  const { minDocumentFrequency } = options;
  const steps = texts.length * options.ngrams;
  const tokens = new TermCounter();
  const sequences: Int32Array[] = [];
  const names: string[] = [];
  const ids = new Map<string, number>();
  for (let text = 0; text < texts.length; text++) {
    const words = tokenize(texts[text] as string);
    const sequence = new Int32Array(words.length);
    words.forEach((word, position) => {
      let id = ids.get(word);
      if (id === undefined) {
        id = names.push(word) - 1;
        ids.set(word, id);
      }
      sequence[position] = id;
      tokens.add(id, text);
    });
    requireRoom(names.length);
    sequences.push(sequence);
    yield (text + 1) / steps;
  }

  let termNames: string[] = names;
  let frequencies = tokens.frequencies;
  const candidates: Candidate[] = [];
  const isFrequentWord = names.map((_, id) => frequencies[id]! >= minDocumentFrequency);
  // The term that starts at each position, at the level reached; UNKNOWN where none is frequent.
  const current = sequences.map((sequence) => sequence.slice());
  for (let words = 1; ; words++) {
    termNames.forEach((term, id) => {
      const frequency = frequencies[id]!;
      if (frequency >= minDocumentFrequency) candidates.push({ term, words, frequency });
    });
    if (words === options.ngrams) break;
    const level = new TermCounter();
    const levelNames: string[] = [];
    const levelIds = new Map<number, number>();
    for (let text = 0; text < texts.length; text++) {
      const sequence = sequences[text] as Int32Array;
      const starts = current[text] as Int32Array;
      for (let position = 0; position < starts.length; position++) {
        const term = starts[position]!;
        const word = sequence[position + words];
        if (
          term === UNKNOWN ||
          word === undefined ||
          frequencies[term]! < minDocumentFrequency ||
          !isFrequentWord[word]
        ) {
          starts[position] = UNKNOWN;
          continue;
        }
        const key = extensionKey(term, word);
        let id = levelIds.get(key);
        if (id === undefined) {
          id = levelNames.push(`${termNames[term]} ${names[word]}`) - 1;
          levelIds.set(key, id);
        }
        starts[position] = id;
        level.add(id, text);
      }
      requireRoom(levelNames.length);
      yield (texts.length * words + text + 1) / steps;
    }
    termNames = levelNames;
    frequencies = level.frequencies;
  }
  return selectTerms(candidates, options.maxTerms);
}

function selectTerms(candidates: Candidate[], maxTerms: number): FittedVocabulary {
  candidates.sort(
    (a, b) => b.frequency - a.frequency || a.words - b.words || (a.term < b.term ? -1 : 1),
  );
  const kept = candidates.slice(0, maxTerms);
  return {
    vocabulary: new Vocabulary(kept.map(({ term }) => term)),
    documentFrequencies: Int32Array.from(kept, ({ frequency }) => frequency),
    candidates: candidates.length,
  };
}

function requireRoom(count: number): void {
  if (count > MAX_TERMS) {
    throw new EmbedLLMError(
      `The texts have more than ${MAX_TERMS} distinct terms. Fit on a sample of them, or lower \`ngrams\`.`,
      { code: 'invalid-argument' },
    );
  }
}

/** Counts in how many texts each term occurs; texts must come in order. */
class TermCounter {
  readonly frequencies: number[] = [];
  readonly #lastText: number[] = [];

  add(id: number, text: number): void {
    if (this.#lastText[id] === text) return;
    this.#lastText[id] = text;
    this.frequencies[id] = (this.frequencies[id] ?? 0) + 1;
  }
}
