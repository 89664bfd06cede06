import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { temporaryDirectory } from '../../test/temporary-directory.js';
import { lockRecord } from './record-lock.js';

let hasLinks = true;
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  const link = async (from: string, to: string): Promise<void> => {
    if (hasLinks) return real.link(from, to);
    throw Object.assign(new Error('no links'), { code: 'EPERM' });
  };
  return { ...real, link };
});

const root = temporaryDirectory();
let files = 0;
const newRecord = (): string => join(root, `record-${files++}.jsonl`);

it('lets one work on a record at a time', async () => {
  const record = newRecord();
  const unlock = await lockRecord(record);
  await expect(lockRecord(record)).rejects.toThrow(
    new RegExp(`record-0.jsonl: is in use by process ${process.pid} since 20.+delete .+\\.lock`),
  );
  await unlock();
  await unlock();
  const again = await lockRecord(record);
  await again();
});

it('takes over what a killed process left, and one that is not its own', async () => {
  const record = newRecord();
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  const left = { pid: child.pid, host: hostname(), since: '2026-01-01T00:00:00Z' };
  await writeFile(`${record}.lock`, JSON.stringify(left));
  await expect(lockRecord(record)).rejects.toThrow(/is in use by process \d+ since 2026/);
  // Another process has got the number since.
  if (process.platform === 'linux') {
    await writeFile(`${record}.lock`, JSON.stringify({ ...left, started: 'before' }));
    await (await lockRecord(record))();
  }
  await writeFile(`${record}.lock`, JSON.stringify(left));
  child.kill('SIGKILL');
  await once(child, 'exit');
  const locks = await Promise.allSettled(Array.from({ length: 8 }, () => lockRecord(record)));
  expect(locks.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(JSON.parse(await readFile(`${record}.lock`, 'utf8')).pid).toBe(process.pid);
});

it('does not touch the lock of another machine, or a file that is not a lock', async () => {
  const record = newRecord();
  await writeFile(`${record}.lock`, JSON.stringify({ pid: 1, host: 'elsewhere', since: 'then' }));
  await expect(lockRecord(record)).rejects.toThrow(/process 1 on elsewhere since then/);
  await writeFile(`${record}.lock`, '{');
  await expect(lockRecord(record)).rejects.toThrow(/in use by another process/);
  await expect(lockRecord(join(root, 'none', 'record.jsonl'))).rejects.toThrow(/cannot be written/);
});

it('works where the file system has no links', async () => {
  hasLinks = false;
  try {
    const record = newRecord();
    const unlock = await lockRecord(record);
    await expect(lockRecord(record)).rejects.toThrow(/is in use by process/);
    await unlock();
    await (await lockRecord(record))();
  } finally {
    hasLinks = true;
  }
});
