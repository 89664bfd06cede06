import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type S3Server, startS3 } from '../testing/start-s3.js';
import type { ObjectStore } from './object-store.js';
import { openObjectStore } from './open-object-store.js';

let folder: string;
let server: S3Server;
const stores: Record<string, ObjectStore> = {};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'embedllm-store-'));
  server = await startS3();
  stores.folder = await openObjectStore(folder);
  stores.S3 = await openObjectStore(server.address, { credentials: server.credentials });
});

afterAll(async () => {
  for (const store of Object.values(stores)) await store.close();
  await server.stop();
  await rm(folder, { recursive: true });
});

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (from: Uint8Array): string => new TextDecoder().decode(from);

async function keys(store: ObjectStore, prefix: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { key, bytes } of store.list(prefix)) found.push(`${key} ${bytes}`);
  return found.sort();
}

describe.each(['folder', 'S3'])('%s', (kind) => {
  it('gives back what was put, whole and in ranges, and replaces it', async () => {
    const store = stores[kind] as ObjectStore;
    await store.put('a/first.txt', bytes('old'));
    await store.put('a/first.txt', bytes('0123456789'));
    expect(text(await store.get('a/first.txt'))).toBe('0123456789');
    expect(text(await store.get('a/first.txt', { range: { start: 3, end: 5 } }))).toBe('34');
    expect(text(await store.get('a/first.txt', { range: { start: 8, end: 99 } }))).toBe('89');
    expect(await store.size('a/first.txt')).toBe(10);
  });

  it('keeps an object without bytes', async () => {
    const store = stores[kind] as ObjectStore;
    await store.put('empty', bytes(''));
    expect(await store.get('empty')).toHaveLength(0);
    expect(await store.size('empty')).toBe(0);
  });

  it('lists by prefix', async () => {
    const store = stores[kind] as ObjectStore;
    for (const key of ['b/x/2', 'b/x-1', 'b/x/10', 'bc', 'c/1']) await store.put(key, bytes('..'));
    expect(await keys(store, 'b/x')).toEqual(['b/x-1 2', 'b/x/10 2', 'b/x/2 2']);
    expect(await keys(store, 'b')).toHaveLength(4);
    expect(await keys(store, 'nothing/')).toEqual([]);
  });

  it('deletes, also what is not there', async () => {
    const store = stores[kind] as ObjectStore;
    await store.put('d/1', bytes('x'));
    await store.delete('d/1');
    await store.delete('d/1');
    expect(await store.size('d/1')).toBeUndefined();
  });

  it('names the key and the store of an object that is not there', async () => {
    const store = stores[kind] as ObjectStore;
    await expect(store.get('e/absent')).rejects.toMatchObject({
      code: 'io',
      message: `There is no object e/absent in ${store.address}.`,
    });
  });

  it.each(['', '/a', 'a/', 'a//b', '../a', 'a/../b', '.hidden', 'a\\b', 'a\n'])(
    'refuses the key %j',
    async (key) => {
      const store = stores[kind] as ObjectStore;
      await expect(store.put(key, bytes('x'))).rejects.toThrow('is not a valid object key');
      await expect(store.get(key)).rejects.toThrow('is not a valid object key');
    },
  );

  it('stops with the reason of its signal', async () => {
    const reason = new Error('enough');
    const signal = AbortSignal.abort(reason);
    const store = stores[kind] as ObjectStore;
    await expect(store.put('f', bytes('x'), { signal })).rejects.toBe(reason);
    await expect(store.get('a/first.txt', { signal })).rejects.toBe(reason);
  });
});

describe('a folder', () => {
  it('does not list a file that is being written, and leaves none behind', async () => {
    const store = stores.folder as ObjectStore;
    await writeFile(join(folder, '.g.writing-1'), 'half');
    await store.put('g', bytes('whole'));
    expect(await keys(store, '')).toContain('g 5');
    expect((await keys(store, '')).join()).not.toContain('writing');
    expect((await readdir(folder)).filter((name) => name.includes('writing'))).toHaveLength(1);
  });
});

describe('openObjectStore', () => {
  it('refuses an address of another kind', async () => {
    await expect(openObjectStore('gs://bucket')).rejects.toThrow('Unsupported storage gs://');
  });

  it('says which bucket is missing', async () => {
    const [, endpoint] = server.address.split('?');
    const store = await openObjectStore(`s3://absent?${endpoint}`, {
      credentials: server.credentials,
    });
    await expect(store.get('a')).rejects.toThrow('a in s3://absent: ');
    await store.close();
  });
});
