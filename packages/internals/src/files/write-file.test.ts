import { execFileSync } from 'node:child_process';
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { replaceFile, writeDurably } from './write-file.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'embedllm-files-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('replaces a file by text or bytes and leaves nothing next to it', async () => {
  const file = join(folder, 'a.txt');
  await replaceFile(file, 'old');
  await replaceFile(file, new TextEncoder().encode('new'));
  expect(await readFile(file, 'utf8')).toBe('new');
  expect(await readdir(folder)).toEqual(['a.txt']);
});

it('leaves nothing next to a file that it could not replace', async () => {
  const file = join(folder, 'folder-instead');
  await replaceFile(join(folder, 'keep'), '');
  await mkdir(join(file, 'x'), { recursive: true });
  await expect(replaceFile(file, 'text')).rejects.toThrow();
  expect((await readdir(folder)).sort()).toEqual(['folder-instead', 'keep']);
});

it('does not write over a file that is there', async () => {
  const file = join(folder, 'a.txt');
  await writeFile(file, 'mine');
  await expect(writeDurably(file, new Uint8Array(1))).rejects.toMatchObject({ code: 'EEXIST' });
  expect(await readFile(file, 'utf8')).toBe('mine');
});

it('writes to a pipe and leaves it in its place', async () => {
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const [read] = await Promise.all([readFile(pipe, 'utf8'), replaceFile(pipe, 'text')]);
  expect(read).toBe('text');
  expect((await lstat(pipe)).isFIFO()).toBe(true);
  expect(await readdir(folder)).toEqual(['pipe']);
});
