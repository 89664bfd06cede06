import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHashingEncoder } from '../../hashing/hashing-encoder.js';
import { withCache } from '../with-cache.js';
import { type DiskCache, openDiskCache } from './open-disk-cache.js';

let root: string;
let folder: string;
const opened: DiskCache[] = [];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'question-encoder-disk-'));
  folder = join(root, 'deep', 'cache');
});
afterEach(async () => {
  for (const cache of opened.splice(0)) await cache.close();
  await rm(root, { recursive: true });
});

async function open(): Promise<DiskCache> {
  const cache = await openDiskCache(folder);
  opened.push(cache);
  return cache;
}

const keyOf = (i: number): string => i.toString(16).padStart(64, '0');
const vectorOf = (i: number, length = 3): Float32Array =>
  Float32Array.from({ length }, (_, j) => i + j / 7);

function entries(from: number, to: number, length?: number): Map<string, Float32Array> {
  const map = new Map<string, Float32Array>();
  for (let i = from; i < to; i++) map.set(keyOf(i), vectorOf(i, length));
  return map;
}

const keys = (from: number, to: number): string[] => [...entries(from, to).keys()];

async function segments(): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith('.vectors')).sort();
}

describe('a disk cache', () => {
  it('gives back what was set, in this process and the next, and makes its folder', async () => {
    const first = await open();
    expect(first.size).toBe(0);
    await first.set(entries(0, 5));
    await first.set(entries(5, 9, 700));
    for (const cache of [first, await open()]) {
      expect(cache.size).toBe(9);
      expect(cache.unreadableBytes).toBe(0);
      const found = await cache.get([...keys(0, 9), keyOf(77)].reverse());
      expect(found.size).toBe(9);
      expect(found.get(keyOf(4))).toEqual(vectorOf(4));
      expect(found.get(keyOf(8))).toEqual(vectorOf(8, 700));
    }
  });

  it('writes nothing before there is something to write', async () => {
    const cache = await open();
    await cache.set(new Map());
    expect(await segments()).toEqual([]);
  });

  it('reads records beyond one window of the file', async () => {
    const first = await open();
    // 34 records of 256 KiB are more than 8 MiB.
    await first.set(entries(0, 34, 65_536));
    const second = await open();
    expect(second.size).toBe(34);
    const found = await second.get([keyOf(33), keyOf(0), keyOf(20)]);
    for (const i of [33, 0, 20]) {
      const bytes = Buffer.from(found.get(keyOf(i))!.buffer);
      expect(bytes.equals(Buffer.from(vectorOf(i, 65_536).buffer))).toBe(true);
    }
  });

  it('takes the last vector that was set for a key', async () => {
    const cache = await open();
    await cache.set(new Map([[keyOf(1), vectorOf(1)]]));
    await cache.set(new Map([[keyOf(1), vectorOf(2)]]));
    expect((await cache.get([keyOf(1)])).get(keyOf(1))).toEqual(vectorOf(2));
    expect((await (await open()).get([keyOf(1)])).get(keyOf(1))).toEqual(vectorOf(2));
  });

  it('sees what another has added since it was opened', async () => {
    const [first, second] = [await open(), await open()];
    await first.set(entries(0, 3));
    expect((await second.get(keys(0, 3))).size).toBe(3);
    await first.set(entries(3, 6));
    await second.set(entries(6, 8));
    expect((await second.get(keys(0, 8))).size).toBe(8);
    expect((await first.get(keys(0, 8))).size).toBe(8);
    expect((await segments()).length).toBe(2);
  });

  it('keeps writes that overlap apart', async () => {
    const cache = await open();
    await Promise.all(Array.from({ length: 20 }, (_, i) => cache.set(entries(i * 3, i * 3 + 3))));
    const again = await open();
    const found = await again.get(keys(0, 60));
    expect([...found].every(([key, vector]) => vector[0] === Number.parseInt(key, 16))).toBe(true);
    expect(found.size).toBe(60);
  });

  it('loses only the record that a kill cut off, wherever the cut is', async () => {
    const writer = await open();
    await writer.set(entries(0, 3, 1));
    const [name] = (await segments()) as [string];
    const whole = await readFile(join(folder, name));
    const record = (whole.length - 8) / 3;
    for (let length = 0; length <= whole.length; length++) {
      await writeFile(join(folder, name), whole.subarray(0, length));
      const cache = await openDiskCache(folder);
      const expected = Math.max(0, Math.floor((length - 8) / record));
      expect(cache.size).toBe(expected);
      expect((await cache.get(keys(0, 3))).size).toBe(expected);
      const end = length < 8 ? 0 : 8 + expected * record;
      expect(cache.unreadableBytes).toBe(length - end);
      await cache.close();
    }
  });

  it('continues after a cut, and takes up the rest once it is written', async () => {
    const writer = await open();
    await writer.set(entries(0, 3));
    const [name] = (await segments()) as [string];
    const whole = await readFile(join(folder, name));
    await writeFile(join(folder, name), whole.subarray(0, whole.length - 5));
    const cache = await open();
    expect(cache.size).toBe(2);
    await cache.set(entries(10, 12));
    await writeFile(join(folder, name), whole);
    expect((await cache.get(keys(0, 3))).size).toBe(3);
    expect(cache.unreadableBytes).toBe(0);
    expect((await (await open()).get([...keys(0, 3), ...keys(10, 12)])).size).toBe(5);
  });

  it('never gives a damaged vector, whichever byte was changed', async () => {
    const writer = await open();
    await writer.set(entries(0, 2, 1));
    const [name] = (await segments()) as [string];
    const whole = await readFile(join(folder, name));
    for (let at = 8; at < whole.length; at++) {
      // Damage before opening, and damage behind the back of an open cache.
      const before = await openDiskCache(folder);
      const bytes = Buffer.from(whole);
      bytes[at]! ^= 0x41;
      await writeFile(join(folder, name), bytes);
      for (const cache of [before, await openDiskCache(folder)]) {
        for (const [key, vector] of await cache.get(keys(0, 2))) {
          expect(vector).toEqual(vectorOf(Number.parseInt(key, 16), 1));
        }
        expect(cache.size).toBeLessThan(2);
        await cache.close();
      }
      await writeFile(join(folder, name), whole);
    }
  });

  it('ignores zeros at the end, as a power cut leaves them, and other files', async () => {
    const writer = await open();
    await writer.set(entries(0, 2));
    const [name] = (await segments()) as [string];
    await writeFile(join(folder, name), Buffer.alloc(5000), { flag: 'a' });
    await writeFile(join(folder, 'segment-0000000000000001.vectors'), Buffer.alloc(100));
    await writeFile(join(folder, 'notes.txt'), 'mine');
    const cache = await open();
    expect([cache.size, cache.unreadableBytes]).toEqual([2, 5100]);
  });

  it('goes without a segment that was removed', async () => {
    const writer = await open();
    await writer.set(entries(0, 2));
    const cache = await open();
    await rm(join(folder, (await segments())[0]!));
    expect((await cache.get(keys(0, 2))).size).toBe(0);
    await cache.set(entries(0, 2));
    expect((await cache.get(keys(0, 2))).size).toBe(2);
  });

  it('refuses segments of another format, files instead of folders, and pipes', async () => {
    const cache = await open();
    const path = join(folder, 'segment-00000000000000ff.vectors');
    await writeFile(path, 'EMBLLMV2 and so on');
    await expect(openDiskCache(folder)).rejects.toMatchObject({ code: 'unsupported-version' });
    await expect(cache.get([keyOf(0)])).rejects.toThrow(/segment-00000000000000ff\.vectors/);
    await rm(path);
    await writeFile(join(root, 'file'), '');
    await expect(openDiskCache(join(root, 'file'))).rejects.toMatchObject({ code: 'io' });
    if (
      process.platform !== 'win32' &&
      spawnSync('bash', ['-c', `mkfifo "${path}"`]).status === 0
    ) {
      // Nothing to read in it yet; opening it must not wait for a writer either.
      const other = await openDiskCache(folder);
      expect(other.size).toBe(0);
      await other.close();
    }
  });

  it('refuses keys and vectors that no record can hold, and work after it was closed', async () => {
    const cache = await open();
    await expect(cache.set(new Map([['short', vectorOf(0)]]))).rejects.toThrow(/64 lower-case/);
    await expect(cache.set(entries(0, 1, 65_537))).rejects.toThrow(/65537/);
    await expect(cache.set(new Map([[keyOf(0), new Float32Array()]]))).rejects.toThrow(/has 0/);
    const writing = cache.set(entries(0, 3));
    await cache.close();
    await writing;
    await cache.close();
    await expect(cache.get([keyOf(0)])).rejects.toThrow(/is closed/);
    await expect(cache.set(entries(0, 1))).rejects.toMatchObject({ code: 'invalid-argument' });
    expect((await open()).size).toBe(3);
  });

  it('can be told to stop opening', async () => {
    const reason = new Error('no longer needed');
    await expect(openDiskCache(folder, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it('continues in a new segment when a write fails', async () => {
    if (process.platform === 'win32' || process.getuid?.() === undefined) return;
    const script = join(import.meta.dirname, '../../../test/support/full-disk.ts');
    // A limit on the size of files stands in for a full disk.
    const { stdout, stderr } = spawnSync(
      'bash',
      ['-c', `ulimit -f 40; exec "${process.execPath}" --import tsx "${script}" "${folder}"`],
      { encoding: 'utf8' },
    );
    expect(stdout, stderr).toContain('write failed: io');
    const cache = await open();
    // The records before the failed write are there, and those of the write after it.
    expect((await cache.get([keyOf(0), keyOf(2)])).size).toBe(2);
  });
});

it('a disk cache serves encoders of other dimensions side by side', async () => {
  const cache = await open();
  const encoders = [8, 16].map((dimensions) => createHashingEncoder({ dimensions }));
  for (const encoder of [...encoders, ...encoders]) {
    const vectors = await withCache(encoder, cache).encode(['a', 'b']);
    expect(vectors).toEqual(await encoder.encode(['a', 'b']));
  }
  expect(cache.size).toBe(4);
});
