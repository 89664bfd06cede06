import { execFileSync } from 'node:child_process';
import {
  mkdir,
  mkdtemp,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sampleArtifact } from '../../test/sample-artifact.js';
import { fromPretrained } from './from-pretrained.js';
import { savePretrained } from './save-pretrained.js';

let root: string;
let folder: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'embedllm-load-'));
  folder = join(root, 'artifact');
  await savePretrained(folder, sampleArtifact());
});
afterEach(() => rm(root, { recursive: true, force: true }));

const files = [
  'config.json',
  'model.safetensors',
  'models.json',
  'calibration.json',
  'encoder/components.safetensors',
  'encoder/vocabulary.json',
];

describe('fromPretrained', () => {
  it('says that a folder is missing, empty, or holds something else', async () => {
    const nowhere = join(root, 'nowhere');
    await expect(fromPretrained(nowhere)).rejects.toThrow(
      expect.objectContaining({
        code: 'io',
        message: `${nowhere}: There is no such folder. \`embedllm train\` creates an artifact from evaluation records, \`embedllm init\` creates one without records, and \`embedllm pull\` downloads one.`,
      }),
    );
    await mkdir(nowhere);
    await expect(fromPretrained(nowhere)).rejects.toThrow(
      expect.objectContaining({
        code: 'invalid-artifact',
        message: `${nowhere}/config.json: The file is missing, so this folder is not an EmbedLLM artifact.`,
      }),
    );
    await writeFile(join(nowhere, 'config.json'), '{"model_type":"bert"}');
    await expect(fromPretrained(nowhere)).rejects.toThrow(/Not an EmbedLLM artifact/);
    await expect(fromPretrained(join(folder, 'config.json'))).rejects.toThrow(
      expect.objectContaining({ code: 'io', message: expect.stringMatching(/is not a directory/) }),
    );
  });

  it.each(files)('names %s when it is missing, cut off, longer or altered', async (path) => {
    const file = join(folder, path);
    const bytes = await readFile(file);
    const refused = expect.objectContaining({
      code: 'invalid-artifact',
      message: expect.stringContaining(`${folder}/${path}`),
    });
    await rm(file);
    await expect(fromPretrained(folder)).rejects.toThrow(refused);
    await writeFile(file, bytes.subarray(0, bytes.length >> 1));
    await expect(fromPretrained(folder)).rejects.toThrow(refused);
    await writeFile(file, Buffer.concat([bytes, Buffer.from('x')]));
    await expect(fromPretrained(folder)).rejects.toThrow(refused);
    bytes[bytes.length >> 1]! ^= 4;
    await writeFile(file, bytes);
    await expect(fromPretrained(folder)).rejects.toThrow(refused);
    bytes[bytes.length >> 1]! ^= 4;
    await writeFile(file, bytes);
    await fromPretrained(folder);
  });

  it('does not read a file that is larger than the config says', async () => {
    // A terabyte that takes no space on the disk; reading it would fail for lack of memory.
    await truncate(join(folder, 'models.json'), 2 ** 40);
    await expect(fromPretrained(folder)).rejects.toThrow(
      /models\.json: The file has 1099511627776 bytes, but at most \d+ are allowed/,
    );
  });

  // Windows has no named pipes in folders.
  it.skipIf(process.platform === 'win32')('does not wait for a named pipe', async () => {
    await rm(join(folder, 'models.json'));
    execFileSync('sh', ['-c', 'mkfifo "$0"', join(folder, 'models.json')]);
    await expect(fromPretrained(folder)).rejects.toThrow(/models\.json: it is not a file/);
    await rm(join(folder, 'models.json'));
    await mkdir(join(folder, 'models.json'));
    await expect(fromPretrained(folder)).rejects.toThrow(/models\.json: it is not a file/);
  });

  it('reads through symbolic links, as the Hugging Face cache has them', async () => {
    await mkdir(join(root, 'blobs'));
    for (const [index, path] of files.entries()) {
      await rename(join(folder, path), join(root, 'blobs', String(index)));
      await symlink(join(root, 'blobs', String(index)), join(folder, path));
    }
    await symlink(folder, join(root, 'latest'));
    expect((await fromPretrained(join(root, 'latest'))).metrics).toEqual(sampleArtifact().metrics);
  });

  it('stops at a signal', async () => {
    const signal = AbortSignal.abort(new Error('stopped by the caller'));
    await expect(fromPretrained(folder, { signal })).rejects.toThrow('stopped by the caller');
  });
});
