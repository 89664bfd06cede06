import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { replaceFile } from './replace-file.js';

it('names the file and the reason once', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'embedllm-replace-'));
  try {
    await writeFile(join(folder, 'file'), '');
    const path = join(folder, 'file', 'inner.json');
    await expect(replaceFile(path, '{}')).rejects.toMatchObject({
      code: 'io',
      message: expect.stringMatching(/inner\.json cannot be written: E[A-Z]+: /),
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
