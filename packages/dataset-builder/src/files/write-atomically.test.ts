import { access, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeAtomically } from './write-atomically.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'embedllm-write-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const failing = {
  name: 'a.csv',
  chunks: (function* (): Generator<string> {
    yield 'x';
    throw new Error('no space left');
  })(),
};

describe('writeAtomically', () => {
  it('leaves no directory behind that it made, where writing fails or is stopped', async () => {
    await expect(writeAtomically(join(folder, 'new/deep'), [failing])).rejects.toThrow(/no space/);
    const stopped = AbortSignal.abort();
    const file = { name: 'b.csv', chunks: ['x'] };
    await expect(writeAtomically(join(folder, 'late'), [file], stopped)).rejects.toThrow();
    expect(await readdir(folder)).toEqual([]);
  });

  it('keeps a directory that was there', async () => {
    await mkdir(join(folder, 'kept'));
    const file = { name: 'b.csv', chunks: ['x'] };
    await expect(
      writeAtomically(join(folder, 'kept'), [file], AbortSignal.abort()),
    ).rejects.toThrow();
    await access(join(folder, 'kept'));
  });
});
