// Memory of a transformers encoder over 100,000 texts, one a call and in calls of a thousand: what
// stays grows with nothing. The model is the tiny one of the tests, so that calls, tensors and
// results are many and the model itself is small.
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createTransformersEncoder } from '../src/transformers.js';
import { writeTinyModel } from '../test/support/tiny-model.js';

const TEXTS = 100_000;
const words = ['what', 'is', 'two', 'plus', 'three', 'one', 'the', 'sum', 'of', 'and'];
const textOf = (index: number): string =>
  Array.from({ length: 3 + (index % 8) }, (_, i) => words[(index * 7 + i * 3) % 10]).join(' ');

function residentMb(): number {
  globalThis.gc?.();
  return process.memoryUsage.rss() / 2 ** 20;
}

const folder = await writeTinyModel();
const encoder = await createTransformersEncoder({ folder });
try {
  for (const perCall of [1, 1000]) {
    const seen: number[] = [];
    for (let start = 0; start < TEXTS; start += perCall) {
      await encoder.encode(Array.from({ length: perCall }, (_, i) => textOf(start + i)));
      if ((start + perCall) % (TEXTS / 10) === 0) seen.push(residentMb());
    }
    const [first, last] = [seen[0] ?? 0, seen.at(-1) ?? 0];
    console.log(
      `${TEXTS} texts, ${perCall} a call: resident memory ${seen.map((mb) => mb.toFixed(0)).join(', ')} MB after each tenth; ratio of the last to the first ${(last / first).toFixed(2)}`,
    );
  }
} finally {
  await encoder.dispose();
  await rm(dirname(folder), { recursive: true });
}
