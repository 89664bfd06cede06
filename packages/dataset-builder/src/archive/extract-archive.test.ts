import { createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { DataError, type Progress } from '@embedllm/core';
import fc from 'fast-check';
import { create } from 'tar';
import { describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { tarBytes, tarGzBytes, zipBytes } from '../../test/archive-bytes.js';
import { temporaryDirectory } from '../../test/temporary-directory.js';
import { extractArchive } from './extract-archive.js';

const root = temporaryDirectory();
let count = 0;
const fresh = (name: string): string => join(root, `${count++}-${name}`);

/** A line of log for each byte, so that it compresses as logs do. */
const LONG = Array.from({ length: 30_000 }, (_, i) => `{"doc_id":${i},"acc":${i % 2}}\n`).join('');
const TREE: Readonly<Record<string, string>> = {
  'pool/alpha/samples_math.jsonl': LONG,
  'pool/beta/empty.jsonl': '',
  'pool/beta/näme with spaces.json': '{}',
};

async function writeTree(directory: string): Promise<void> {
  for (const [path, content] of Object.entries(TREE)) {
    await mkdir(join(directory, path, '..'), { recursive: true });
    await writeFile(join(directory, path), content);
  }
}

async function writeWith(writer: string): Promise<string> {
  if (writer === 'yazl') {
    const file = fresh('logs.zip');
    const zip = new ZipFile();
    for (const [path, content] of Object.entries(TREE)) zip.addBuffer(Buffer.from(content), path);
    zip.addEmptyDirectory('pool/gamma');
    zip.end();
    await pipeline(zip.outputStream, createWriteStream(file));
    return file;
  }
  const directory = fresh('tree');
  await writeTree(directory);
  const gzip = writer === 'node-tar, gzip';
  const file = fresh(gzip ? 'logs.tar.gz' : 'logs.tar');
  await create({ file, cwd: directory, gzip }, ['pool']);
  return file;
}

describe('extractArchive', () => {
  it.each(['yazl', 'node-tar', 'node-tar, gzip'])('unpacks what %s packed', async (writer) => {
    const file = await writeWith(writer);
    const directory = fresh('out');
    const { files, bytes, format } = await extractArchive(file, directory);
    expect(format).toBe(writer === 'yazl' ? 'zip' : 'tar');
    expect([...files].sort()).toEqual(Object.keys(TREE).sort());
    expect(bytes).toBe(Buffer.byteLength(Object.values(TREE).join('')));
    for (const [path, content] of Object.entries(TREE)) {
      expect(await readFile(join(directory, path), 'utf8')).toBe(content);
    }
  });

  it('unpacks the files that the filter names and says how far it is', async () => {
    for (const writer of ['yazl', 'node-tar, gzip']) {
      const file = await writeWith(writer);
      const directory = fresh('out');
      const seen: Progress[] = [];
      const { files } = await extractArchive(file, directory, {
        filter: (path) => path.endsWith('.jsonl'),
        onProgress: (progress) => seen.push(progress),
      });
      expect([...files].sort()).toEqual(['pool/alpha/samples_math.jsonl', 'pool/beta/empty.jsonl']);
      expect((await readdir(join(directory, 'pool/beta'))).sort()).toEqual(['empty.jsonl']);
      const last = seen.at(-1) as Progress;
      expect(last).toMatchObject({ phase: 'unpack', unit: 'bytes' });
      expect(last.done).toBeLessThanOrEqual(last.total);
      expect(seen.every(({ done }, i) => i === 0 || done >= (seen[i - 1]?.done ?? 0))).toBe(true);
    }
  });

  it('unpacks into an empty directory and refuses one with files in it', async () => {
    const file = await writeWith('yazl');
    const directory = fresh('out');
    await mkdir(directory);
    await extractArchive(file, directory);
    await expect(extractArchive(file, directory)).rejects.toMatchObject({ code: 'io' });
    await expect(extractArchive(file, directory)).rejects.toThrow(/is not empty/);
  });

  it('leaves nothing behind when it is stopped', async () => {
    for (const writer of ['yazl', 'node-tar, gzip']) {
      const file = await writeWith(writer);
      const home = fresh('home');
      const controller = new AbortController();
      const stopped = extractArchive(file, join(home, 'out'), {
        signal: controller.signal,
        onProgress: ({ done }) => {
          if (done > 0) controller.abort(new Error('enough'));
        },
      });
      await expect(stopped).rejects.toThrow('enough');
      expect(await readdir(home)).toEqual([]);
    }
  });

  it('reads names from extended headers, and drops ./ and empty directories', async () => {
    const long = `${'d'.repeat(90)}/${'f'.repeat(200)}.jsonl`;
    const record = (text: string): string => {
      const length = Buffer.byteLength(text) + 2;
      return `${length + String(length + String(length).length).length} ${text}\n`;
    };
    const file = fresh('logs.tar');
    await writeFile(
      file,
      tarBytes([
        { name: './', type: '5' },
        { name: './empty/', type: '5' },
        { name: 'pax', type: 'x', content: record(`path=${long}`) },
        { name: 'short', content: 'long' },
        { name: './plain', content: 'plain' },
      ]),
    );
    const directory = fresh('out');
    const { files } = await extractArchive(file, directory);
    expect(files).toEqual([long, 'plain']);
    expect((await readdir(directory)).sort()).toEqual(['d'.repeat(90), 'plain']);
  });

  it('gives back any contents, whatever the format', async () => {
    const content = fc.oneof(
      fc.uint8Array({ maxLength: 3000 }),
      fc.integer({ min: 0, max: 700_000 }).map((length) => new Uint8Array(length).fill(7)),
    );
    const property = fc.asyncProperty(fc.array(content, { maxLength: 4 }), async (contents) => {
      const entries = contents.map((bytes, i) => ({ name: `f${i}`, content: bytes }));
      for (const bytes of [zipBytes(entries), tarGzBytes([{ name: 'a' }, ...entries])]) {
        const file = fresh('any');
        await writeFile(file, bytes);
        const directory = fresh('out');
        await extractArchive(file, directory);
        for (const { name, content } of entries) {
          expect(Buffer.compare(await readFile(join(directory, name)), content)).toBe(0);
        }
      }
    });
    await fc.assert(property, { numRuns: 25 });
  });

  it('names what it does not unpack', async () => {
    const file = fresh('table.csv.gz');
    await writeFile(file, tarGzBytes([]).subarray(0, 5));
    await expect(extractArchive(file, fresh('out'))).rejects.toThrow(DataError);
    const zstd = fresh('logs.tar.zst');
    await writeFile(zstd, Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0, 0, 0]));
    await expect(extractArchive(zstd, fresh('out'))).rejects.toThrow(/compressed with zstandard/);
    const text = fresh('notes.txt');
    await writeFile(text, 'hello');
    await expect(extractArchive(text, fresh('out'))).rejects.toThrow(/is not a supported archive/);
    await expect(extractArchive(fresh('missing.zip'), fresh('out'))).rejects.toMatchObject({
      code: 'io',
    });
  });
});
