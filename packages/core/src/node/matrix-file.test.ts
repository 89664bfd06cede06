import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { randomMatrix } from '../../test/sample-artifact.js';
import { Matrix } from '../matrix/matrix.js';
import { readSafetensors, writeSafetensors } from '../tensors/safetensors.js';
import { matrixToTensor } from '../tensors/tensor-matrix.js';
import { readMatrixFile, writeMatrixFile } from './matrix-file.js';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'embedllm-matrix-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

describe('writeMatrixFile and readMatrixFile', () => {
  it.each(['embeddings.npy', 'embeddings.safetensors', 'UPPER.NPY'])('keep %s', async (name) => {
    const path = join(root, name);
    const matrix = randomMatrix(20, 7, 1);
    await writeMatrixFile(path, randomMatrix(3, 3, 2));
    await writeMatrixFile(path, matrix);
    expect(await readMatrixFile(path)).toEqual(matrix);
    expect(await readdir(root)).toEqual([name]);
  });

  it('names the tensor', async () => {
    const path = join(root, 'x.safetensors');
    await writeMatrixFile(path, new Matrix(1, 1));
    expect([...readSafetensors(await readFile(path)).tensors.keys()]).toEqual(['embeddings']);
    await writeMatrixFile(path, new Matrix(1, 1), { tensor: 'weights' });
    expect([...readSafetensors(await readFile(path)).tensors.keys()]).toEqual(['weights']);
    expect(await readMatrixFile(path)).toEqual(new Matrix(1, 1));
  });

  it('asks which tensor where there are several', async () => {
    const path = join(root, 'x.safetensors');
    const [a, b] = [randomMatrix(2, 2, 1), randomMatrix(3, 1, 2)];
    await writeFile(
      path,
      writeSafetensors([
        ['a', matrixToTensor(a)],
        ['b', matrixToTensor(b)],
      ]),
    );
    await expect(readMatrixFile(path)).rejects.toThrow(
      `${path}: The file has 2 tensors ("a", "b"). Specify which one to read.`,
    );
    expect(await readMatrixFile(path, { tensor: 'b' })).toEqual(b);
    await expect(readMatrixFile(path, { tensor: 'c' })).rejects.toThrow(
      `${path}, field c: The file has no such tensor. Available: "a", "b".`,
    );
    await writeFile(path, writeSafetensors([]));
    await expect(readMatrixFile(path)).rejects.toThrow(/has 0 tensors/);
  });

  it('refuse values that are not finite unless allowed, naming the file', async () => {
    const path = join(root, 'x.npy');
    await writeMatrixFile(path, new Matrix(1, 2, Float32Array.of(1, Number.NaN)));
    await expect(readMatrixFile(path)).rejects.toThrow(`${path}: The value at row 0, column 1`);
    expect((await readMatrixFile(path, { allowNonFinite: true })).at(0, 1)).toBeNaN();
  });

  it('name the path when a file is missing, is a folder, or has another extension', async () => {
    const path = join(root, 'none.npy');
    await expect(readMatrixFile(path)).rejects.toThrow(
      expect.objectContaining({
        code: 'io',
        message: expect.stringMatching(/^Cannot read .*none\.npy: there is no such file/),
        cause: expect.objectContaining({ code: 'ENOENT' }),
      }),
    );
    await expect(readMatrixFile(`${root}/x.csv`)).rejects.toThrow(/must end in \.npy or/);
    await expect(writeMatrixFile(`${root}/x.pt`, new Matrix(0, 0))).rejects.toThrow(/must end in/);
    await expect(writeMatrixFile(`${root}/no/x.npy`, new Matrix(0, 0))).rejects.toThrow(
      expect.objectContaining({
        code: 'io',
        message: expect.stringMatching(/Cannot write .*there is no such file/),
      }),
    );
  });

  it('stop at a signal', async () => {
    const path = join(root, 'x.npy');
    await writeMatrixFile(path, randomMatrix(2, 2, 1));
    const signal = AbortSignal.abort(new Error('stopped by the caller'));
    await expect(readMatrixFile(path, { signal })).rejects.toThrow('stopped by the caller');
  });
});
