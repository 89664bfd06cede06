// Kills a process that encodes through a disk cache, lets another one resume, and counts the texts
// that went through the encoder; then times a warm cache against encoding again.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHashingEncoder, withCache } from '../src/index.js';
import { openDiskCache } from '../src/node.js';
import { runEncodeChild } from '../test/support/run-encode-child.js';

const QUESTIONS = 2000;
const folder = await mkdtemp(join(tmpdir(), 'question-encoder-bench-'));
try {
  const killed = await runEncodeChild({
    folder: join(folder, 'killed'),
    questions: QUESTIONS,
    batchDelayMs: 2,
    killAfter: 60,
  });
  const kept = new Set(killed.encoded.slice(0, killed.kept).flat());
  const resumed = await runEncodeChild({ folder: join(folder, 'killed'), questions: QUESTIONS });
  const again = resumed.encoded.flat();
  console.log(
    `${QUESTIONS} questions: killed (${killed.signal}) with ${kept.size} kept; resumed: ${again.length} encoded, ${again.filter((text) => kept.has(text)).length} of the kept ones repeated; vectors correct: ${resumed.correct}`,
  );

  // As many vectors as the published data set has questions, of all-mpnet-base-v2's length.
  const texts = Array.from({ length: 36_054 }, (_, i) => `question ${i}`);
  const encoder = createHashingEncoder({ dimensions: 768 });
  const cold = await openDiskCache(join(folder, 'large'));
  const [expected, coldMs] = await timed(() => withCache(encoder, cold).encode(texts));
  await cold.close();
  const [warm, openMs] = await timed(() => openDiskCache(join(folder, 'large')));
  const [vectors, warmMs] = await timed(() => withCache(encoder, warm).encode(texts));
  await warm.close();
  const isEqual = Buffer.from(vectors.data.buffer).equals(Buffer.from(expected.data.buffer));
  console.log(
    `36,054 vectors of 768: first encode and write ${coldMs.toFixed(0)} ms; open ${openMs.toFixed(0)} ms, look up ${warmMs.toFixed(0)} ms (${(texts.length / warmMs).toFixed(0)} texts/ms); equal: ${isEqual}; ratio ${(coldMs / (openMs + warmMs)).toFixed(1)}`,
  );
} finally {
  await rm(folder, { recursive: true });
}

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const start = performance.now();
  const result = await work();
  return [result, performance.now() - start];
}
