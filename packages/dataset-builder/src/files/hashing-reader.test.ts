import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { HashingReader } from './hashing-reader.js';

const root = mkdtempSync(join(tmpdir(), 'hashing-reader-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function write(content: Uint8Array): { file: string; sha256: string } {
  const file = join(root, 'content');
  writeFileSync(file, content);
  return { file, sha256: createHash('sha256').update(content).digest('hex') };
}

describe('HashingReader', () => {
  it.each([0, 1, 1 << 18, 7_000_001])('hashes and hands on a file of %i bytes', async (length) => {
    const content = randomBytes(length);
    const { file, sha256 } = write(content);
    const reader = new HashingReader(file, true);
    const chunks: Buffer[] = [];
    for await (const { buffer, start, end } of reader.chunks()) {
      chunks.push(Buffer.from(buffer.subarray(start, end)));
      // What is before a chunk may be used.
      buffer.fill(0, 0, start);
    }
    expect(Buffer.concat(chunks).equals(content)).toBe(true);
    expect(await reader.sha256).toBe(sha256);
    await reader.stop();
  });

  it('hashes a file that nothing else reads', async () => {
    const { file, sha256 } = write(randomBytes(9_000_000));
    const reader = new HashingReader(file, false);
    expect(await reader.sha256).toBe(sha256);
    await expect(reader.chunks().next()).rejects.toThrow(/not shared/);
    await reader.stop();
  });

  it('says that a file cannot be read, to both who wait', async () => {
    const reader = new HashingReader(join(root, 'missing'), true);
    await expect(reader.chunks().next()).rejects.toThrow(/missing.*(does not exist|no such)/i);
    await expect(reader.sha256).rejects.toMatchObject({ code: 'io' });
  });

  it('ends all waiting once it is stopped', async () => {
    const { file } = write(randomBytes(9_000_000));
    const reader = new HashingReader(file, true);
    const chunks = reader.chunks();
    await chunks.next();
    await reader.stop();
    await expect(reader.sha256).rejects.toThrow(/stopped/);
  });
});
