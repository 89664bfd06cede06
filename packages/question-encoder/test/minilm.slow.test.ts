import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Matrix, readNpy } from '@embedllm/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encoderConformance } from '../src/testing.js';
import {
  createTransformersEncoder,
  restoreTransformersEncoder,
  type TransformersEncoder,
} from '../src/transformers.js';
import { miniLmFolder } from './support/minilm/write-minilm.js';

// Golden values: golden/minilm-reference.py, which shares no code with this package.
const golden = (name: string) => fileURLToPath(new URL(`golden/${name}`, import.meta.url));
const texts: readonly string[] = JSON.parse(readFileSync(golden('minilm-texts.json'), 'utf8'));
const truth: Matrix = readNpy(readFileSync(golden('minilm-vectors.npy')));

let folder: string;
const encoders: TransformersEncoder[] = [];
beforeAll(async () => {
  folder = await miniLmFolder();
}, 120_000);
afterAll(async () => {
  for (const encoder of encoders) await encoder.dispose();
});

async function load(dtype: 'fp32' | 'q8'): Promise<TransformersEncoder> {
  const encoder = await createTransformersEncoder({ folder, dtype });
  encoders.push(encoder);
  return encoder;
}

/** Largest difference of a component, over the rows. */
function largestDifference(a: Matrix, b: Matrix): number {
  return a.data.reduce((most, value, i) => Math.max(most, Math.abs(value - b.data[i]!)), 0);
}

async function oneByOne(encoder: TransformersEncoder): Promise<Float32Array[]> {
  const rows: Float32Array[] = [];
  for (const text of texts) rows.push((await encoder.encode([text])).row(0));
  return rows;
}

describe('all-MiniLM-L6-v2', { timeout: 120_000 }, () => {
  it('gives the vectors that were computed independently', async () => {
    const encoder = await load('fp32');
    expect(encoder.settings).toMatchObject({ pooling: 'mean', normalize: true, maxTokens: 256 });
    expect(largestDifference(await encoder.encode(texts), truth)).toBeLessThan(2e-6);
  });

  it('gives a text the same vector alone and in a batch', async () => {
    const encoder = await load('fp32');
    const together = await encoder.encode(texts);
    const alone = Matrix.fromRows(await oneByOne(encoder));
    expect(largestDifference(alone, together)).toBeLessThan(1e-6);
  });

  it('gives the very same vector alone and in a batch with 8-bit weights, near the truth', async () => {
    const encoder = await load('q8');
    const together = await encoder.encode(texts);
    for (const [row, alone] of (await oneByOne(encoder)).entries()) {
      expect(alone).toEqual(together.row(row));
      const cosine = alone.reduce((sum, value, j) => sum + value * truth.row(row)[j]!, 0);
      expect(cosine).toBeGreaterThan(0.95);
    }
  });
});

for (const dtype of ['fp32', 'q8'] as const) {
  describe(`all-MiniLM-L6-v2 in ${dtype} conforms: it`, { timeout: 120_000 }, () => {
    const checks = encoderConformance(() => load(dtype), {
      longTextCharacters: 20_000,
      manyTexts: 40,
      restore: async (record) => {
        const encoder = await restoreTransformersEncoder(record, { folder });
        encoders.push(encoder);
        return encoder;
      },
    });
    for (const { name, run } of checks) it(name, run);
  });
}
