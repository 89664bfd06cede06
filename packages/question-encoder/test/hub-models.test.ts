import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encoderRecord } from '../src/index.js';
import { createTransformersEncoder, restoreTransformersEncoder } from '../src/transformers.js';
import { denseMatrix, HUB_MODELS, type HubModel } from './support/hub-models.js';
import { hiddenStates, tokenVector, writeTinyModel } from './support/tiny-model.js';

/** The vector of "one two", worked out without the package from what the model's files say. */
function expectedVector({ files, expected, width, options }: HubModel): number[] {
  const prompt = expected.prefix?.toLowerCase().match(/[a-z]+|[^\sa-z]/g) ?? [];
  const known = new Set(['what', 'is', 'two', 'plus', 'three', 'one', 'the', 'sum', 'of', 'and']);
  const words = [...prompt.map((word) => (known.has(word) ? word : '[UNK]')), 'one', 'two'];
  const tokens = ['[CLS]', ...words, '[SEP]'];
  const states = hiddenStates(tokens, width);
  const sum = (rows: readonly number[][]) =>
    Array.from({ length: width }, (_, j) => rows.reduce((total, row) => total + row[j]!, 0));
  let vector = {
    mean: () => sum(states).map((value) => value / states.length),
    cls: () => states[0]!,
    last: () => states.at(-1)!,
    model: () => sum(tokens.map((token) => tokenVector(token, width))),
  }[expected.pooling]();
  for (let index = 0; files[`${index + 2}_Dense/config.json`]; index++) {
    const config = files[`${index + 2}_Dense/config.json`] as Record<string, unknown>;
    const [inputs, outputs] = [config.in_features as number, config.out_features as number];
    const weights = denseMatrix(inputs, outputs, index);
    const input = vector;
    vector = Array.from({ length: outputs }, (_, row) =>
      input.reduce((total, value, j) => total + weights[row * inputs + j]! * value, 0),
    );
    if (String(config.activation_function).endsWith('Tanh')) vector = vector.map(Math.tanh);
  }
  if (options?.layerNorm) {
    const mean = vector.reduce((total, value) => total + value, 0) / vector.length;
    const variance = vector.reduce((t, value) => t + (value - mean) ** 2, 0) / vector.length;
    vector = vector.map((value) => (value - mean) / Math.sqrt(variance + 1e-5));
  }
  vector = vector.slice(0, expected.dimensions);
  const norm = expected.normalize ? Math.hypot(...vector) : 1;
  return vector.map((value) => value / norm);
}

async function withModel(
  { width, files, graph }: HubModel,
  work: (folder: string) => Promise<void>,
): Promise<void> {
  const without = Object.keys(files).filter((name) => files[name] === undefined);
  const folder = await writeTinyModel({ dimensions: width, files, without, ...graph });
  try {
    await work(folder);
  } finally {
    await rm(dirname(folder), { recursive: true });
  }
}

describe('widely used models, from their configuration and generated weights', () => {
  it.each(HUB_MODELS)('$name gives the vectors that its files describe', async (model) => {
    await withModel(model, async (folder) => {
      const encoder = await createTransformersEncoder({ folder, ...model.options });
      const { prefix = '', ...settings } = model.expected;
      expect(encoder.settings).toMatchObject({ prefix, ...settings });
      const vectors = await encoder.encode(['what is the sum ?', 'one two']);
      const expected = expectedVector(model);
      expect(encoder.dimensions).toBe(expected.length);
      const largest = Math.max(...expected.map(Math.abs));
      const difference = Math.max(
        ...expected.map((value, j) => Math.abs(value - vectors.row(1)[j]!)),
      );
      expect(difference / largest).toBeLessThan(1e-5);

      const record = JSON.parse(JSON.stringify(encoderRecord(encoder)));
      const restored = await restoreTransformersEncoder(record, { folder });
      expect(restored.fingerprint).toBe(encoder.fingerprint);
      expect((await restored.encode(['one two'])).data).toEqual(
        (await encoder.encode(['one two'])).data,
      );
      await encoder.dispose();
      await restored.dispose();
    });
  });
});
