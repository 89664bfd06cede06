import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createFileCheckpoint } from '../src/node.js';
import { resolveBackend, trainAdam } from '../src/tfjs.js';
import { KILLED_TRAINING } from './killed-training.fixture.js';

const SCRIPT = join(import.meta.dirname, 'killed-training.ts');

/** Runs the training and kills its process once an epoch is reported. */
function runAndKill(file: string, epoch: number): Promise<NodeJS.Signals | null> {
  const child = spawn(process.execPath, ['--import', 'tsx', SCRIPT, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (text.includes(`epoch ${epoch}\n`)) child.kill('SIGKILL');
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (_, signal) => resolve(signal));
  });
}

it('a training that is killed continues to the bits that it would have reached', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'embedllm-killed-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'training.safetensors');
  expect(await runAndKill(file, 3)).toBe('SIGKILL');

  const options = { ...KILLED_TRAINING, backend: await resolveBackend({ prefer: ['wasm'] }) };
  const run: number[] = [];
  const resumed = await trainAdam({
    ...options,
    resume: await createFileCheckpoint(file).load(),
    onProgress: ({ epoch, step, steps }) => {
      if (step === steps) run.push(epoch);
    },
  });
  expect(run[0]).toBeGreaterThan(1);
  expect(run.at(-1)).toBe(60);
  const whole = await trainAdam(options);
  const { embeddings } = KILLED_TRAINING.train;
  expect(resumed.model.score(embeddings)).toEqual(whole.model.score(embeddings));
  expect(resumed.history).toEqual(whole.history);
}, 300_000);

it('a checkpoint file that is not there yet starts a training afresh', async () => {
  const missing = createFileCheckpoint(join(tmpdir(), 'embedllm-no-such-file'));
  expect(await missing.load()).toBeUndefined();
  await expect(
    createFileCheckpoint(join(tmpdir(), 'embedllm-no-folder', 'x')).save(new Uint8Array(1)),
  ).rejects.toMatchObject({ code: 'io' });
});
