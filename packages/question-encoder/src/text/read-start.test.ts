import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { tokenizer } from '../../test/support/tiny-model.js';
import { openAnyTokenizer } from '../static/open-tokenizer.js';
import type { TextTokenizer } from '../static/text-tokenizer.js';
import { readStart } from './read-start.js';

/** A tokenizer of pieces of words, their spaces included, as T5's and XLM-RoBERTa's are. */
function unigram(): Record<string, unknown> {
  const pieces = ['▁', 'a', 'b', 'c', '▁a', '▁ab', 'bc', 'abc', '▁abc', '.', '▁.', '<unk>'];
  return {
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: false },
    post_processor: null,
    decoder: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: false },
    model: {
      type: 'Unigram',
      unk_id: pieces.length - 1,
      vocab: pieces.map((piece, index) => [piece, -1 - index / 10]),
    },
  };
}

describe('readStart', () => {
  const tokenizers: [string, TextTokenizer][] = [];
  beforeAll(async () => {
    tokenizers.push(['words', await openAnyTokenizer(tokenizer(), 'tokenizer.json')]);
    tokenizers.push(['pieces', await openAnyTokenizer(unigram(), 'tokenizer.json')]);
  });

  it('gives the tokens that count as reading the whole text does', () => {
    const word = fc.constantFrom(
      'what',
      'abc',
      'a',
      'ab',
      '.',
      '  ',
      '\n',
      'ünknown',
      '中',
      'is two',
    );
    fc.assert(
      fc.property(
        fc.array(word, { maxLength: 400 }),
        fc.constantFrom(' ', '', '\n'),
        fc.integer({ min: 0, max: 40 }),
        (words, separator, most) => {
          const text = words.join(separator);
          for (const [name, { encode }] of tokenizers) {
            const start = readStart(text, most, encode).slice(0, most);
            expect(start, name).toEqual(encode(text).slice(0, most));
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('reads a long text no further than it must', () => {
    const read: number[] = [];
    const tokens = readStart('one two '.repeat(100_000), 10, (part) => {
      read.push(part.length);
      return part.split(' ');
    });
    expect(tokens.length).toBeGreaterThan(10);
    expect(read).toHaveLength(1);
    expect(read[0]).toBeLessThan(1000);
  });

  it('reads on where many characters make few tokens', () => {
    const words = Array.from({ length: 50 }, () => 'x'.repeat(500));
    const encode = (part: string) => part.split(' ');
    expect(readStart(words.join(' '), 20, encode).slice(0, 20)).toEqual(words.slice(0, 20));
  });
});
