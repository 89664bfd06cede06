import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { NUMBERS, zipBytes } from '../../test/archive-bytes.js';
import { temporaryDirectory } from '../../test/temporary-directory.js';
import { openZip } from './open-zip.js';

const root = temporaryDirectory();

async function zipFile(entries: Parameters<typeof zipBytes>[0]): Promise<string> {
  const file = join(root, `${Math.random()}.zip`);
  await writeFile(file, zipBytes(entries));
  return file;
}

it('lists files with their sizes and reads them in any order, also at the same time', async () => {
  const long = 'abc'.repeat(500_000);
  const zip = await openZip(
    await zipFile([
      { name: 'samples/', mode: 0o040755, method: 0 },
      { name: 'samples/1.json', content: '{"id":1}' },
      { name: 'stored.bin', content: long, method: 0 },
      { name: 'long.txt', content: long },
    ]),
  );
  expect(zip.entries.map(({ path, size }) => [path, size])).toEqual([
    ['samples/1.json', 8],
    ['stored.bin', 1_500_000],
    ['long.txt', 1_500_000],
  ]);
  const [a, b, c] = await Promise.all([
    zip.read('long.txt'),
    zip.read('samples/1.json'),
    zip.read('stored.bin'),
  ]);
  expect(a.toString()).toBe(long);
  expect(JSON.parse(b.toString())).toEqual({ id: 1 });
  expect(c.toString()).toBe(long);
  zip.close();
});

it('bounds what is read into memory, and streams beyond', async () => {
  const file = await zipFile([{ name: 'long.txt', content: 'x'.repeat(2_000_000) }]);
  const zip = await openZip(file);
  await expect(zip.read('long.txt', { maxBytes: 1_999_999 })).rejects.toThrow(
    `${file}: the entry "long.txt" has 2000000 bytes, more than 1999999.`,
  );
  let length = 0;
  for await (const chunk of zip.stream('long.txt')) {
    expect(chunk.length).toBeLessThanOrEqual(256 * 1024);
    length += chunk.length;
  }
  expect(length).toBe(2_000_000);
  zip.close();
});

it('reads Zstandard of several frames, in chunks and next to other entries', async () => {
  const packed = await readFile(
    new URL('../../test/fixtures/zstandard/frames.zst', import.meta.url),
  );
  // A frame with one empty block, as zstd --no-check makes it.
  const nothing = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, 0, 1, 0, 0]);
  const zip = await openZip(
    await zipFile([
      { name: 'numbers', content: NUMBERS, method: 93, packed },
      { name: 'deflated', content: NUMBERS },
      { name: 'nothing', content: '', method: 93, packed: nothing },
    ]),
  );
  expect(zip.entries[0]).toEqual({ path: 'numbers', size: 384_490, compressedSize: packed.length });
  const lengths: number[] = [];
  for await (const chunk of zip.stream('numbers')) lengths.push(chunk.length);
  expect(lengths).toEqual([256 * 1024, 384_490 - 256 * 1024]);
  const [a, b, c] = await Promise.all([
    zip.read('numbers'),
    zip.read('deflated'),
    zip.read('nothing'),
  ]);
  expect(a.toString()).toBe(NUMBERS);
  expect(b.toString()).toBe(NUMBERS);
  expect(c.length).toBe(0);
  zip.close();
});

it('stops in the middle of a file', async () => {
  const zip = await openZip(await zipFile([{ name: 'long.txt', content: 'x'.repeat(2_000_000) }]));
  const controller = new AbortController();
  const read = async (): Promise<void> => {
    for await (const _ of zip.stream('long.txt', { signal: controller.signal })) {
      controller.abort(new Error('enough'));
    }
  };
  await expect(read()).rejects.toThrow('enough');
  // A reader that just goes away leaves the archive usable.
  for await (const _ of zip.stream('long.txt')) break;
  expect((await zip.read('long.txt')).length).toBe(2_000_000);
  zip.close();
});

it('says which file is not there', async () => {
  const zip = await openZip(await zipFile([{ name: 'a', content: '1' }]));
  await expect(zip.read('b')).rejects.toThrow(/has no file "b"/);
  zip.close();
});

it('reads an archive without entries', async () => {
  const zip = await openZip(await zipFile([]));
  expect(zip.entries).toEqual([]);
  zip.close();
});
