import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbedLLMError, type Tensor, writeSafetensors } from '@embedllm/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tokenizer as tokenizerJson, VOCABULARY } from '../../test/support/tiny-model.js';
import {
  createStaticEncoder,
  encoderRecord,
  restoreEncoder,
  restoreStaticEncoder,
  type StaticEncoderOptions,
} from '../index.js';
import { loadStaticEncoder } from '../node.js';

const WIDTH = 3;
const tokenizer = new TextEncoder().encode(JSON.stringify(tokenizerJson()));
const component = (id: number, j: number) => ((id * 5 + j * 3) % 7) - 3;
const floats = Float32Array.from({ length: VOCABULARY.length * WIDTH }, (_, i) =>
  component(Math.floor(i / WIDTH), i % WIDTH),
);
const plain: Tensor = { dtype: 'F32', shape: [VOCABULARY.length, WIDTH], data: floats };
const weightsOf = (tensors: Record<string, Tensor>) => writeSafetensors(Object.entries(tensors));

function meanOf(words: readonly string[], weight: (id: number) => number = () => 1): number[] {
  const ids = words.map((word) => VOCABULARY.indexOf(word));
  return Array.from(
    { length: WIDTH },
    (_, j) => ids.reduce((sum, id) => sum + weight(id) * component(id, j), 0) / ids.length,
  );
}

async function vectorOf(
  tensors: Record<string, Tensor>,
  text: string,
  options: Partial<StaticEncoderOptions> = { normalize: false },
): Promise<number[]> {
  const encoder = await createStaticEncoder({ tokenizer, weights: weightsOf(tensors), ...options });
  return [...(await encoder.encode([text])).row(0)];
}

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((value, j) => {
    expect(value).toBeCloseTo(expected[j]!, 5);
  });
}

describe('a static encoder', () => {
  it('gives the mean of the vectors of the known tokens', async () => {
    const vector = await vectorOf({ embeddings: plain }, 'What is TWO, elephants?');
    expectClose(vector, meanOf(['what', 'is', 'two', '?']));
    expect(await vectorOf({ embeddings: plain }, 'elephants')).toEqual([0, 0, 0]);
  });

  it('scales rows to unit length unless told otherwise', async () => {
    const vector = await vectorOf({ embeddings: plain }, 'what is two', {});
    const mean = meanOf(['what', 'is', 'two']);
    expectClose(
      vector,
      mean.map((value) => value / Math.hypot(...mean)),
    );
  });

  it('reads 8-bit tables, factors and mappings as model2vec does', async () => {
    const count = VOCABULARY.length;
    const factors = Float32Array.from({ length: count }, (_, id) => (id + 1) / 10);
    // The rows lie in the file from last to first.
    const reversed = Int8Array.from({ length: count * WIDTH }, (_, i) =>
      component(count - 1 - Math.floor(i / WIDTH), i % WIDTH),
    );
    const mapping = BigInt64Array.from({ length: count }, (_, id) => BigInt(count - 1 - id));
    const vector = await vectorOf(
      {
        embeddings: { dtype: 'I8', shape: [count, WIDTH], data: reversed },
        weights: { dtype: 'F32', shape: [count], data: factors },
        mapping: { dtype: 'I64', shape: [count], data: mapping },
      },
      'what is two',
    );
    expectClose(
      vector,
      meanOf(['what', 'is', 'two'], (id) => (id + 1) / 10),
    );
  });

  it('counts so many tokens from the start, however long the text is', async () => {
    const tensors = { embeddings: plain };
    const long = 'what is two and three ? '.repeat(5000);
    const cut = { normalize: false, maxTokens: 2 };
    expectClose(await vectorOf(tensors, long, cut), meanOf(['what', 'is']));
    const all = await vectorOf(tensors, long, { normalize: false, maxTokens: null });
    expectClose(all, meanOf(['what', 'is', 'two', 'and', 'three', '?']));
  });

  it('comes back from its record, and is refused when files or kind differ', async () => {
    const weights = weightsOf({ 'embedding.weight': plain });
    const encoder = await createStaticEncoder({ tokenizer, weights, name: 'tiny' });
    expect([encoder.id, encoder.dimensions]).toEqual(['static:tiny', WIDTH]);
    const record = encoderRecord(encoder);
    const restored = await restoreEncoder(record);
    expect(restored.fingerprint).toBe(encoder.fingerprint);
    expect((await restored.encode(['two'])).data).toEqual((await encoder.encode(['two'])).data);
    const files = new Map([...record.files!, ['tokenizer.json', tokenizer.slice()]]);
    const settings = { ...record.settings, normalize: false };
    await expect(restoreStaticEncoder({ ...record, files, settings })).rejects.toMatchObject({
      code: 'encoder-mismatch',
    });
    await expect(restoreStaticEncoder({ ...record, id: 'lsa' })).rejects.toMatchObject({
      code: 'encoder-mismatch',
    });
    await expect(restoreStaticEncoder({ ...record, files: new Map() })).rejects.toThrow(
      /no file tokenizer\.json/,
    );
    const wrong = { ...record.settings, maxTokens: 'x' };
    await expect(restoreStaticEncoder({ ...record, settings: wrong })).rejects.toThrow(
      /encoder\.settings\.maxTokens/,
    );
  });

  const vector = (length: number): Tensor => ({
    dtype: 'F32',
    shape: [length],
    data: new Float32Array(length),
  });
  it.each<[Record<string, Tensor>, RegExp]>([
    [{ other: plain }, /`embeddings` is missing/],
    [{ embeddings: vector(4) }, /field embeddings: Must have two axes/],
    [{ embeddings: plain, weights: vector(2) }, /field weights: Must have 15 numbers/],
    [{ embeddings: plain, mapping: vector(15) }, /field mapping: Must be a vector of integers/],
    [
      {
        embeddings: plain,
        mapping: { dtype: 'I32', shape: [1], data: Int32Array.of(15) },
      },
      /field mapping: Names row 15 for token 0, but there are 15 rows/,
    ],
    [
      { embeddings: { dtype: 'F32', shape: [2, 3], data: floats.slice(0, 6) } },
      /vectors for 2 tokens, but the ids in tokenizer\.json go up to 14/,
    ],
  ])('is refused with wrong tensors: %#', async (tensors, message) => {
    const weights = weightsOf(tensors);
    const making = createStaticEncoder({ tokenizer, weights });
    await expect(making).rejects.toThrow(message);
    await expect(making).rejects.toMatchObject({ code: 'invalid-data' });
  });

  it('is refused with a length out of range', async () => {
    const weights = weightsOf({ embeddings: plain });
    const making = createStaticEncoder({ tokenizer, weights, maxTokens: 0 });
    await expect(making).rejects.toThrow(/`maxTokens` must be an integer/);
  });
});

describe('a folder of a static encoder', () => {
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'static-encoder-'));
  });
  afterAll(async () => {
    await rm(root, { recursive: true });
  });

  async function folder(name: string, files: Record<string, unknown>): Promise<string> {
    for (const [file, content] of Object.entries(files)) {
      await mkdir(join(root, name, file, '..'), { recursive: true });
      const isRaw = content instanceof Uint8Array || typeof content === 'string';
      await writeFile(join(root, name, file), isRaw ? content : JSON.stringify(content));
    }
    return join(root, name);
  }

  const model = {
    'tokenizer.json': tokenizer,
    'model.safetensors': weightsOf({ embeddings: plain }),
  };

  it('says in config.json or modules.json whether rows are scaled', async () => {
    const scaled = await loadStaticEncoder(await folder('potion', model));
    expect(scaled.settings).toMatchObject({ name: 'potion', normalize: true, maxTokens: 512 });
    const config = { 'config.json': { model_type: 'model2vec', normalize: false } };
    const plainOne = await loadStaticEncoder(await folder('plain', { ...model, ...config }));
    expect(plainOne.settings.normalize).toBe(false);
    const modules = [
      { idx: 0, path: '0_StaticEmbedding', type: 'sentence_transformers.models.StaticEmbedding' },
    ];
    const inside = Object.fromEntries(
      Object.entries(model).map(([name, content]) => [`0_StaticEmbedding/${name}`, content]),
    );
    const sentence = await folder('sentence', { ...inside, 'modules.json': modules });
    expect((await loadStaticEncoder(sentence, { name: 'own' })).settings).toMatchObject({
      name: 'own',
      normalize: false,
    });
  });

  it('is refused by the name of what it lacks or has wrong', async () => {
    const error = await loadStaticEncoder(join(root, 'absent')).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(EmbedLLMError);
    expect(String(error)).toMatch(/absent has no file model\.safetensors/);
    const weights = { 'model.safetensors': model['model.safetensors'] };
    await expect(loadStaticEncoder(await folder('half', weights))).rejects.toThrow(
      /no file tokenizer\.json/,
    );
    const broken = await folder('broken', { ...model, 'config.json': '{' });
    await expect(loadStaticEncoder(broken)).rejects.toThrow(/config\.json: Not valid JSON/);
  });
});
