import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runEncodeChild } from './support/run-encode-child.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'question-encoder-killed-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('an encode that was killed resumes where it stopped, and repeats no text', async () => {
  const killed = await runEncodeChild({ folder, questions: 200, batchDelayMs: 20, killAfter: 4 });
  expect(killed).toMatchObject({ signal: 'SIGKILL', correct: undefined });
  expect(killed.kept).toBeLessThan(20);
  const kept = killed.encoded.slice(0, killed.kept).flat();

  const resumed = await runEncodeChild({ folder, questions: 200 });
  expect(resumed).toMatchObject({ signal: null, correct: true });
  const encoded = resumed.encoded.flat();
  // A batch may be kept without the process having lived to tell; that one is not in `kept`.
  expect(encoded.filter((text) => kept.includes(text))).toEqual([]);
  expect(new Set([...killed.encoded.flat(), ...encoded]).size).toBe(200);
  expect(encoded.length).toBeGreaterThan(0);
  expect(encoded.length + kept.length).toBeLessThanOrEqual(200);

  const again = await runEncodeChild({ folder, questions: 200 });
  expect(again).toMatchObject({ correct: true, encoded: [] });
});

it('processes that share a folder at the same time do not disturb each other', async () => {
  const runs = await Promise.all(
    [150, 200].map((questions) => runEncodeChild({ folder, questions, batchDelayMs: 5 })),
  );
  expect(runs.map(({ correct }) => correct)).toEqual([true, true]);
  const again = await runEncodeChild({ folder, questions: 200 });
  expect(again).toMatchObject({ correct: true, encoded: [] });
});
