import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DataError } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { type ExtractArchiveOptions, extractArchive } from '../src/archive/extract-archive.js';
import { readEvaluationFolder, readHarnessLogs, readInspectLogs } from '../src/index.js';
import { NUMBERS, tarBytes, tarGzBytes, type ZipBytesEntry, zipBytes } from './archive-bytes.js';
import { temporaryDirectory } from './temporary-directory.js';

const root = temporaryDirectory();

interface Case {
  /** What is wrong, in words. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** What the message must say besides the archive. */
  readonly says: RegExp;
  readonly options?: ExtractArchiveOptions;
}

const GOOD = { name: 'good.jsonl', content: '{}\n' };
/** Content that does not compress, so that cutting it cuts data. */
const NOISE = Buffer.from(Array.from({ length: 200_000 }, (_, i) => Math.sin(i) * 1e9));
const zip = zipBytes([GOOD, { name: 'noise', content: NOISE }]);
const tar = tarBytes([GOOD, { name: 'noise', content: NOISE }]);
const damaged = (bytes: Buffer, at: number): Buffer => {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(at) ^ 0xff, at);
  return copy;
};
/** 384,490 bytes of numbers in two frames and a skippable one; see make.py next to it. */
const FRAMES = await readFile(new URL('fixtures/zstandard/frames.zst', import.meta.url));
const zstandard = (changes: Partial<ZipBytesEntry>): ZipBytesEntry => ({
  name: 'numbers',
  method: 93,
  content: NUMBERS,
  packed: FRAMES,
  ...changes,
});
const zeros = Buffer.alloc(80 * 1024 * 1024);

/** Paths that would be written somewhere else, in both formats. */
const PATHS: readonly (readonly [string, string, RegExp])[] = [
  ['a path leads out', '../evil', /"\.\.\/evil" is refused: .*leads out/],
  ['a path leads out further inside', 'a/../../evil', /leads out/],
  ['a path comes back to the same place', 'a/../good.jsonl', /leads out/],
  ['a path is absolute', '/etc/passwd', /"\/etc\/passwd" is refused: its path is absolute/],
  ['a path has a drive', 'C:/evil', /absolute/],
  ['a path has a line break', 'a\nb', /control character/],
  ['a part of a path is too long', `d/${'x'.repeat(90)}${'y'.repeat(170)}`, /longer than 255/],
  ['a path is only a dot', '.', /no name/],
  [
    'a file stands where a directory must be',
    'good.jsonl/x',
    /another entry already has that path/,
  ],
];

const CASES: readonly Case[] = [
  ...PATHS.flatMap(([name, path, says]): Case[] => {
    const long = path.length > 100;
    const record = `path=${path}\n`;
    const tarEntries = long
      ? [
          { name: 'pax', type: 'x', content: `${record.length + 4} ${record}` },
          { name: 'short', content: 'x' },
        ]
      : [{ name: path, content: 'x' }];
    return [
      { name: `zip: ${name}`, bytes: zipBytes([GOOD, { name: path, content: 'x' }]), says },
      { name: `tar: ${name}`, bytes: tarBytes([GOOD, ...tarEntries]), says },
    ];
  }),
  {
    name: 'zip: a path leads out with backslashes',
    bytes: zipBytes([{ name: '..\\evil', content: 'x' }]),
    says: /leads out/,
  },
  {
    name: 'tar: a path has backslashes',
    bytes: tarBytes([{ name: '..\\evil', content: 'x' }]),
    says: /backslash/,
  },
  {
    name: 'zip: a path has a NUL character',
    bytes: zipBytes([{ name: 'good.jsonl\0.exe', content: 'x' }]),
    says: /control character/,
  },
  {
    name: 'zip: a name is not UTF-8',
    bytes: Buffer.from(
      zipBytes([{ name: 'nameXX', content: 'x' }])
        .toString('latin1')
        .replaceAll('XX', '\xff\xfe'),
      'latin1',
    ),
    says: /not UTF-8/,
  },
  {
    name: 'zip: a symbolic link',
    bytes: zipBytes([GOOD, { name: 'link', content: '/etc/passwd', mode: 0o120777 }]),
    says: /"link" is refused: it is a symbolic link/,
  },
  {
    name: 'zip: a named pipe',
    bytes: zipBytes([{ name: 'pipe', mode: 0o010644 }]),
    says: /neither a file nor a directory/,
  },
  {
    name: 'tar: a symbolic link, with a file that would go through it',
    bytes: tarBytes([
      GOOD,
      { name: 'link', type: '2', link: '/tmp' },
      { name: 'link/evil', content: 'x' },
    ]),
    says: /"link" is refused: it is a symbolic link/,
  },
  {
    name: 'tar.gz: a symbolic link within the archive',
    bytes: tarGzBytes([GOOD, { name: 'link', type: '2', link: 'good.jsonl' }]),
    says: /symbolic link/,
  },
  {
    name: 'tar: a hard link',
    bytes: tarBytes([GOOD, { name: 'link', type: '1', link: '../../etc/passwd' }]),
    says: /hard link/,
  },
  ...['3', '4'].map((type) => ({
    name: `tar: a device (type ${type})`,
    bytes: tarBytes([{ name: 'device', type }]),
    says: /"device" is refused: it is a device/,
  })),
  {
    name: 'tar: a named pipe',
    bytes: tarBytes([{ name: 'pipe', type: '6' }]),
    says: /named pipe/,
  },
  {
    name: 'tar: a sparse file',
    bytes: tarBytes([GOOD, { name: 'sparse', type: 'S', content: 'x' }]),
    says: /sparse file/,
  },
  {
    name: 'tar: an extended header without bound',
    bytes: tarBytes([
      { name: 'pax', type: 'x', content: Buffer.alloc(1024 * 1024 + 1, 0x20) },
      GOOD,
    ]),
    says: /header is longer than 1048576/,
  },
  {
    name: 'zip: a path occurs twice',
    bytes: zipBytes([GOOD, { ...GOOD, content: 'other' }]),
    says: /two entries "good\.jsonl"/,
  },
  {
    name: 'tar: a path occurs twice',
    bytes: tarBytes([GOOD, { ...GOOD, name: './good.jsonl' }]),
    says: /earlier entry has the same path/,
  },
  {
    name: 'zip: an encrypted file',
    bytes: zipBytes([{ ...GOOD, encrypted: true }]),
    says: /encrypted/,
  },
  {
    name: 'zip: another compression',
    bytes: zipBytes([{ ...GOOD, method: 12 }]),
    says: /compressed with bzip2, but only deflate and Zstandard/,
  },
  {
    name: 'zip: stored data that should be Zstandard',
    bytes: zipBytes([{ ...GOOD, method: 93 }]),
    says: /"good\.jsonl" is damaged: .*Zstandard/,
  },
  {
    name: 'zip: a damaged Zstandard frame',
    bytes: zipBytes([zstandard({ packed: damaged(FRAMES, 20_000) })]),
    says: /"numbers" is damaged/,
  },
  {
    name: 'zip: a Zstandard frame that is cut off',
    bytes: zipBytes([zstandard({ packed: FRAMES.subarray(0, 10_000) })]),
    says: /"numbers" is damaged: .*truncated/,
  },
  {
    name: 'zip: Zstandard with something after its frames',
    bytes: zipBytes([zstandard({ packed: Buffer.concat([FRAMES, Buffer.from('more')]) })]),
    says: /"numbers" is damaged/,
  },
  {
    name: 'zip: Zstandard without its last frame',
    bytes: zipBytes([
      zstandard({ packed: FRAMES.subarray(0, FRAMES.indexOf(Buffer.from('hello'))) }),
    ]),
    says: /"numbers" is damaged/,
  },
  {
    name: 'zip: Zstandard longer than its directory says',
    bytes: zipBytes([zstandard({ size: 384_489 })]),
    says: /"numbers" is damaged: .*longer than its 384489 bytes/,
  },
  {
    name: 'zip: Zstandard shorter than its directory says',
    bytes: zipBytes([zstandard({ size: 384_491 })]),
    says: /"numbers" is damaged: its content is shorter than the 384491 bytes/,
  },
  {
    name: 'zip: Zstandard with a wrong checksum',
    bytes: zipBytes([zstandard({ crc: 1 })]),
    says: /"numbers" is damaged: its checksum/,
  },
  {
    name: 'zip: Zstandard that says it is longer than can be read',
    bytes: zipBytes([zstandard({ size: 256 * 1024 * 1024 + 1 })]),
    options: { maxCompressionRatio: 1e9 },
    says: /"numbers" is compressed with Zstandard and longer than 268435456 bytes/,
  },
  {
    name: 'zip: Zstandard that says it is a bomb',
    bytes: zipBytes([zstandard({ size: 128 * 1024 * 1024 })]),
    says: /more than 250 times its size \(at the entry "numbers"\)/,
  },
  {
    name: 'zip: a wrong checksum',
    bytes: zipBytes([{ ...GOOD, crc: 1 }]),
    says: /"good\.jsonl" is damaged: its checksum/,
  },
  {
    name: 'zip: content longer than its directory says',
    bytes: zipBytes([{ ...GOOD, size: 1 }]),
    says: /longer than the 1 bytes/,
  },
  {
    name: 'zip: content shorter than its directory says',
    bytes: zipBytes([{ ...GOOD, size: 100 }]),
    says: /shorter than the 100 bytes/,
  },
  { name: 'zip: damaged data', bytes: damaged(zip, 60_000), says: /"noise" is damaged/ },
  {
    name: 'zip: truncated',
    bytes: zip.subarray(0, zip.length - 300),
    says: /not a complete zip archive/,
  },
  {
    name: 'zip: only its beginning',
    bytes: zip.subarray(0, 10),
    says: /not a complete zip archive/,
  },
  {
    name: 'zip: a damaged directory',
    bytes: damaged(zip, zip.lastIndexOf(Buffer.from([0x50, 0x4b, 1, 2]))),
    says: /not a complete zip archive/,
  },
  { name: 'tar: truncated in a file', bytes: tar.subarray(0, 5000), says: /damaged or truncated/ },
  {
    name: 'tar: truncated between files',
    bytes: tarBytes([GOOD], false),
    says: /truncated \(its end mark is missing/,
  },
  { name: 'tar: a damaged header', bytes: damaged(tar, 1030), says: /damaged.*checksum/ },
  {
    name: 'tar: a size that is not a number',
    bytes: damaged(tar, 1024 + 130),
    says: /damaged/,
  },
  {
    name: 'tar.gz: truncated',
    bytes: gzipSync(tar).subarray(0, 60_000),
    says: /gzip data end too early/,
  },
  {
    name: 'tar.gz: damaged',
    bytes: damaged(gzipSync(tar), 60_000),
    says: /damaged/,
  },
  {
    name: 'gzip of something else',
    bytes: gzipSync('a,b\n1,2\n'),
    says: /is not a supported archive/,
  },
  { name: 'an empty file', bytes: Buffer.alloc(0), says: /is not a supported archive/ },
  {
    name: 'zip: a bomb',
    bytes: zipBytes([{ name: 'bomb', content: zeros }]),
    says: /more than 250 times its size \(at the entry "bomb"\)/,
  },
  {
    name: 'zip: a bomb that lies about its size',
    bytes: zipBytes([{ name: 'bomb', content: zeros, size: 1000 }]),
    says: /longer than the 1000 bytes/,
  },
  {
    name: 'zip: a bomb of entries that share bytes',
    bytes: zipBytes([
      { name: 'a', content: NOISE },
      { name: 'b', content: NOISE, sharesLast: true },
    ]),
    says: /shares bytes with another entry/,
  },
  {
    name: 'tar.gz: a bomb',
    bytes: tarGzBytes([{ name: 'bomb', content: zeros }]),
    says: /more than 250 times its size \(at the entry "bomb"\)/,
  },
  {
    name: 'zip: more entries than allowed',
    bytes: zipBytes([GOOD, { name: 'b' }]),
    options: { maxEntries: 1 },
    says: /more than 1 entries/,
  },
  {
    name: 'tar: more entries than allowed',
    bytes: tarBytes([GOOD, { name: 'b' }]),
    options: { maxEntries: 1 },
    says: /more than 1 entries/,
  },
  {
    name: 'zip: more bytes than allowed',
    bytes: zip,
    options: { maxBytes: 100_000 },
    says: /unpacks to more than 100000 bytes \(at the entry "noise"\)/,
  },
  {
    name: 'tar: more bytes than allowed',
    bytes: tar,
    options: { maxBytes: 100_000 },
    says: /unpacks to more than 100000 bytes/,
  },
];

describe('extractArchive refuses, naming the archive, and leaves nothing behind', () => {
  it.each(CASES)('$name', async ({ bytes, says, options }) => {
    const home = join(root, 'home');
    await rm(home, { recursive: true, force: true });
    await mkdir(home);
    const file = join(root, 'logs.archive');
    await writeFile(file, bytes);
    const error = await extractArchive(file, join(home, 'out'), options).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof DataError)) throw error ?? new Error('nothing was refused');
    expect(error.message).toMatch(says);
    expect(error.location.file).toBe(file);
    expect(error.message.startsWith(`${file}: `)).toBe(true);
    expect(await readdir(home)).toEqual([]);
  });

  it('is what readers of directories name when they are given an archive', async () => {
    const file = join(root, 'good.zip');
    await writeFile(file, zip);
    for (const read of [readHarnessLogs, readInspectLogs, readEvaluationFolder]) {
      await expect(read(file)).rejects.toThrow(
        /good\.zip: is not .* It is an archive. Unpack it, or read it with readEvaluations/,
      );
    }
    const text = join(root, 'notes.txt');
    await writeFile(text, 'a');
    await expect(readEvaluationFolder(text)).rejects.toThrow(`${text}: is not a directory.`);
  });

  it('refuses limits out of range', async () => {
    const file = join(root, 'good.zip');
    await writeFile(file, zip);
    for (const options of [{ maxBytes: 0 }, { maxEntries: Number.NaN }]) {
      await expect(extractArchive(file, join(root, 'out'), options)).rejects.toMatchObject({
        code: 'invalid-argument',
      });
    }
  });
});
