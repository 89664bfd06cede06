import { resolve } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { writeSafetensors } from '@embedllm/core';
import { findChromium, runInChromium } from '@embedllm/internals/testing';
import { rolldown } from 'rolldown';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  createHashingEncoder,
  createStaticEncoder,
  encoderRecord,
  fitLsaEncoder,
  joinEncoders,
  restoreEncoder,
} from '../src/index.js';
import { tokenizer as tokenizerJson, VOCABULARY } from './support/tiny-model.js';

const TEXTS = [
  'What is two plus three?',
  'One and two.',
  'Is the sum of two and one three?',
  'Ένα',
];
const WIDTH = 4;
const tokenizer = JSON.stringify(tokenizerJson());
const weights = writeSafetensors([
  [
    'embeddings',
    {
      dtype: 'F32',
      shape: [VOCABULARY.length, WIDTH],
      data: Float32Array.from({ length: VOCABULARY.length * WIDTH }, (_, i) => Math.sin(i * i)),
    },
  ],
]);

/** What the program below does, in Node and on the source. */
async function expected(): Promise<unknown> {
  const lsa = await fitLsaEncoder({ texts: TEXTS.slice(0, 3), dimensions: 2 });
  const table = await createStaticEncoder({
    tokenizer: new TextEncoder().encode(tokenizer),
    weights,
  });
  const joined = await joinEncoders([lsa, table, createHashingEncoder({ dimensions: 8 })]);
  const restored = await restoreEncoder(encoderRecord(joined));
  const vectors = await restored.encode(TEXTS);
  return { id: joined.id, fingerprint: restored.fingerprint, values: [...vectors.data] };
}

const PROGRAM = `
  const { fitLsaEncoder, createStaticEncoder, createHashingEncoder, joinEncoders, encoderRecord,
    restoreEncoder } = encoders;
  globalThis.found = (async () => {
    const texts = ${JSON.stringify(TEXTS)};
    const lsa = await fitLsaEncoder({ texts: texts.slice(0, 3), dimensions: 2 });
    const table = await createStaticEncoder({
      tokenizer: new TextEncoder().encode(${JSON.stringify(tokenizer)}),
      weights: Uint8Array.from(${JSON.stringify([...weights])}),
    });
    const joined = await joinEncoders([lsa, table, createHashingEncoder({ dimensions: 8 })]);
    const restored = await restoreEncoder(encoderRecord(joined));
    const vectors = await restored.encode(texts);
    return JSON.stringify({
      id: joined.id, fingerprint: restored.fingerprint, values: [...vectors.data],
    });
  })();
`;

/** The main entry as one script that sets `encoders`. */
async function bundle(): Promise<string> {
  const built = await rolldown({
    input: 'src/index.ts',
    cwd: resolve(import.meta.dirname, '..'),
    platform: 'browser',
    external: ['@huggingface/tokenizers'],
  });
  const { output } = await built.generate({ format: 'iife', name: 'encoders' });
  return output.map((file) => (file.type === 'chunk' ? file.code : '')).join('\n');
}

function expectSame(found: string, truth: unknown): void {
  const { values, ...identity } = JSON.parse(found);
  const { values: trueValues, ...trueIdentity } = truth as { values: number[]; id: string };
  expect(identity).toEqual(trueIdentity);
  expect(values).toHaveLength(trueValues.length);
  trueValues.forEach((value, i) => {
    expect(values[i]).toBeCloseTo(value, 6);
  });
}

let script: string;
beforeAll(async () => {
  script = await bundle();
});

describe('the main entry', () => {
  it('runs where there are web globals only, with the vectors of Node', async () => {
    const context = createContext({
      TextEncoder,
      TextDecoder,
      crypto,
      performance,
      setTimeout,
      AbortController,
      AbortSignal,
    });
    runInContext(`${script};{${PROGRAM}}`, context);
    expectSame(await runInContext('found', context), await expected());
  });
});

const chromium = findChromium();
describe.skipIf(chromium === undefined)('in headless Chromium', () => {
  it('gives the vectors of Node', async () => {
    const found = await runInChromium(chromium ?? '', `${script};{${PROGRAM}}`);
    expectSame(found, await expected());
  });
});
