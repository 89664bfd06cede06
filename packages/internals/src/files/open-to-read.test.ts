import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readWhole } from './open-to-read.js';

let folder: string;
let pipe: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'embedllm-read-'));
  pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
});
afterAll(() => rm(folder, { recursive: true }));

it('reads files whole, and says what the system says where it cannot', async () => {
  const file = join(folder, 'file');
  const bytes = Buffer.alloc(200_000, 'abc');
  await writeFile(file, bytes);
  expect((await readWhole(file)).equals(bytes)).toBe(true);
  await expect(readWhole(join(folder, 'none'))).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(readWhole(folder)).rejects.toMatchObject({ code: 'EISDIR' });
});

it('waits for the writer of a pipe and reads until it is done', async () => {
  const read = readWhole(pipe);
  execFile('sh', ['-c', 'sleep 0.3; (printf one; sleep 0.3; printf two) > "$0"', pipe]);
  expect((await read).toString()).toBe('onetwo');
});

it('stops waiting for a writer when it is aborted', async () => {
  const controller = new AbortController();
  const read = readWhole(pipe, controller.signal);
  setTimeout(() => controller.abort('stopped'), 50);
  await expect(read).rejects.toBe('stopped');
});
