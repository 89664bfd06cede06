import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeSafetensors } from '@embedllm/core';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { encoderRecord } from '../src/index.js';
import {
  createTransformersEncoder,
  type DeviceFallback,
  restoreTransformersEncoder,
  type TransformersEncoder,
  type TransformersEncoderOptions,
  type TruncationReport,
} from '../src/transformers.js';
import { type TinyModelOptions, writeTinyModel } from './support/tiny-model.js';

const made: string[] = [];
const encoders: TransformersEncoder[] = [];
afterAll(async () => {
  for (const encoder of encoders) await encoder.dispose();
  for (const root of made) await rm(root, { recursive: true });
});

async function tiny(model: TinyModelOptions): Promise<string> {
  const folder = await writeTinyModel(model);
  made.push(dirname(folder));
  return folder;
}

async function load(
  model: TinyModelOptions,
  options: TransformersEncoderOptions = {},
): Promise<TransformersEncoder> {
  const encoder = await createTransformersEncoder({ folder: await tiny(model), ...options });
  encoders.push(encoder);
  return encoder;
}

async function vectorOf(encoder: TransformersEncoder, text: string): Promise<number[]> {
  return [...(await encoder.encode([text])).row(0)];
}

const prompts = {
  'config_sentence_transformers.json': {
    prompts: { query: 'what is ', document: 'the sum of ' },
    default_prompt_name: 'query',
  },
};

describe("a model's own prompts", () => {
  it('come before every text: the default one, the one named, or none', async () => {
    const plain = await load({});
    const byDefault = await load({ files: prompts });
    expect(await vectorOf(byDefault, 'two')).toEqual(await vectorOf(plain, 'what is two'));
    const document = await load({ files: prompts }, { prompt: 'document' });
    expect(await vectorOf(document, 'two')).toEqual(await vectorOf(plain, 'the sum of two'));
    const none = await load({ files: prompts }, { prefix: '' });
    expect(await vectorOf(none, 'two')).toEqual(await vectorOf(plain, 'two'));
  });

  it('are named when another is asked for', async () => {
    await expect(load({ files: prompts }, { prompt: 'questions' })).rejects.toThrow(
      /tiny has no prompt "questions"\. It has "query", "document"/,
    );
    await expect(load({}, { prompt: 'query' })).rejects.toThrow(/pass the text as `prefix`/);
  });

  it('are not pooled where the model says so', async () => {
    const pooling = { embedding_dimension: 4, pooling_mode: 'max', include_prompt: false };
    const files = { ...prompts, '1_Pooling/config.json': pooling, 'modules.json': PLAIN_MODULES };
    const without = await load({ files });
    const whole = await load({
      files: { ...files, '1_Pooling/config.json': { ...pooling, include_prompt: true } },
    });
    expect(without.settings.includePrompt).toBe(false);
    // Of "[CLS] what is two [SEP]", the tokens "two" and "[SEP]" are pooled.
    const [two, all] = [await vectorOf(without, 'two'), await vectorOf(whole, 'two')];
    expect(two).not.toEqual(all);
    expect(two.every((value, j) => value <= all[j]!)).toBe(true);
    const cls = await load({ files }, { pooling: 'cls' });
    const last = await load({ files }, { pooling: 'last' });
    const [first, end] = [await vectorOf(cls, 'two'), await vectorOf(last, 'two')];
    expect(two).toEqual(first.map((value, j) => Math.max(value, end[j]!)));
  });
});

const PLAIN_MODULES = [
  { idx: 0, path: '', type: 'sentence_transformers.models.Transformer' },
  { idx: 1, path: '1_Pooling', type: 'sentence_transformers.models.Pooling' },
];

describe('a model that lower-cases', () => {
  it('does so before a tokenizer that keeps the case', async () => {
    const bert = { max_seq_length: 12, do_lower_case: true };
    const encoder = await load({ lowercase: false, files: { 'sentence_bert_config.json': bert } });
    expect(await vectorOf(encoder, 'TWO')).toEqual(await vectorOf(encoder, 'two'));
    const cased = await load({ lowercase: false });
    expect(await vectorOf(cased, 'TWO')).not.toEqual(await vectorOf(cased, 'two'));
  });
});

describe('dimensions', () => {
  it('keep the leading components, at unit length again, and are stored', async () => {
    const model = await tiny({});
    const [cut, whole] = await Promise.all(
      [{ dimensions: 2 }, {}].map((options) =>
        createTransformersEncoder({ folder: model, ...options }),
      ),
    );
    encoders.push(cut!, whole!);
    const [a, b] = (await vectorOf(whole!, 'what is two')).slice(0, 2) as [number, number];
    const norm = Math.hypot(a, b);
    const vector = await vectorOf(cut!, 'what is two');
    expect(vector[0]).toBeCloseTo(a / norm, 6);
    expect(vector[1]).toBeCloseTo(b / norm, 6);
    expect(cut!.dimensions).toBe(2);
    const restored = await restoreTransformersEncoder(encoderRecord(cut!), { folder: model });
    encoders.push(restored);
    expect(await vectorOf(restored, 'what is two')).toEqual(vector);
    await expect(load({}, { dimensions: 5 })).rejects.toThrow(/`dimensions` asks for 5/);
  });
});

const dense = (weights: Record<string, unknown>): TinyModelOptions => ({
  files: {
    'modules.json': [
      ...PLAIN_MODULES,
      { idx: 2, path: '2_Dense', type: 'sentence_transformers.models.Dense' },
      { idx: 3, path: '3_LayerNorm', type: 'sentence_transformers.models.LayerNorm' },
    ],
    '2_Dense/config.json': {
      in_features: 4,
      out_features: 3,
      bias: true,
      activation_function: 'torch.nn.modules.activation.ReLU',
    },
    '2_Dense/model.safetensors': denseFile(3, 4),
    '3_LayerNorm/config.json': { dimension: 3 },
    '3_LayerNorm/model.safetensors': normFile(3, 2),
    ...weights,
  },
});
const tensor = (shape: readonly number[], value: (i: number) => number) => ({
  dtype: 'F32' as const,
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => value(i)),
});
const denseFile = (outputs: number, inputs: number) =>
  writeSafetensors([
    ['linear.weight', tensor([outputs, inputs], (i) => (i % 5) / 2 - 1)],
    ['linear.bias', tensor([outputs], (i) => i / 10)],
  ]);
const normFile = (length: number, scale: number) =>
  writeSafetensors([
    ['norm.weight', tensor([length], () => scale)],
    ['norm.bias', tensor([length], (i) => i)],
  ]);

describe('modules behind the pooling', () => {
  it('are computed in order', async () => {
    const encoder = await load(dense({}));
    const pooled = await vectorOf(await load({ files: { 'modules.json': PLAIN_MODULES } }), 'two');
    const relu = [0, 1, 2].map((row) =>
      Math.max(0, row / 10 + pooled.reduce((t, v, j) => t + v * (((4 * row + j) % 5) / 2 - 1), 0)),
    );
    const mean = relu.reduce((t, v) => t + v, 0) / 3;
    const deviation = Math.sqrt(relu.reduce((t, v) => t + (v - mean) ** 2, 0) / 3 + 1e-5);
    (await vectorOf(encoder, 'two')).forEach((value, j) => {
      expect(value).toBeCloseTo((2 * (relu[j]! - mean)) / deviation + j, 5);
    });
    expect(encoder.dimensions).toBe(3);
  });

  it('belong to the fingerprint and to the record', async () => {
    const original = dense({});
    const folder = await tiny(original);
    const encoder = await createTransformersEncoder({ folder });
    encoders.push(encoder);
    const record = JSON.parse(JSON.stringify(encoderRecord(encoder)));
    const restored = await restoreTransformersEncoder(record, { folder });
    encoders.push(restored);
    expect(restored.fingerprint).toBe(encoder.fingerprint);
    expect(await vectorOf(restored, 'one')).toEqual(await vectorOf(encoder, 'one'));
    const other = await tiny(dense({ '3_LayerNorm/model.safetensors': normFile(3, 3) }));
    await expect(restoreTransformersEncoder(record, { folder: other })).rejects.toMatchObject({
      code: 'encoder-mismatch',
      message: expect.stringContaining('3_LayerNorm/model.safetensors'),
    });
  });

  it.each([
    [
      { '2_Dense/model.safetensors': denseFile(2, 4) },
      /field linear\.weight: Has the shape \[2, 4\], but config\.json says \[3, 4\]/,
    ],
    [
      { '2_Dense/model.safetensors': normFile(3, 1) },
      /2_Dense.model\.safetensors, field linear\.weight: The tensor is missing/,
    ],
    [
      { '3_LayerNorm/model.safetensors': normFile(4, 1) },
      /3_LayerNorm.model\.safetensors takes vectors of 4 components, .* produces 3/,
    ],
  ])('are refused with wrong weights: %#', async (files, message) => {
    await expect(load(dense(files))).rejects.toThrow(message);
  });

  it('are looked for in the older file of weights too, and missed by name', async () => {
    const model = dense({ '2_Dense/pytorch_model.bin': 'no archive' });
    const without = ['2_Dense/model.safetensors'];
    await expect(load({ ...model, without })).rejects.toThrow(
      /2_Dense.pytorch_model\.bin: .*ZIP archive/,
    );
    await expect(load({ ...dense({}), without })).rejects.toMatchObject({
      code: 'io',
      message: expect.stringContaining('no weights for its module 2_Dense'),
    });
  });

  it('stay when pooling, scaling and length are given, and go when they are to be ignored', async () => {
    const given = { pooling: 'cls', normalize: true, maxTokens: 8 } as const;
    expect((await load(dense({}), given)).dimensions).toBe(3);
    const ignored = await load(dense({}), { ...given, ignoreModules: true });
    expect([ignored.dimensions, ignored.settings.head]).toEqual([4, undefined]);
  });

  it('may hold a pooling that is not supported, where another is given', async () => {
    const files = {
      '1_Pooling/config.json': { embedding_dimension: 4, pooling_mode: ['cls', 'max'] },
    };
    await expect(load({ files })).rejects.toThrow(/cls \+ max/);
    expect((await load({ files }, { pooling: 'cls' })).settings).toMatchObject({ maxTokens: 12 });
  });
});

describe('the text vectors of a graph', () => {
  const graph = { textOutput: 'sentence_embedding' };
  it('are taken where the model has no modules, or on request', async () => {
    const encoder = await load({ ...graph, without: ['modules.json'] });
    expect(encoder.settings).toMatchObject({ pooling: 'model', normalize: false });
    const chosen = await load(graph, { pooling: 'model' });
    const [plain, unit] = [await vectorOf(encoder, 'two'), await vectorOf(chosen, 'two')];
    const norm = Math.hypot(...plain);
    unit.forEach((value, j) => {
      expect(value).toBeCloseTo(plain[j]! / norm, 6);
    });
    const pooled = await load(graph);
    expect(pooled.settings.pooling).toBe('mean');
    await expect(load({}, { pooling: 'model' })).rejects.toThrow(/no output `sentence_embedding`/);
  });
});

describe('the length of texts', () => {
  it('cannot be more than the model has positions', async () => {
    await expect(load({}, { maxTokens: 65 })).rejects.toThrow(/reads at most 64 tokens/);
    const roberta = {
      'config.json': {
        model_type: 'roberta',
        architectures: ['RobertaModel'],
        max_position_embeddings: 20,
        pad_token_id: 1,
      },
      'sentence_bert_config.json': { max_seq_length: null },
    };
    expect((await load({ files: roberta })).settings.maxTokens).toBe(18);
    await expect(load({ files: roberta }, { maxTokens: 19 })).rejects.toThrow(/at most 18/);
  });

  it('cuts very long texts as it cuts others, without reading them to their end', async () => {
    const reports: TruncationReport[] = [];
    const encoder = await load({}, { onTruncated: (report) => reports.push(report) });
    const words = 'what is the sum of two and three ? ';
    const long = words.repeat(20_000);
    expect(await vectorOf(encoder, long)).toEqual(await vectorOf(encoder, words.repeat(3)));
    expect(reports[0]?.longest).toBeGreaterThan(12);
    expect(reports[0]?.longest).toBeLessThan(1000);
    const single = `two${'x'.repeat(100_000)} two`;
    expect(await vectorOf(encoder, single)).toEqual(await vectorOf(encoder, 'elephants two'));
  });
});

describe('weights that round by the batch', () => {
  it.each(['q8', 'int8', 'uint8'] as const)('of %s go one text at a time', async (dtype) => {
    const name = { q8: 'quantized', int8: 'int8', uint8: 'uint8' }[dtype];
    const folder = await tiny({});
    const { copyFile } = await import('node:fs/promises');
    await copyFile(`${folder}/onnx/model.onnx`, `${folder}/onnx/model_${name}.onnx`);
    const encoder = await createTransformersEncoder({ folder, dtype, batchSize: 8 });
    encoders.push(encoder);
    const seen: number[] = [];
    await encoder.encode(['one', 'two', 'three'], { onProgress: ({ done }) => seen.push(done) });
    expect(seen).toEqual([1, 2, 3]);
    expect(encoderRecord(encoder).settings).toMatchObject({ dtype, batching: 'single' });
    const restored = await restoreTransformersEncoder(encoderRecord(encoder), { folder });
    encoders.push(restored);
    const again: number[] = [];
    await restored.encode(['one', 'two'], { onProgress: ({ done }) => again.push(done) });
    expect(again).toEqual([1, 2]);
  });
});

describe('batches', () => {
  it('hold no more tokens than they may, padding included', async () => {
    const encoder = await load({}, { batchTokens: 10 });
    const seen: number[] = [];
    // 7, 4, 4, 3 and 3 tokens with the special ones.
    const texts = ['one', 'one two', 'what is the sum of', 'two', 'two one'];
    await encoder.encode(texts, { onProgress: ({ done }) => seen.push(done) });
    expect(seen).toEqual([1, 3, 5]);
  });
});

describe('failures of the runtime', () => {
  it('are errors of this package, and put no token on the console', async () => {
    const spies = (['error', 'warn', 'log'] as const).map((name) =>
      vi.spyOn(console, name).mockImplementation(() => {}),
    );
    try {
      // The word "and" has no row in the table of embeddings.
      const encoder = await load({ rows: 13 });
      await expect(encoder.encode(['one and two'])).rejects.toMatchObject({
        name: 'EmbedLLMError',
        code: 'environment',
        message: expect.stringContaining('The model failed on a batch of texts'),
      });
      expect(await vectorOf(encoder, 'one')).toHaveLength(4);
      for (const spy of spies) expect(spy).not.toHaveBeenCalled();
    } finally {
      for (const spy of spies) spy.mockRestore();
    }
  });

  it('say which inputs a model asks for', async () => {
    const error = await load({ inputs: ['task_id'] }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'invalid-argument' });
    expect(String(error)).toContain('task_id');
    await expect(load({ inputs: ['task_id'] }, { task: 'x' })).rejects.toThrow(
      /no adapter for the task "x"\. It has no adapters/,
    );
  });
});

describe('the device', () => {
  it('gpu falls back to what there is, and says so', async () => {
    const fallbacks: DeviceFallback[] = [];
    const encoder = await load(
      {},
      { device: 'gpu', onDeviceFallback: (fallback) => fallbacks.push(fallback) },
    );
    expect(await vectorOf(encoder, 'two')).toHaveLength(4);
    expect(encoder.device).toBeDefined();
    if (encoder.device === 'cpu') {
      expect(fallbacks[0]).toMatchObject({ asked: 'gpu', device: 'cpu' });
      expect(fallbacks[0]?.failures.every(({ reason }) => reason.length > 0)).toBe(true);
    }
  });

  it('that is not of this platform is refused by name, with what else there is', async () => {
    const other = process.platform === 'win32' ? 'coreml' : 'dml';
    await expect(load({}, { device: other })).rejects.toThrow(
      new RegExp(`${other}.* The device 'gpu' tries every`),
    );
  });
});
