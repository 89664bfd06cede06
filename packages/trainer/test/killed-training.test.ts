import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

const SCRIPT = join(import.meta.dirname, 'killed-training.ts');

/** Runs the training; with `killAfter`, kills the process once that epoch is reported. */
function run(files: readonly string[], killAfter?: number): Promise<NodeJS.Signals | null> {
  const child = spawn(process.execPath, ['--import', 'tsx', SCRIPT, ...files], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (killAfter !== undefined && text.includes(`epoch ${killAfter}\n`)) child.kill('SIGKILL');
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (_, signal) => resolve(signal));
  });
}

it('a training that is killed goes on to the bits that it would have reached', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'embedllm-killed-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const at = (name: string): string => join(folder, name);
  const whole = [at('whole.safetensors'), at('whole.scores')];
  const killed = [at('killed.safetensors'), at('killed.scores')];
  expect(await run(whole)).toBeNull();
  expect(await run(killed, 4)).toBe('SIGKILL');
  expect(existsSync(at('killed.scores'))).toBe(false);
  expect(existsSync(at('killed.safetensors'))).toBe(true);
  expect(await run(killed)).toBeNull();
  expect(await readFile(at('killed.scores'))).toEqual(await readFile(at('whole.scores')));
});
