import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  CategoryIndicators,
  Matrix,
  type QuestionEncoder,
  Random,
  writeSafetensors,
} from '@embedllm/core';
import { afterAll, describe, expect, it } from 'vitest';
import { createEndpointEncoder, restoreEndpointEncoder } from '../src/endpoint.js';
import {
  createHashingEncoder,
  createMemoryStore,
  createStaticEncoder,
  fitLsaEncoder,
  joinEncoders,
  restoreEncoder,
  withCache,
  withCategories,
} from '../src/index.js';
import {
  type ConformanceOptions,
  EncoderConformanceError,
  encoderConformance,
} from '../src/testing.js';
import { createTransformersEncoder, restoreTransformersEncoder } from '../src/transformers.js';
import { type EmbeddingsServer, startEmbeddingsServer } from './support/embeddings-server.js';
import { tokenizer, VOCABULARY, writeTinyModel } from './support/tiny-model.js';

const cleanUp: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const clean of cleanUp) await clean();
});

const hashing = () => createHashingEncoder({ dimensions: 32 });
const staticEncoder = () => {
  const random = new Random(3);
  const data = Float32Array.from({ length: VOCABULARY.length * 8 }, () => random.normal());
  return createStaticEncoder({
    tokenizer: new TextEncoder().encode(JSON.stringify(tokenizer())),
    weights: writeSafetensors([
      ['embeddings', { dtype: 'F32', shape: [VOCABULARY.length, 8], data }],
    ]),
  });
};
const questions = Array.from({ length: 40 }, (_, i) => `What is ${i} plus ${i % 7}? Is it a sum?`);

let folder: Promise<string> | undefined;
function tinyFolder(): Promise<string> {
  folder ??= writeTinyModel().then((path) => {
    cleanUp.push(() => rm(dirname(path), { recursive: true }));
    return path;
  });
  return folder;
}

let server: Promise<EmbeddingsServer> | undefined;
function runningServer(): Promise<EmbeddingsServer> {
  server ??= startEmbeddingsServer().then((started) => {
    cleanUp.push(() => started.close());
    return started;
  });
  return server;
}

type Case = [string, () => QuestionEncoder | Promise<QuestionEncoder>, ConformanceOptions?];
const cases: Case[] = [
  ['lsa', () => fitLsaEncoder({ texts: questions, dimensions: 8 }), { restore: restoreEncoder }],
  ['hashing', hashing, { restore: restoreEncoder, tolerance: 0 }],
  [
    'static',
    staticEncoder,
    {
      texts: ['what is two plus three ?', 'one', 'the sum of one and two', 'is three the sum?'],
      restore: restoreEncoder,
      tolerance: 0,
    },
  ],
  [
    'joined',
    async () =>
      joinEncoders([await fitLsaEncoder({ texts: questions, dimensions: 8 }), hashing()], {
        weights: [3, 1],
      }),
    { restore: restoreEncoder },
  ],
  [
    'hashing with categories',
    () =>
      withCategories(
        hashing(),
        new CategoryIndicators({
          categories: ['sums', 'other'],
          shares: Float32Array.of(0.5, 0.5),
          scale: 1,
          weights: new Matrix(2, 32, new Float32Array(64).fill(0.1)),
          bias: new Float32Array(2),
        }),
      ),
    { restore: restoreEncoder, tolerance: 1e-6 },
  ],
  [
    'hashing with a cache',
    () => withCache(hashing(), createMemoryStore(), { batchSize: 16 }),
    { restore: restoreEncoder, tolerance: 0 },
  ],
  [
    'transformers',
    async () => {
      const encoder = await createTransformersEncoder({ folder: await tinyFolder() });
      cleanUp.push(() => encoder.dispose());
      return encoder;
    },
    {
      texts: ['what is two plus three ?', 'one', 'the sum of one and two', 'is three the sum?'],
      restore: async (record) => {
        const encoder = await restoreTransformersEncoder(record, { folder: await tinyFolder() });
        cleanUp.push(() => encoder.dispose());
        return encoder;
      },
    },
  ],
  [
    'endpoint',
    async () => {
      const { baseURL } = await runningServer();
      return await createEndpointEncoder({ baseURL, model: 'embed', batchSize: 8 });
    },
    { restore: restoreEndpointEncoder },
  ],
];

for (const [name, create, options] of cases) {
  describe(`the ${name} encoder conforms: it`, () => {
    for (const check of encoderConformance(create, options)) it(check.name, check.run);
  });
}

/** A correct encoder without progress, signal or fingerprint: as little as the interface asks. */
function plain(change: Partial<QuestionEncoder> = {}): QuestionEncoder {
  const inner = hashing();
  return {
    id: 'plain',
    dimensions: inner.dimensions,
    encode: async (texts, options) => await inner.encode(texts, options),
    ...change,
  };
}

/** Encodes properly, then does something wrong with it. */
function spoiling(spoil: (result: Matrix, texts: readonly string[]) => Matrix): QuestionEncoder {
  const inner = hashing();
  return plain({
    encode: async (texts, options) => spoil(await inner.encode(texts, options), texts),
  });
}

/** Encodes properly, then changes the values. */
function changing(change: (result: Matrix, texts: readonly string[]) => unknown): QuestionEncoder {
  return spoiling((result, texts) => {
    change(result, texts);
    return result;
  });
}

/** Changes each value. */
function mapping(map: (value: number, index: number) => number): QuestionEncoder {
  return spoiling(({ rows, cols, data }) => new Matrix(rows, cols, data.map(map)));
}

async function failures(
  create: () => QuestionEncoder | Promise<QuestionEncoder>,
  options?: ConformanceOptions,
): Promise<string[]> {
  const failed: string[] = [];
  for (const { name, run } of encoderConformance(create, options)) {
    const error = await run().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (error === undefined) continue;
    expect(error).toBeInstanceOf(EncoderConformanceError);
    failed.push(name);
  }
  return failed;
}

const scratch = new Matrix(2000, 32);
let made = 0;

/** Encoders that are wrong in one way, and a check that must notice. */
const broken: [string, () => QuestionEncoder, string, ConformanceOptions?][] = [
  ['no id', () => plain({ id: '' }), 'has an id'],
  ['no dimensions', () => plain({ dimensions: 0 }), 'has an id'],
  ['other columns than dimensions', () => plain({ dimensions: 31 }), 'returns one row per text'],
  [
    'a row short',
    () => spoiling((m) => new Matrix(Math.max(0, m.rows - 1), m.cols)),
    'returns one row per text',
  ],
  [
    'arrays instead of a matrix',
    () => spoiling((m) => Array.from({ length: m.rows }, (_, i) => m.row(i)) as unknown as Matrix),
    'returns one row per text',
  ],
  [
    'an empty list without columns',
    () => spoiling((m) => (m.rows === 0 ? new Matrix(0, 0) : m)),
    'returns no rows',
  ],
  [
    'an error on an empty list',
    () =>
      spoiling((m) => {
        if (m.rows === 0) throw new RangeError('nothing to do');
        return m;
      }),
    'returns no rows',
  ],
  ['the same vector for all', () => mapping(() => 1), 'distinguishes different texts'],
  [
    'rows sorted by length',
    () =>
      spoiling((m, texts) =>
        m.selectRows([...texts.keys()].sort((a, b) => texts[a]!.length - texts[b]!.length)),
      ),
    'returns rows in the order',
  ],
  [
    'noise',
    () => mapping((value) => value + Math.random() / 1e3),
    'returns the same vectors each time',
  ],
  [
    'vectors centred by batch',
    () =>
      spoiling((m) => {
        const mean = m.data.reduce((sum, v) => sum + v, 0) / Math.max(1, m.data.length);
        return new Matrix(
          m.rows,
          m.cols,
          m.data.map((v) => v - mean),
        );
      }),
    'returns the same vector for a text whatever else',
  ],
  [
    'positions within large batches',
    () => changing((m) => m.rows > 50 && m.data.fill(1, 0, 4)),
    'returns the same vector for a text whatever else',
  ],
  [
    'vectors scaled by the longest text',
    () =>
      spoiling((m, texts) => {
        const longest = Math.max(1, ...texts.map((text) => text.length));
        return new Matrix(
          m.rows,
          m.cols,
          m.data.map((v) => v / longest),
        );
      }),
    'returns the same vector for a text next to a much longer one',
  ],
  [
    'one abort for all calls',
    () => {
      const inner = hashing();
      const stops = new Set<(reason: unknown) => void>();
      return plain({
        encode: (texts, options) =>
          new Promise((resolve, reject) => {
            options?.signal?.throwIfAborted();
            stops.add(reject);
            options?.signal?.addEventListener('abort', () => {
              for (const stop of stops) stop(options.signal?.reason);
            });
            setTimeout(() => inner.encode(texts, options).then(resolve, reject), 1);
          }),
      });
    },
    'keeps a call separate from a concurrent one that is aborted',
  ],
  [
    'zeros for repeated texts',
    () =>
      changing((m, texts) => texts.map((text, i) => texts.indexOf(text) < i && m.row(i).fill(0))),
    'returns the same vector for repeated',
  ],
  [
    'a list that is sorted in place',
    () => {
      const inner = hashing();
      return plain({
        encode: async (texts, options) => {
          const result = await inner.encode(texts, options);
          (texts as string[]).sort();
          return result;
        },
      });
    },
    'does not change the list of texts',
  ],
  [
    'one buffer for all results',
    () =>
      spoiling((m) => {
        scratch.data.set(m.data);
        return new Matrix(m.rows, m.cols, scratch.data.subarray(0, m.data.length));
      }),
    'returns a separate result for each call',
  ],
  [
    'results that it keeps in a cache and gives away',
    () => {
      const inner = hashing();
      const kept = new Map<string, Promise<Matrix>>();
      return plain({
        encode: (texts, options) => {
          options?.signal?.throwIfAborted();
          const key = texts.join('|');
          const result = kept.get(key) ?? inner.encode(texts, options);
          return kept.set(key, result).get(key)!;
        },
      });
    },
    'returns a separate result for each call',
  ],
  [
    'state that calls share',
    () => {
      const inner = hashing();
      let current: readonly string[] = [];
      return plain({
        encode: async (texts, options) => {
          current = texts;
          await new Promise((resolve) => setTimeout(resolve, 1));
          return await inner.encode(current, options);
        },
      });
    },
    'keeps concurrent calls separate',
  ],
  [
    'NaN for empty texts',
    () => changing((m, texts) => texts.map((text, i) => text.trim() || m.row(i).fill(Number.NaN))),
    'accepts empty and blank texts',
  ],
  [
    'an error on half a surrogate pair',
    () => changing((_m, texts) => texts.map(encodeURIComponent)),
    'accepts any Unicode',
  ],
  [
    'an error on long texts',
    () =>
      spoiling((m, texts) => {
        if (texts.some((text) => text.length > 8192)) throw new RangeError('too long');
        return m;
      }),
    'accepts very long texts',
  ],
  [
    'a signal that is not looked at',
    () => plain({ encode: (texts) => hashing().encode(texts) }),
    'rejects with the reason of a signal that is already aborted',
  ],
  [
    'a signal that is looked at in the beginning only',
    () =>
      plain({
        encode: (texts, options) => {
          options?.signal?.throwIfAborted();
          const onProgress = options?.onProgress;
          return hashing().encode(texts, { onProgress });
        },
      }),
    'rejects with the reason of a signal that aborts while it runs',
  ],
  [
    'an error of its own after an abort',
    () =>
      plain({
        encode: (texts, options) =>
          hashing()
            .encode(texts, options)
            .catch(() => {
              throw new Error('cancelled');
            }),
      }),
    'rejects with the reason of a signal that is already aborted',
  ],
  [
    'an abort that breaks it',
    () => {
      let broke = false;
      return plain({
        encode: async (texts, options) => {
          const result = await hashing()
            .encode(texts, options)
            .catch((reason: unknown) => {
              broke = true;
              throw reason;
            });
          return broke ? new Matrix(result.rows, result.cols) : result;
        },
      });
    },
    'works as before after an abort',
  ],
  [
    'progress that falls',
    () =>
      plain({
        encode: (texts, options) => {
          options?.onProgress?.({ phase: 'encode', done: texts.length, total: texts.length });
          return hashing().encode(texts, options);
        },
      }),
    'reports progress that never decreases',
  ],
  [
    'progress in percent',
    () =>
      plain({
        encode: (texts, options) => {
          const { signal, onProgress } = options ?? {};
          return hashing().encode(texts, {
            signal,
            onProgress: ({ done, total }) =>
              onProgress?.({ phase: 'encode', done: (100 * done) / total, total: 100 }),
          });
        },
      }),
    'reports progress that never decreases',
  ],
  [
    'progress that does not reach the end',
    () =>
      plain({
        encode: (texts, options) => {
          options?.onProgress?.({ phase: 'encode', done: 1, total: texts.length });
          return hashing().encode(texts, { signal: options?.signal });
        },
      }),
    'reports progress that never decreases',
  ],
  [
    'a fingerprint made of the number of calls',
    () => {
      let calls = 0;
      const inner = hashing();
      return {
        ...plain(),
        get fingerprint() {
          return `calls:${calls}`;
        },
        encode: (texts, options) => {
          calls++;
          return inner.encode(texts, options);
        },
      };
    },
    'keeps its id, dimensions and fingerprint',
  ],
  [
    'a fingerprint that is new each time',
    () => plain({ fingerprint: `random:${made++}` }),
    'has the same fingerprint and vectors when it is created again',
  ],
  [
    'a seed that the fingerprint does not cover',
    () => {
      const inner = createHashingEncoder({ dimensions: 32, seed: made++ });
      return plain({ encode: (texts, options) => inner.encode(texts, options) });
    },
    'has the same fingerprint and vectors when it is created again',
  ],
  [
    'settings that JSON cannot hold',
    () =>
      Object.assign(plain(), {
        serialize: () => ({ settings: { limit: Number.POSITIVE_INFINITY }, files: new Map() }),
      }),
    'serialises, if it does',
  ],
  [
    'files in folders',
    () =>
      Object.assign(plain(), {
        serialize: () => ({ settings: {}, files: new Map([['../x', new Uint8Array()]]) }),
      }),
    'serialises, if it does',
  ],
  [
    'a time in the settings',
    () =>
      Object.assign(plain(), {
        serialize: () => ({ settings: { made: made++ }, files: new Map() }),
      }),
    'serialises, if it does',
  ],
  [
    'another encoder that comes back',
    hashing,
    'is restored from its record',
    { restore: () => createHashingEncoder({ dimensions: 16 }) },
  ],
  [
    'other vectors that come back',
    () => plain(),
    'is restored from its record',
    { restore: () => changing((m) => m.data.reverse()) },
  ],
];

describe('the conformance suite', () => {
  it('accepts an encoder with only what the interface requires', async () => {
    const inner = hashing();
    const bare: QuestionEncoder = {
      id: 'bare',
      dimensions: 32,
      encode: async (texts, options) => {
        options?.signal?.throwIfAborted();
        return await inner.encode(texts);
      },
    };
    expect(await failures(() => bare)).toEqual([]);
    expect(await failures(() => plain())).toEqual([]);
  });

  it.each(broken)('notices %s', async (_, create, check, options) => {
    const failed = await failures(create, {
      manyTexts: 60,
      longTextCharacters: 10_000,
      ...options,
    });
    expect(
      failed.some((name) => name.startsWith(check)),
      failed.join('; '),
    ).toBe(true);
  });

  it('has a defect for each of its checks', () => {
    const names = encoderConformance(hashing, { restore: restoreEncoder }).map(({ name }) => name);
    const without = names.filter((name) => !broken.some(([, , check]) => name.startsWith(check)));
    expect(without).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
  });

  it('says what is wrong and where', async () => {
    const check = encoderConformance(() => mapping(() => Number.NaN)).find(({ name }) =>
      name.startsWith('returns one row'),
    );
    await expect(check?.run()).rejects.toThrow(/returned NaN for the texts, in the row of text 0/);
  });

  it('refuses options out of range', () => {
    expect(() => encoderConformance(hashing, { texts: ['a', 'b', 'a'] })).toThrow(/at least three/);
    expect(() => encoderConformance(hashing, { tolerance: -1 })).toThrow(/`tolerance`/);
    expect(() => encoderConformance(hashing, { manyTexts: 1 })).toThrow(/`manyTexts`/);
    expect(() => encoderConformance(hashing, { longTextCharacters: 1 })).toThrow(/longText/);
  });
});
