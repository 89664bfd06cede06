import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataError } from '@embedllm/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readGatewayConfiguration } from './read-configuration.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yaml-problem-'));
});
afterAll(() => rm(folder, { recursive: true }));

it.each([
  [
    'less indented',
    'a:\n  b: 1\n  c: 2\n d: 3\n',
    'line 4, column 1: This line is not indented like',
  ],
  [
    'less indented in a list',
    'a:\n  - b: 1\n    c: 2\n   d: 3\n',
    'line 4, column 1: .*not indented',
  ],
  ['an item less indented', 'a:\n  - a\n - b\n', 'line 3, column 1: .*not indented like'],
  ['an item among settings', 'a:\n  c: 1\n  - b\n', 'line 3, column 1: .*not indented like'],
  ['deeper under a value', 'a: 1\n  b: 2\n', 'line 1, column 4: What follows line 1 is indented'],
  [
    'a colon in a value',
    'a: b: c\n',
    'line 1, column 4: The value contains ": "\\. Put it in quotes',
  ],
  ['no space after a colon', 'a:1\nb: 2\n', 'line 1, column 1: .* no colon with a space after it'],
  ['the same within', 'a:\n  b: 1\n  c:2\n  d: 3\n', 'line 3, column 3: .* no colon with a space'],
  ['the same in the last line', 'b: 2\na:1\n', 'line 2, column 1: .* no colon with a space'],
  ['a lone *', 'p: *\n', 'line 1, column 4: A value cannot begin with \\* unless it is in quotes'],
  ['a pattern with *', 'q: 1\np: *gpt\n', 'line 2, column 4: A value cannot begin with \\*'],
  ['a lone &', 'p: &\nq: 1\n', 'line 1, column 4: A value cannot begin with & unless'],
  ['an @', 'a: @x\n', 'line 1, column 4: A value cannot begin with @ unless'],
  ['a tab', 'a:\n\tb: 1\n', 'line 2, column 1: This line is indented with a tab. Use spaces.'],
  ['a quote that stays open', 'a: "x\nb: 1\n', 'A text that begins with " above is never closed'],
  ['a single quote that stays open', "a: 'x\nb: 1\n", "that begins with ' above is never closed"],
  ['an open {', 'a: { b: 1\nc: 2\n', 'line 2, column 1: A { or \\[ .* Close it with }'],
  ['an open [', 'a: [1, 2\nc: 2\n', 'line 2, column 1: A { or \\[ .* Close it with \\]'],
  ['a name that repeats', 'a: 1\na: 2\n', 'line 2, column 1: This setting occurs twice'],
  [
    'a path of Windows',
    'a: "C:\\x"\n',
    'line 1, column 7: In double quotes, \\\\ begins an escape',
  ],
  ['text after a quote', 'a: "x" y\n', 'line 1, column 8: Unexpected scalar at node end\\.'],
  [
    'aliases upon aliases',
    `a: &a [x]\nb: &b [${'*a,'.repeat(50)}]\nc: [${'*b,'.repeat(50)}]`,
    ': Excessive alias count',
  ],
])('says where YAML has %s, and what to do', async (_, text, message) => {
  const file = join(folder, 'gateway.yaml');
  await writeFile(file, text);
  const read = readGatewayConfiguration(file, { environment: {} });
  await expect(read).rejects.toBeInstanceOf(DataError);
  await expect(read).rejects.toThrow(new RegExp(`^${file}: Is not valid YAML.*${message}`));
});

it('takes anchors that are there', async () => {
  const file = join(folder, 'gateway.yaml');
  await writeFile(
    file,
    'upstreams: { a: &a { baseURL: "http://127.0.0.1:1/v1" }, b: *a }\nmodels: { m: { upstream: b } }\n',
  );
  const { upstreams } = await readGatewayConfiguration(file, { environment: {} });
  expect(upstreams.size).toBe(2);
});
