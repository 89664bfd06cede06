import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { installHint } from './install-hint.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'embedllm-install-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const MESSAGE = 'Install it with: npm install @ai-sdk/google';

it('names the command for the place where the program is installed', async () => {
  const inside = (prefix: string): string =>
    join(folder, prefix, 'node_modules/@embedllm/cli/dist/chunk.js');
  expect(installHint(MESSAGE, inside('lib'))).toBe(
    'Install it with: npm install --global @ai-sdk/google',
  );
  expect(installHint(installHint(MESSAGE, inside('lib')), inside('lib'))).toBe(
    installHint(MESSAGE, inside('lib')),
  );
  await mkdir(join(folder, 'project'));
  await writeFile(join(folder, 'project/package.json'), '{}');
  expect(installHint(MESSAGE, inside('project'))).toBe(MESSAGE);
  expect(installHint(MESSAGE, inside('node_modules/.pnpm/@embedllm+cli@0.1.0'))).toBe(MESSAGE);
  expect(installHint(MESSAGE)).toBe(MESSAGE);
});
