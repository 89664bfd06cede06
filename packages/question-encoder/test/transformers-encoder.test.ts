import { rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DataError, EmbedLLMError } from '@embedllm/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encoderRecord, restoreEncoder } from '../src/index.js';
import {
  createTransformersEncoder,
  restoreTransformersEncoder,
  type TransformersEncoder,
  type TransformersEncoderOptions,
  type TruncationReport,
} from '../src/transformers.js';
import { hiddenStates, type TinyModelOptions, writeTinyModel } from './support/tiny-model.js';

const made: string[] = [];
const encoders: TransformersEncoder[] = [];

async function tiny(options?: TinyModelOptions): Promise<string> {
  const folder = await writeTinyModel(options);
  made.push(dirname(folder));
  return folder;
}

async function load(options: TransformersEncoderOptions): Promise<TransformersEncoder> {
  const encoder = await createTransformersEncoder(options);
  encoders.push(encoder);
  return encoder;
}

let folder: string;
beforeAll(async () => {
  folder = await tiny();
});
afterAll(async () => {
  for (const encoder of encoders) await encoder.dispose();
  for (const root of made) await rm(root, { recursive: true });
});

const texts = [
  'what is two plus three ?',
  'one',
  'the sum of one and two',
  '',
  'Is THREE the sum?',
  'elephants',
  'two',
];

function meanOf(tokens: readonly string[]): number[] {
  const states = hiddenStates(tokens);
  return [0, 1, 2, 3].map((j) => states.reduce((sum, state) => sum + state[j]!, 0) / states.length);
}

function unit(vector: readonly number[]): number[] {
  const norm = Math.hypot(...vector);
  return vector.map((value) => value / norm);
}

function expectRow(actual: Float32Array, expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  expected.forEach((value, j) => {
    expect(actual[j]).toBeCloseTo(value, 6);
  });
}

describe('a transformers encoder', () => {
  it('pools and scales as the model says: the mean of its tokens, unit length', async () => {
    const encoder = await load({ folder });
    expect([encoder.id, encoder.dimensions]).toEqual(['transformers:tiny', 4]);
    expect(encoder.settings).toMatchObject({ pooling: 'mean', normalize: true, maxTokens: 12 });
    const vectors = await encoder.encode(['what is two', 'Sum?']);
    expectRow(vectors.row(0), unit(meanOf(['[CLS]', 'what', 'is', 'two', '[SEP]'])));
    expectRow(vectors.row(1), unit(meanOf(['[CLS]', 'sum', '?', '[SEP]'])));
  });

  it.each([
    [
      'mean',
      (states: number[][]) =>
        states[0]!.map((_, j) => states.reduce((sum, s) => sum + s[j]!, 0) / states.length),
    ],
    [
      'max',
      (states: number[][]) => states[0]!.map((_, j) => Math.max(...states.map((s) => s[j]!))),
    ],
    ['cls', (states: number[][]) => states[0]!],
    ['last', (states: number[][]) => states.at(-1)!],
  ] as const)('pools by %s when told so, whatever the padding', async (pooling, pool) => {
    const encoder = await load({ folder, pooling, normalize: false });
    const vectors = await encoder.encode(['one two', 'what is the sum of one and two ?']);
    expectRow(vectors.row(0), pool(hiddenStates(['[CLS]', 'one', 'two', '[SEP]'])));
  });

  it('gives the same vectors one by one, in batches and in any order', async () => {
    const encoder = await load({ folder, batchSize: 3 });
    const together = await encoder.encode(texts);
    const reversed = await encoder.encode([...texts].reverse());
    for (const [row, text] of texts.entries()) {
      const alone = await encoder.encode([text]);
      expectRow(alone.row(0), [...together.row(row)]);
      expectRow(reversed.row(texts.length - 1 - row), [...together.row(row)]);
    }
  });

  it('gives no row for no text', async () => {
    const vectors = await (await load({ folder })).encode([]);
    expect([vectors.rows, vectors.cols]).toEqual([0, 4]);
  });

  it('cuts long texts, keeps their closing token, and reports how many were cut', async () => {
    const reports: TruncationReport[] = [];
    const encoder = await load({
      folder,
      maxTokens: 5,
      normalize: false,
      onTruncated: (report) => reports.push(report),
    });
    const vectors = await encoder.encode([
      'one two three and what ?',
      'one two three',
      'sum of one two',
    ]);
    expect(reports).toEqual([{ truncated: 2, total: 3, maxTokens: 5, longest: 8 }]);
    expectRow(vectors.row(0), meanOf(['[CLS]', 'one', 'two', 'three', '[SEP]']));
    expectRow(vectors.row(1), meanOf(['[CLS]', 'one', 'two', 'three', '[SEP]']));
    expectRow(vectors.row(2), meanOf(['[CLS]', 'sum', 'of', 'one', '[SEP]']));
    await encoder.encode(['one']);
    expect(reports.length).toBe(1);
  });

  it('puts the prefix before every text', async () => {
    const prefixed = await load({ folder, prefix: 'what is ' });
    const plain = await load({ folder });
    const vectors = await prefixed.encode(['two']);
    expectRow(vectors.row(0), [...(await plain.encode(['what is two'])).row(0)]);
    expect(prefixed.fingerprint).not.toBe(plain.fingerprint);
  });

  it('reports progress by batch and stops between batches when aborted', async () => {
    const encoder = await load({ folder, batchSize: 2 });
    const seen: number[] = [];
    await encoder.encode(texts, {
      onProgress: ({ done, total }) => {
        expect(total).toBe(7);
        seen.push(done);
      },
    });
    expect(seen).toEqual([2, 4, 6, 7]);
    const controller = new AbortController();
    const counted: number[] = [];
    const stopped = encoder.encode(texts, {
      signal: controller.signal,
      onProgress: ({ done }) => {
        counted.push(done);
        if (done === 4) controller.abort(new Error('enough'));
      },
    });
    await expect(stopped).rejects.toThrow('enough');
    expect(counted).toEqual([2, 4]);
    const before = encoder.encode(texts, { signal: AbortSignal.abort(new Error('before')) });
    await expect(before).rejects.toThrow('before');
  });

  it('stops loading when aborted', async () => {
    const reason = new Error('no longer needed');
    await expect(load({ folder, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const loading = load({
      folder,
      signal: controller.signal,
      onProgress: () => controller.abort(reason),
    });
    await expect(loading).rejects.toBe(reason);
  });

  it('refuses to work once disposed of, and texts that are none', async () => {
    const encoder = await load({ folder });
    await expect(encoder.encode([7] as unknown as string[])).rejects.toThrow(/index 0/);
    await encoder.dispose();
    await encoder.dispose();
    await expect(encoder.encode(['one'])).rejects.toThrow(/disposed/);
  });
});

describe('the fingerprint of a transformers encoder', () => {
  it('follows the settings and the files, not the folder, the batch size or other files', async () => {
    const first = await load({ folder, model: 'mine' });
    const copy = await tiny();
    await writeFile(join(copy, 'README.md'), 'a note');
    const same = await load({ folder: copy, model: 'mine', batchSize: 1, device: 'cpu' });
    expect(same.fingerprint).toBe(first.fingerprint);
    const others = await Promise.all([
      load({ folder, model: 'mine', pooling: 'cls' }),
      load({ folder, model: 'mine', normalize: false }),
      load({ folder, model: 'mine', maxTokens: 9 }),
      load({ folder: await tiny({ files: { 'config.json': bertConfig(65) } }), model: 'mine' }),
    ]);
    const fingerprints = [first, ...others].map(({ fingerprint }) => fingerprint);
    expect(new Set(fingerprints).size).toBe(5);
  });
});

function bertConfig(positions: number): unknown {
  return { model_type: 'bert', architectures: ['BertModel'], max_position_embeddings: positions };
}

describe('a transformers encoder in an artifact', () => {
  it('comes back with its settings from the model on this machine', async () => {
    const encoder = await load({ folder, pooling: 'max', prefix: 'the ' });
    const record = encoderRecord(encoder);
    expect(record.files).toBeUndefined();
    const stored = JSON.parse(JSON.stringify(record));
    const restored = await restoreTransformersEncoder(stored, { folder, batchSize: 2 });
    encoders.push(restored);
    expect(restored.fingerprint).toBe(encoder.fingerprint);
    expect(encoderRecord(restored)).toEqual(record);
    expect((await restored.encode(texts)).data).toEqual((await encoder.encode(texts)).data);
    await expect(restoreEncoder(stored)).rejects.toThrow(/restoreTransformersEncoder/);
  });

  it('is refused where the model is missing or another', async () => {
    const record = encoderRecord(await load({ folder }));
    await expect(restoreTransformersEncoder(record)).rejects.toThrow(/created from a folder/);
    const other = await tiny({ files: { 'config.json': bertConfig(99) } });
    await expect(restoreTransformersEncoder(record, { folder: other })).rejects.toMatchObject({
      code: 'encoder-mismatch',
    });
    const lsa = { id: 'lsa', dimensions: 4, fingerprint: 'f' };
    await expect(restoreTransformersEncoder(lsa)).rejects.toMatchObject({
      code: 'encoder-mismatch',
    });
    const altered = { ...record.settings, prefix: 'x' };
    await expect(
      restoreTransformersEncoder({ ...record, settings: altered }, { folder }),
    ).rejects.toThrow(/The record was altered/);
    for (const [field, value] of [
      ['pooling', 'sum'],
      ['dtype', '__proto__'],
      ['maxTokens', -1],
      ['normalize', 'yes'],
      ['source', 'elsewhere'],
      ['formatVersion', 2],
    ] as const) {
      const settings = { ...record.settings, [field]: value };
      const error = await restoreTransformersEncoder({ ...record, settings }, { folder }).catch(
        (reason: unknown) => reason,
      );
      expect(error).toBeInstanceOf(DataError);
      expect(String(error)).toContain(`encoder.settings.${field}`);
    }
  });
});

describe('a model that cannot be used', () => {
  async function failure(
    model: TinyModelOptions,
    options: TransformersEncoderOptions = {},
  ): Promise<unknown> {
    return await load({ folder: await tiny(model), ...options }).catch((error: unknown) => error);
  }

  it('is named with the file that its folder lacks', async () => {
    const absent = await load({ folder: '/nowhere/at-all' }).catch((error: unknown) => error);
    expect(absent).toMatchObject({ code: 'io' });
    expect(String(absent)).toContain('/nowhere/at-all has no file config.json');
    expect(String(await failure({ without: ['tokenizer.json'] }))).toMatch(
      /no file tokenizer\.json/,
    );
    expect(String(await failure({}, { dtype: 'q8' }))).toMatch(
      /no file onnx.model_quantized\.onnx/,
    );
  });

  it('is refused when its weights are damaged', async () => {
    const error = await failure({ files: { 'onnx/model.onnx': 'not a graph' } });
    expect(error).toMatchObject({ code: 'io' });
    expect(String(error)).toMatch(/Cannot load the model .*tiny/);
  });

  it('is refused when it gives no token vectors', async () => {
    const error = await failure({ output: 'logits' });
    expect(String(error)).toMatch(
      /no output `last_hidden_state` or `token_embeddings` .* only logits/,
    );
    const other = await failure({ output: 'token_embeddings' });
    expect(other).not.toBeInstanceOf(Error);
  });

  it('is refused when neither it nor the caller says how to pool', async () => {
    const error = await failure({ without: ['modules.json'] });
    expect(error).toMatchObject({ code: 'invalid-argument' });
    expect(String(error)).toMatch(/does not specify how .* Set `pooling` and `normalize`/);
    const told = await failure({ without: ['modules.json'] }, { pooling: 'mean', normalize: true });
    expect(told).toMatchObject({ settings: { maxTokens: 32 } });
  });

  it('is refused when its settings are malformed or disagree with its vectors', async () => {
    const large = { note: 'x'.repeat(1_000_000) };
    expect(String(await failure({ files: { 'sentence_bert_config.json': large } }))).toMatch(
      /sentence_bert_config\.json: Larger than 1000000 bytes/,
    );
    expect(String(await failure({ files: { 'modules.json': '[' } }))).toMatch(
      /modules\.json: Not valid JSON/,
    );
    const pooling = { word_embedding_dimension: 8, pooling_mode_mean_tokens: true };
    const error = await failure({ files: { '1_Pooling/config.json': pooling } });
    expect(String(error)).toMatch(/vectors of 4 dimensions, but its pooling settings name 8/);
  });

  it.each([
    [{ dtype: 'fp8' }, /`dtype` must be one of fp32/],
    [{ pooling: 'sum' }, /`pooling` must be one of mean, max, cls, last/],
    [{ maxTokens: 0 }, /`maxTokens` must be an integer/],
    [{ batchSize: 0 }, /`batchSize` must be an integer from 1 to 4096/],
    [{ batchTokens: 0 }, /`batchTokens` must be an integer from 1 to 1048576/],
    [{ threads: 0 }, /`threads` must be an integer/],
    [{ dimensions: 0 }, /`dimensions` must be an integer/],
    [{ prompt: 'query', prefix: 'x' }, /`prompt`, a name, or `prefix`/],
    [{ ignoreModules: true, pooling: 'cls' }, /`ignoreModules` needs `pooling` and `normalize`/],
    [{ revision: 'main' }, /`revision` applies to the hub/],
    [{ folder: undefined, model: '../tiny' }, /`model` must be the name of a hub model/],
    [{ folder: undefined, model: '/models/tiny' }, /Pass the path of a folder as `folder`/],
  ])('is not even looked for with the option %j', async (options, message) => {
    const wrong = { folder, ...options } as TransformersEncoderOptions;
    const error = await load(wrong).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(EmbedLLMError);
    expect(String(error)).toMatch(message);
  });
});
