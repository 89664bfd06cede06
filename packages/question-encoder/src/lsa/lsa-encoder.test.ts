import { DataError, EmbedLLMError, readSafetensors, writeSafetensors } from '@embedllm/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../cache/memory-store.js';
import { withCache } from '../cache/with-cache.js';
import { encoderRecord } from '../record/encoder-record.js';
import { restoreEncoder } from '../record/restore-encoder.js';
import { type FitLsaOptions, fitLsaEncoder } from './fit-lsa-encoder.js';
import { restoreLsaEncoder } from './restore-lsa-encoder.js';

const subjects = ['cat', 'dog', 'horse', 'train', 'bus', 'plane'];
const places = ['field', 'house', 'station', 'road'];
const texts = subjects.flatMap((subject, s) =>
  places.map((place, p) => `Where is the ${subject} that left the ${place} at ${s + p} o'clock?`),
);

function fit(options: Partial<FitLsaOptions> = {}) {
  return fitLsaEncoder({ texts, dimensions: 8, oversampling: 4, ...options });
}

function cosine(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, index) => sum + value * b[index]!, 0);
}

describe('fitLsaEncoder', () => {
  it('gives unit rows in the order of the texts', async () => {
    const encoder = await fit();
    expect([encoder.id, encoder.dimensions]).toEqual(['lsa', 8]);
    const vectors = await encoder.encode(texts);
    expect([vectors.rows, vectors.cols]).toEqual([24, 8]);
    for (let row = 0; row < vectors.rows; row++) {
      expect(cosine(vectors.row(row), vectors.row(row))).toBeCloseTo(1, 6);
    }
    const alone = await encoder.encode([texts[5]!]);
    expect(alone.row(0)).toEqual(vectors.row(5));
  });

  it('puts a text closest to those that share its words', async () => {
    const encoder = await fit({ dimensions: 12 });
    const vectors = await encoder.encode(['a cat', 'the cat', 'the bus']);
    expect(cosine(vectors.row(0), vectors.row(1))).toBeGreaterThan(
      cosine(vectors.row(0), vectors.row(2)) + 0.2,
    );
  });

  it('keeps the cosines of the TF-IDF rows when no dimension is cut', async () => {
    const encoder = await fit({ dimensions: 24, minDocumentFrequency: 1, ngrams: 1 });
    const vectors = await encoder.encode(texts);
    const square = (df: number, count: number) =>
      ((1 + Math.log(count)) * (Math.log(25 / (1 + df)) + 1)) ** 2;
    // Nine words ("where is that left at o ' clock ?") occur once in every text, "the" twice.
    // Texts 1 and 13 share these and the place; subjects and hours differ.
    const common = 9 * square(24, 1) + square(24, 2) + square(6, 1);
    const own = (hour: number) =>
      square(4, 1) + square(texts.filter((text) => text.includes(` ${hour} `)).length, 1);
    const expected = common / Math.sqrt((common + own(1)) * (common + own(4)));
    expect(cosine(vectors.row(1), vectors.row(13))).toBeCloseTo(expected, 5);
  });

  it('repeats bit for bit, with the same fingerprint', async () => {
    const [first, second] = await Promise.all([fit(), fit()]);
    expect((await second.encode(texts)).data).toEqual((await first.encode(texts)).data);
    expect(second.fingerprint).toBe(first.fingerprint);
    expect(first.fingerprint).toMatch(/^lsa:sha256:[0-9a-f]{64}$/);
    const other = await fit({ texts: texts.slice(1) });
    expect(other.fingerprint).not.toBe(first.fingerprint);
  });

  it('gives zeros, never NaN, for a text without any known term', async () => {
    const encoder = await fit();
    const vectors = await encoder.encode(['', 'xyzzy', '\n', 'the cat']);
    expect([...vectors.data.subarray(0, 24)]).toEqual(new Array(24).fill(0));
    expect(cosine(vectors.row(3), vectors.row(3))).toBeCloseTo(1, 6);
  });

  it('has as many dimensions as the texts span when fewer than asked for', async () => {
    const encoder = await fitLsaEncoder({
      texts: ['a b', 'b c', 'c a b'],
      minDocumentFrequency: 1,
    });
    expect(encoder.dimensions).toBe(3);
    expect(encoder.settings.requestedDimensions).toBe(256);
    const repeated = await fitLsaEncoder({ texts: ['a b', 'a b', 'a b'] });
    expect(repeated.dimensions).toBe(1);
    expect([...(await repeated.encode(['a b'])).data]).toEqual([1]);
  });

  it('refuses texts in which nothing repeats, no texts, and what is not text', async () => {
    await expect(fit({ texts: ['one', 'two'] })).rejects.toThrow(
      /No word occurs in at least 2 of the 2 texts/,
    );
    await expect(fit({ texts: ['', ' '] })).rejects.toThrow(/None of the 2 texts contains a word/);
    await expect(fit({ texts: [] })).rejects.toThrow(/at least one text/);
    const wrong: unknown = ['a', 3];
    await expect(fit({ texts: wrong as string[] })).rejects.toThrow(/index 1 must be a string/);
    await expect((await fit()).encode([null] as unknown as string[])).rejects.toThrow(/index 0/);
  });

  it.each([
    ['dimensions', 0],
    ['dimensions', 1.5],
    ['ngrams', 6],
    ['minDocumentFrequency', Number.NaN],
    ['maxTerms', 0],
    ['oversampling', -1],
    ['powerIterations', 0],
    ['seed', 2 ** 32],
  ])('refuses %s = %d', async (name, value) => {
    const error = await fit({ [name]: value }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(EmbedLLMError);
    expect(String(error)).toContain(`\`${name}\` must be an integer`);
  });

  it('reports rising progress through its stages and stops when aborted', async () => {
    const seen: string[] = [];
    let last = 0;
    await fit({
      onProgress: ({ phase, done }) => {
        if (seen.at(-1) !== phase) {
          seen.push(phase);
          last = 0;
        }
        expect(done).toBeGreaterThanOrEqual(last);
        last = done;
      },
    });
    expect(seen).toEqual(['terms', 'weights', 'decomposition']);
    const controller = new AbortController();
    const stopped = fit({
      signal: controller.signal,
      onProgress: ({ phase }) => phase === 'weights' && controller.abort(new Error('enough')),
    });
    await expect(stopped).rejects.toThrow('enough');
    await expect(fit({ signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow('before');
  });

  it('reports the progress of encoding and stops it when aborted', async () => {
    const encoder = await fit();
    const seen: number[] = [];
    await encoder.encode(texts, { onProgress: ({ done, total }) => seen.push(done / total) });
    expect(seen.at(-1)).toBe(1);
    const controller = new AbortController();
    const stopped = encoder.encode(texts, {
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('enough')),
    });
    await expect(stopped).rejects.toThrow('enough');
  });
});

describe('restoring an LSA encoder', () => {
  it('gives the same vectors and fingerprint from a record and from what serialize gave', async () => {
    const encoder = await fit();
    const record = encoderRecord(encoder);
    // What an artifact does to it: JSON there and back, and bytes at any alignment.
    const stored = {
      ...record,
      settings: JSON.parse(JSON.stringify(record.settings)),
      files: new Map(
        [...record.files!].map(([name, bytes]) => {
          const shifted = new Uint8Array(bytes.length + 1);
          shifted.set(bytes, 1);
          return [name, shifted.subarray(1)];
        }),
      ),
    };
    const expected = (await encoder.encode(texts)).data;
    for (const restored of [
      await restoreLsaEncoder(stored),
      await restoreLsaEncoder(encoder.serialize()),
      await restoreEncoder(stored),
    ]) {
      expect((await restored.encode(texts)).data).toEqual(expected);
      expect(restored.fingerprint).toBe(encoder.fingerprint);
    }
  });

  it('refuses a record whose fingerprint is another', async () => {
    const record = encoderRecord(await fit());
    await expect(
      restoreLsaEncoder({ ...record, fingerprint: 'lsa:sha256:0' }),
    ).rejects.toMatchObject({ code: 'encoder-mismatch' });
  });

  it('refuses damaged settings, naming the field', async () => {
    const { settings, files } = (await fit()).serialize();
    const damaged: [Record<string, unknown>, RegExp][] = [
      [{ ...settings, formatVersion: 2 }, /formatVersion: .*found 2/],
      [{}, /formatVersion: .*found missing/],
      [Object.create(settings), /formatVersion: .*found missing/],
      [{ ...settings, dimensions: 1e9 }, /dimensions: Must be an integer from 1 to 4096/],
      [{ ...settings, dimensions: '8' }, /dimensions: .* but is "8"/],
      [{ ...settings, texts: 0 }, /texts: /],
      [{ ...settings, terms: (settings.terms as number) - 1 }, /vocabulary\.txt: Must have/],
      [{ ...settings, ngrams: 1 }, /a term of 2 words, but the settings allow 1/],
      [{ ...settings, dimensions: 7 }, /field components: Must be F32 of shape \[\d+, 7\]/],
      [{ ...settings, texts: 3 }, /field document_frequencies: Value 0 must be from 1 to 3/],
    ];
    for (const [wrong, message] of damaged) {
      const error = await restoreLsaEncoder({ settings: wrong, files }).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(DataError);
      expect(String(error)).toMatch(message);
    }
  });

  it('refuses damaged files, naming the file and the place', async () => {
    const { settings, files } = (await fit()).serialize();
    const tensorBytes = files.get('lsa.safetensors')!;
    const vocabulary = new TextDecoder().decode(files.get('vocabulary.txt')!);
    const changeTensor = (name: string, value: number) => {
      const { tensors } = readSafetensors(tensorBytes.slice());
      const tensor = tensors.get(name)!;
      tensor.data[1] = value;
      return writeSafetensors(tensors);
    };
    const withoutTensor = () => {
      const { tensors } = readSafetensors(tensorBytes);
      tensors.delete('components');
      return writeSafetensors(tensors);
    };
    const text = (value: string) => new TextEncoder().encode(value);
    const damaged: [string, Uint8Array | undefined, RegExp][] = [
      ['vocabulary.txt', undefined, /vocabulary\.txt: The encoder does not contain this file/],
      ['lsa.safetensors', undefined, /lsa\.safetensors: The encoder does not contain this file/],
      ['vocabulary.txt', Uint8Array.of(0xff), /vocabulary\.txt: The file is not valid UTF-8/],
      ['vocabulary.txt', text(`${vocabulary}\nmore`), /Must have \d+ terms/],
      ['vocabulary.txt', text(vocabulary.replace(/^.*\n/, '\n')), /row 1: The term is empty/],
      ['lsa.safetensors', tensorBytes.subarray(0, -1), /lsa\.safetensors/],
      ['lsa.safetensors', new Uint8Array(3), /lsa\.safetensors/],
      ['lsa.safetensors', withoutTensor(), /field components: The tensor is missing/],
      ['lsa.safetensors', changeTensor('components', Number.NaN), /components .*NaN at row 0/],
      ['lsa.safetensors', changeTensor('singular_values', 99), /value 1 is 99/],
      ['lsa.safetensors', changeTensor('document_frequencies', -1), /Value 1 must be from 1/],
    ];
    for (const [name, bytes, message] of damaged) {
      const changed = new Map(files);
      if (bytes) changed.set(name, bytes);
      else changed.delete(name);
      const error = await restoreLsaEncoder({ settings, files: changed }).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(EmbedLLMError);
      expect(String(error)).toMatch(message);
    }
  });
});

describe('a stored LSA encoder with any byte changed', () => {
  it('is refused, or still gives finite vectors under another fingerprint', async () => {
    const encoder = await fit();
    const { settings, files } = encoder.serialize();
    const change = fc.record({
      name: fc.constantFrom(...files.keys()),
      at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      value: fc.integer({ min: 0, max: 255 }),
    });
    await fc.assert(
      fc.asyncProperty(change, async ({ name, at, value }) => {
        const bytes = files.get(name)!.slice();
        const index = Math.floor(at * bytes.length);
        fc.pre(bytes[index] !== value);
        bytes[index] = value;
        const stored = { settings, files: new Map(files).set(name, bytes) };
        const restored = await restoreLsaEncoder(stored).catch((error: unknown) => error);
        if (restored instanceof Error) {
          expect(restored).toBeInstanceOf(EmbedLLMError);
          return;
        }
        const vectors = await (restored as typeof encoder).encode(texts);
        expect(vectors.data.every(Number.isFinite)).toBe(true);
        expect((restored as typeof encoder).fingerprint).not.toBe(encoder.fingerprint);
      }),
      { numRuns: 150 },
    );
  });
});

describe('encoder records', () => {
  it('hold only the identity of an encoder that cannot be stored', async () => {
    const custom = { id: 'mine', dimensions: 3, encode: () => Promise.reject(new Error()) };
    const record = encoderRecord(custom);
    expect(record).toEqual({ id: 'mine', dimensions: 3, fingerprint: 'mine' });
    await expect(restoreEncoder(record)).rejects.toThrow(/trained with the encoder "mine" \(3 dim/);
    await expect(restoreLsaEncoder(record)).rejects.toMatchObject({ code: 'encoder-mismatch' });
  });

  it('name the function that rebuilds a transformers encoder', async () => {
    await expect(
      restoreEncoder({ id: 'transformers:a/b', fingerprint: 'f', dimensions: 4 }),
    ).rejects.toThrow(/restoreTransformersEncoder/);
  });
});

describe('coverage of an LSA encoder', () => {
  it('is 0 where no word is known, and falls with the share of unknown words', async () => {
    const encoder = await fit({ dimensions: 12 });
    const question = texts[3] as string;
    const [none, empty, half, all] = await encoder.coverage([
      'xyzzy plugh',
      '',
      `${question} xyzzy plugh frotz`,
      question,
    ]);
    expect([none, empty]).toEqual([0, 0]);
    expect(half).toBeGreaterThan(0);
    expect(half).toBeLessThan(all as number);
    expect(all).toBeGreaterThan(0.5);
    expect(all).toBeLessThanOrEqual(1);
  });

  it('does not take one known word for a question', async () => {
    const encoder = await fit({ dimensions: 24, minDocumentFrequency: 1, ngrams: 1 });
    const [word, question] = await encoder.coverage(['?', texts[0] as string]);
    expect(question).toBeCloseTo(1, 5);
    expect(word).toBeLessThan(0.5);
  });

  it('comes through a cache, a restored encoder and an encoder that adds nothing', async () => {
    const encoder = await fit();
    const restored = await restoreLsaEncoder(encoder.serialize());
    const expected = await encoder.coverage(texts);
    expect(await restored.coverage(texts)).toEqual(expected);
    const cached = withCache(encoder, createMemoryStore());
    expect(await cached.coverage?.(texts)).toEqual(expected);
  });
});
