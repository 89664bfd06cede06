import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { reasonOf } from './reason-of.js';

it.each([
  [tmpdir(), 'it is a directory, but a file is needed'],
  [join(tmpdir(), 'not-there'), 'there is no such file or directory'],
  [join(process.execPath, 'file'), 'it, or a part of its path, is not a directory'],
  [join(tmpdir(), 'a'.repeat(300)), 'its name is too long'],
])('says in words why %s cannot be read', async (path, reason) => {
  const error: unknown = await readFile(path).catch((cause: unknown) => cause);
  expect(reasonOf(error)).toBe(reason);
});

it('leaves the words of other errors as they are', () => {
  expect(reasonOf(new Error('no luck'))).toBe('no luck');
  expect(reasonOf('no luck')).toBe('no luck');
});
