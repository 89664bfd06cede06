import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitVocabulary, type VocabularyOptions } from './fit-vocabulary.js';
import { Vocabulary } from './vocabulary.js';

function fit(texts: readonly string[], options: Partial<VocabularyOptions> = {}) {
  const work = fitVocabulary(texts, {
    ngrams: 2,
    minDocumentFrequency: 2,
    maxTerms: 1000,
    ...options,
  });
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}

/** Counts by building every n-gram as a string. */
function slowFrequencies(texts: readonly string[], ngrams: number): Map<string, number> {
  const frequencies = new Map<string, number>();
  for (const text of texts) {
    const words = text.split(' ');
    const seen = new Set<string>();
    for (let n = 1; n <= ngrams; n++) {
      for (let i = 0; i + n <= words.length; i++) seen.add(words.slice(i, i + n).join(' '));
    }
    for (const term of seen) frequencies.set(term, (frequencies.get(term) ?? 0) + 1);
  }
  return frequencies;
}

const someTexts = fc.array(
  fc
    .array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 1, maxLength: 8 })
    .map((words) => words.join(' ')),
  { minLength: 1, maxLength: 12 },
);

describe('fitVocabulary', () => {
  it('finds the terms, and their frequencies, that counting all n-grams finds', () => {
    fc.assert(
      fc.property(
        someTexts,
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 3 }),
        (texts, ngrams, minDocumentFrequency) => {
          const { vocabulary, documentFrequencies } = fit(texts, { ngrams, minDocumentFrequency });
          const found = vocabulary.terms.map((term, column) => [term, documentFrequencies[column]]);
          const expected = [...slowFrequencies(texts, ngrams)].filter(
            ([, frequency]) => frequency >= minDocumentFrequency,
          );
          expect(found.sort()).toEqual(expected.sort());
        },
      ),
    );
  });

  it('keeps the most frequent terms, words before their n-grams, then by code units', () => {
    const texts = ['b a', 'b a', 'c', 'c'];
    expect(fit(texts).vocabulary.terms).toEqual(['a', 'b', 'c', 'b a']);
    const cut = fit(texts, { maxTerms: 3 });
    expect(cut.vocabulary.terms).toEqual(['a', 'b', 'c']);
    expect(cut.candidates).toBe(4);
  });

  it('gives a closed vocabulary however it is cut', () => {
    fc.assert(
      fc.property(someTexts, fc.integer({ min: 1, max: 30 }), (texts, maxTerms) => {
        expect(() => fit(texts, { ngrams: 3, minDocumentFrequency: 1, maxTerms })).not.toThrow();
      }),
    );
  });

  it('is empty when nothing is frequent enough', () => {
    expect(fit(['a', 'b', '']).vocabulary.terms).toEqual([]);
  });
});

describe('Vocabulary', () => {
  it('counts the n-grams that it knows and does not reach across an unknown word', () => {
    const vocabulary = new Vocabulary(['a', 'b', 'a b', 'a b a']);
    const counts = new Map<number, number>();
    vocabulary.count(['a', 'b', 'a', 'x', 'b', 'a', 'b'], counts);
    expect(Object.fromEntries(counts)).toEqual({ 0: 3, 1: 3, 2: 2, 3: 1 });
  });

  it('treats names of object properties as plain words', () => {
    const vocabulary = new Vocabulary(['constructor', '__proto__', 'constructor __proto__']);
    expect(vocabulary.columnOf('constructor __proto__')).toBe(2);
    expect(vocabulary.columnOf('toString')).toBeUndefined();
  });

  it.each([
    [['a', 'a'], /row 2: The term occurs twice/],
    [['a', ''], /row 2: The term is empty/],
    [['a', 'a b'], /row 2: The term extends a term that does not precede it/],
    [['a', 'b', 'a b', 'a b'], /row 4: The term occurs twice/],
    [['a', 'b', 'a  b'], /row 3: The term extends a term that does not precede it/],
    [['a', 'b', 'b b a'], /row 3: The term extends a term that does not precede it/],
  ])('refuses the terms %j', (terms, message) => {
    expect(() => new Vocabulary(terms, 'vocabulary.txt')).toThrow(message);
  });
});
