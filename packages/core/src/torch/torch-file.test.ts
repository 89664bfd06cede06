import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { DataError } from '@embedllm/internals';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Matrix } from '../matrix/matrix.js';
import { readTorchFile } from './torch-file.js';
import { readTorchTensor } from './torch-tensor.js';
import { buildZip, pickleOf } from './zip.fixture.js';

// Files that PyTorch wrote, with the script that made them.
const GOLDEN = join(import.meta.dirname, '../../../trainer/test/golden');
const golden = (name: string): Uint8Array => new Uint8Array(readFileSync(join(GOLDEN, name)));
// What make-golden.py saves: 0, 1/8, ... 11/8 as [3, 4].
const base = Matrix.fromRows([
  [0, 1, 2, 3],
  [4, 5, 6, 7],
  [8, 9, 10, 11],
]);
const eighths = (rows: number[][]): number[][] => rows.map((row) => row.map((value) => value / 8));
const rowsOf = (matrix: Matrix): number[][] =>
  Array.from({ length: matrix.rows }, (_, row) => [...matrix.row(row)]);

describe('readTorchTensor', () => {
  it('follows offsets and strides', async () => {
    const transposed = await readTorchTensor(golden('transposed.pth'));
    expect(rowsOf(transposed)).toEqual(
      eighths([
        [0, 4, 8],
        [1, 5, 9],
        [2, 6, 10],
        [3, 7, 11],
      ]),
    );
    expect(rowsOf(await readTorchTensor(golden('slice.pth')))).toEqual(
      eighths([
        [5, 6],
        [9, 10],
      ]),
    );
  });

  it.each(['half', 'bfloat16', 'double', 'parameter'])('reads %s precision', async (name) => {
    expect(rowsOf(await readTorchTensor(golden(`${name}.pth`)))).toEqual(eighths(rowsOf(base)));
  });

  it('refuses the format of old versions, and says what to do', async () => {
    await expect(readTorchTensor(golden('legacy.pth'), { file: 'old.pth' })).rejects.toThrow(
      /old\.pth: .*before 1\.6\. Load it with a newer PyTorch/,
    );
    await expect(readTorchTensor(golden('golden.json'))).rejects.toThrow(/not a ZIP archive/);
  });

  it('reads a compressed archive alike', async () => {
    const storage = new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer);
    const pickle = pickleOf({ shape: [2, 2], strides: [2, 1] });
    for (const compress of [undefined, deflateRawSync]) {
      const bytes = buildZip({ 'x/data.pkl': pickle, 'x/data/0': storage }, compress);
      expect(rowsOf(await readTorchTensor(bytes))).toEqual([
        [1, 2],
        [3, 4],
      ]);
    }
  });
});

describe('hostile files', () => {
  const read = (bytes: Uint8Array) => expect(readTorchFile(bytes, { file: 'evil.pth' })).rejects;
  const storage = new Uint8Array(16);

  it('are refused when they name anything but tensors, and nothing runs', async () => {
    // What pickle.dumps(Evil(), 2) gives: a call of
    // posix.system.
    const call = new TextEncoder().encode(
      '?\x02cposix\nsystem\nX\x17\x00\x00\x00touch /tmp/embedllm-evil\x85R.',
    );
    call[0] = 0x80;
    await read(buildZip({ 'x/data.pkl': call })).toThrow(/refers to "posix\.system".*not run/);
    expect(existsSync('/tmp/embedllm-evil')).toBe(false);
  });

  it.each([
    ['an offset outside the storage', { shape: [4], strides: [1], offset: 1 }],
    ['a shape outside the storage', { shape: [5], strides: [1] }],
    ['strides outside the storage', { shape: [2, 2], strides: [3, 2] }],
  ])('are refused with %s', async (_, view) => {
    const bytes = buildZip({ 'x/data.pkl': pickleOf(view), 'x/data/0': storage });
    await read(bytes).toThrow(/reaches outside its storage/);
  });

  it('are refused when zero strides expand a few bytes into a large tensor', async () => {
    const pickle = pickleOf({ shape: [100_000, 100_000], strides: [0, 0] });
    const bytes = buildZip({ 'x/data.pkl': pickle, 'x/data/0': storage });
    await read(bytes).toThrow(/larger than the file/);
  });

  it('are refused when they do not unpack to what they claim', async () => {
    const files = {
      'x/data.pkl': pickleOf({ shape: [4], strides: [1] }),
      'x/data/0': new Uint8Array(100_000),
    };
    await read(buildZip(files, deflateRawSync, { 'x/data/0': 16 })).toThrow(/do not unpack/);
    await read(buildZip(files, deflateRawSync, { 'x/data/0': 150_000 })).toThrow(/cannot unpack/);
  });

  it('are refused when anything is missing', async () => {
    await read(buildZip({ 'x/other': storage })).toThrow(/no data\.pkl/);
    const pickle = pickleOf({ shape: [4], strides: [1] });
    await read(buildZip({ 'x/data.pkl': pickle })).toThrow(/storage that is not in the file/);
    await read(
      buildZip({
        'x/data.pkl': pickle,
        'x/data/0': storage,
        'x/byteorder': new TextEncoder().encode('big'),
      }),
    ).toThrow(/byte order "big"/);
  });

  it('never end in anything but a tensor or a clear error, whatever bytes are changed', async () => {
    const whole = golden('state-dict.pth');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        fc.nat(whole.length),
        fc.boolean(),
        async (changes, length, isCut) => {
          const bytes = whole.slice(0, isCut ? length : whole.length);
          for (const [position, value] of changes) {
            if (position < bytes.length) bytes[position] = value;
          }
          try {
            await readTorchFile(bytes);
          } catch (error) {
            expect(error).toBeInstanceOf(DataError);
          }
        },
      ),
      { numRuns: 500, seed: 1 },
    );
  });
});
