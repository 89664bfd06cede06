import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemoryLimitStore } from '../src/index.js';
import { FileLimitStore } from '../src/node.js';
import { describeLimitStore } from './limit-store-contract.js';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'embedllm-limits-'));
  path = join(folder, 'limits.jsonl');
});
afterEach(() => rm(folder, { recursive: true }));

describeLimitStore('MemoryLimitStore', async (options) => new MemoryLimitStore(options));
describeLimitStore('FileLimitStore', (options) => FileLimitStore.open({ path, ...options }));

describe('FileLimitStore', () => {
  const claim = { name: 'app/dollars', window: 'month', limit: 1000 } as const;
  const stand = async (store: FileLimitStore) => (await store.read([claim]))[0];
  const spend = async (store: FileLimitStore, id: string, amount: number): Promise<void> => {
    await store.reserve({ id, claims: [{ ...claim, amount }] });
    await store.settle({ id, amounts: [amount] });
  };
  /** Goes on from a copy of the file, as another process does after `kill -9` of the first. */
  async function afterKill(tear: (text: string) => string = (text) => text) {
    const copy = join(folder, 'copy.jsonl');
    await writeFile(copy, tear(await readFile(path, 'utf8')));
    return await FileLimitStore.open({ path: copy });
  }

  it('keeps what was used, and counts what was reserved as used', async () => {
    const store = await FileLimitStore.open({ path });
    await spend(store, 'a', 7);
    await store.reserve({ id: 'b', claims: [{ ...claim, amount: 20 }] });
    const next = await afterKill();
    expect(await stand(next)).toMatchObject({ used: 27, reserved: 0 });
    await next.close();
    await store.close();
    const reopened = await FileLimitStore.open({ path });
    expect(await stand(reopened)).toMatchObject({ used: 27 });
    await reopened.close();
  });

  it('reads a file whose last line is torn anywhere', async () => {
    const store = await FileLimitStore.open({ path });
    await spend(store, 'a', 7);
    await store.reserve({ id: 'b', claims: [{ ...claim, amount: 20 }] });
    const text = await readFile(path, 'utf8');
    const beginning = text.lastIndexOf('\n', text.length - 2) + 1;
    for (let end = beginning; end < text.length; end++) {
      const next = await afterKill(() => text.slice(0, end));
      expect(await stand(next)).toMatchObject({ used: 7 });
      await next.close();
    }
    await store.close();
  });

  it.each([
    ['a line in the middle', (text: string) => text.replace('"reserve"', '"reserv')],
    ['its beginning', (text: string) => `x${text}`],
    ['another file', () => '{"name":"package"}\n'],
    ['another file without a line feed', () => 'notes'],
    ['an amount', (text: string) => text.replace(',7]', ',-7]')],
  ])('refuses a file that is damaged: %s', async (_, damage) => {
    const store = await FileLimitStore.open({ path });
    await spend(store, 'a', 7);
    await expect(afterKill(damage)).rejects.toThrow(/copy\.jsonl.*ledger/);
    await store.close();
    // The damaged file is left as it was.
    expect((await readdir(folder)).filter((name) => name.endsWith('.next'))).toEqual([]);
  });

  it('stays small however much is spent, and loses nothing of it', async () => {
    const store = await FileLimitStore.open({ path, compactBytes: 4096 });
    await store.reserve({ id: 'open', claims: [{ ...claim, amount: 100 }] });
    let largest = 0;
    for (let round = 0; round < 40; round++) {
      const ids = Array.from({ length: 20 }, (_, index) => `${round}-${index}`);
      await Promise.all(ids.map((id) => spend(store, id, 1)));
      largest = Math.max(largest, (await stat(path)).size);
    }
    expect(largest).toBeLessThan(16_384);
    const next = await afterKill();
    expect(await stand(next)).toMatchObject({ used: 900, reserved: 0 });
    await next.close();
    await store.close();
  });

  it('does not write what is limited by the minute only', async () => {
    const store = await FileLimitStore.open({ path });
    const before = await readFile(path, 'utf8');
    await store.reserve({ id: 'a', claims: [{ ...claim, window: 'minute', amount: 1 }] });
    await store.settle({ id: 'a', amounts: [1] });
    expect(await readFile(path, 'utf8')).toBe(before);
    await store.close();
  });

  it('is used by one process at a time, and taken over from one that was killed', async () => {
    const store = await FileLimitStore.open({ path });
    await expect(FileLimitStore.open({ path })).rejects.toThrow(/is used by the process/);
    await store.close();
    await writeFile(`${path}.lock`, `${process.ppid}\n`);
    await expect(FileLimitStore.open({ path })).rejects.toThrow(/remove .*\.lock/);
    await writeFile(`${path}.lock`, '999999999\n');
    await (await FileLimitStore.open({ path })).close();
    expect(await readdir(folder)).toEqual(['limits.jsonl']);
  });

  it('grants nothing that it cannot write down', async () => {
    await expect(FileLimitStore.open({ path: join(folder, 'no', 'file') })).rejects.toThrow(
      /ledger .*cannot be used \(/,
    );
    const inner = join(folder, 'inner');
    await mkdir(inner);
    const store = await FileLimitStore.open({ path: join(inner, 'limits'), compactBytes: 1 });
    await spend(store, 'a', 500);
    await rm(inner, { recursive: true });
    const claims = [{ ...claim, amount: 1 }];
    await expect(store.reserve({ id: 'b', claims })).rejects.toThrow(/cannot be used \(/);
    expect(await stand(store)).toMatchObject({ used: 500, reserved: 0 });
    await mkdir(inner);
    expect(await store.reserve({ id: 'c', claims })).toMatchObject({ isReserved: true });
    expect(await readFile(join(inner, 'limits'), 'utf8')).toMatch(/,500\]\]\}\n\{"reserve":"c"/);
    await store.close();
  });
});
