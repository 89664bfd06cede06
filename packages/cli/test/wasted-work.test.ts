import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { embedllm, scratchFolder, writeSmallPool } from './command-line.js';

const folder = scratchFolder();

beforeAll(async () => {
  await writeSmallPool(join(folder, 'dataset'));
  await mkdir(join(folder, 'notes'));
  await writeFile(join(folder, 'notes/plan.txt'), 'mine');
});

describe('what cannot be written is refused before the work', () => {
  it.each<[string[], RegExp]>([
    [['train', '-o', 'notes'], /notes contains something other than an EmbedLLM artifact/],
    [['train', '-o', 'notes/plan.txt'], /contains something other than an EmbedLLM artifact/],
    [['encode', '-o', 'vectors.txt'], /must end in .safetensors or .npy/],
    [['encode', '-o', 'notes'], /must end in .safetensors or .npy/],
  ])('embedllm %j', async (argv, message) => {
    const { code, stderr } = await embedllm(folder, argv);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/Encoded|Training/);
    expect(code).toBe(2);
  });

  it('says so of a place where nothing can be', async () => {
    const { code, stderr } = await embedllm(folder, ['train', '-o', 'notes/plan.txt/artifact']);
    expect(stderr).toMatch(/notes\/plan\.txt\/artifact cannot be written: .*plan\.txt is a file/);
    expect(stderr).not.toMatch(/Encoded/);
    expect(code).toBe(3);
  });
});

describe('build', () => {
  it('does not replace the records that it reads', async () => {
    await cp(join(folder, 'dataset'), join(folder, 'mine'), { recursive: true });
    const before = await readFile(join(folder, 'mine/responses.csv'), 'utf8');
    for (const [source, output] of [
      ['mine', 'mine'],
      ['mine/', './mine'],
      ['mine/responses.csv', 'mine'],
    ]) {
      const argv = ['build', source ?? '', '-o', output ?? '', '--split', '0.6,0.2,0.2'];
      const { code, stderr } = await embedllm(folder, argv);
      expect(stderr).toMatch(/would be overwritten by the dataset built from it/);
      expect(code).toBe(2);
    }
    expect(await readFile(join(folder, 'mine/responses.csv'), 'utf8')).toBe(before);
    expect((await embedllm(folder, ['build', 'mine', '-o', 'mine', '--check'])).code).toBe(0);
  });
});

describe('options that do nothing are named', () => {
  const small = ['--encoder', 'hashing', '--dimensions', '8', '--ridges', '1', '--ranks', '0'];

  it('where they belong to the other solver', async () => {
    const { code, stderr } = await embedllm(folder, ['train', ...small, '--epochs', '3']);
    expect(stderr).toMatch(/warning: --epochs has no effect without --solver adam/);
    expect(stderr).not.toMatch(/--ridges has no effect/);
    expect(code).toBe(0);
  });

  it('where there are no validation questions', async () => {
    await embedllm(folder, ['build', 'dataset', '--split', '1,0,0', '-o', 'whole']);
    const { code, stderr, stdout } = await embedllm(folder, [
      ...['train', '--data', 'whole', ...small, '--calibrate', 'temperature', '--json'],
    ]);
    expect(stderr).toMatch(/warning: --calibrate has no effect/);
    expect(JSON.parse(stdout).calibration).toBeUndefined();
    expect(code).toBe(0);
  });
});
