// Encodes questions through a disk cache, slowly; run as a process of its own that can be killed.
// Standard output tells, line by line, which questions went through the encoder and what was kept.
import { writeSync } from 'node:fs';
import type { QuestionEncoder } from '@embedllm/core';
import { createHashingEncoder, type EmbeddingStore, withCache } from '../../src/index.js';
import { openDiskCache } from '../../src/node.js';

const [folder, count, batchDelayMs] = process.argv.slice(2) as [string, string, string];
const report = (line: unknown): void => void writeSync(1, `${JSON.stringify(line)}\n`);

const hashing = createHashingEncoder({ dimensions: 64 });
const slow: QuestionEncoder = {
  id: hashing.id,
  dimensions: hashing.dimensions,
  fingerprint: hashing.fingerprint,
  encode: async (texts, options) => {
    report({ encoded: texts });
    await new Promise((resolve) => setTimeout(resolve, Number(batchDelayMs)));
    return await hashing.encode(texts, options);
  },
};
const disk = await openDiskCache(folder);
const store: EmbeddingStore = {
  get: (keys) => disk.get(keys),
  set: async (entries) => {
    await disk.set(entries);
    report({ kept: entries.size });
  },
};
const questions = Array.from({ length: Number(count) }, (_, i) => `What is ${i} plus ${i + 1}?`);
const vectors = await withCache(slow, store, { batchSize: 10 }).encode(questions);
const expected = await hashing.encode(questions);
report({ correct: Buffer.from(vectors.data.buffer).equals(Buffer.from(expected.data.buffer)) });
await disk.close();
