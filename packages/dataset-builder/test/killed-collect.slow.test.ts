import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { readCollectRecords } from '../src/collect.js';
import { chatServer } from './chat-server.js';
import { temporaryDirectory } from './temporary-directory.js';

const root = temporaryDirectory();
const QUESTIONS = 150;
/** Two models, two at a time each. */
const WORKERS = 4;

it('a killed collection loses at most a call of each worker, and asks nothing else twice', async () => {
  let asked = 0;
  let killAt = 0;
  let kill = (): void => {};
  const server = await chatServer(() => {
    if (++asked === killAt) kill();
    return { text: 'The answer is 1.', delayMs: 3 };
  });
  const record = join(root, 'record.jsonl');
  const script = fileURLToPath(new URL('./collect-process.ts', import.meta.url));
  const run = async (): Promise<number | null> => {
    const args = ['--import', 'tsx', script, record, server.baseURL, String(QUESTIONS)];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
    kill = () => child.kill('SIGKILL');
    const [code]: unknown[] = await once(child, 'exit');
    return typeof code === 'number' ? code : null;
  };
  let before = 0;
  for (const step of [1, 40, 77]) {
    killAt = asked + step;
    expect(await run()).toBeNull();
    const kept = (await readCollectRecords(record).catch(() => [])).length;
    expect(asked - (kept - before) - (killAt - step)).toBeLessThanOrEqual(WORKERS);
    before = kept;
  }
  killAt = 0;
  expect(await run()).toBe(0);
  expect(await readCollectRecords(record)).toHaveLength(2 * QUESTIONS);
  expect(asked).toBeLessThanOrEqual(2 * QUESTIONS + 3 * WORKERS);
  await server.close();
}, 120_000);
