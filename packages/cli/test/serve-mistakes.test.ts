import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { embedllm, scratchFolder } from './command-line.js';

const folder = scratchFolder();
it.each([['--check'], []])(
  'serve ends with 2 where its configuration is wrong, and says all: %s',
  async (...flags) => {
    const settings = `upstreams: { local: { baseURL: http://127.0.0.1:9/v1 } }
models: { a: { upstream: local } }
routing: { policy: { floor: 2 }, sessions: { sticky: maybe, idleMs: 0 } }
`;
    await writeFile(join(folder, 'gateway.yaml'), settings);
    const { code, stderr } = await embedllm(folder, ['serve', ...flags]);
    expect(code).toBe(2);
    for (const field of ['policy.floor', 'sessions.sticky', 'sessions.idleMs']) {
      expect(stderr).toContain(`field routing.${field}`);
    }
  },
);

it('says in JSON where a mistake is', async () => {
  await writeFile(
    join(folder, 'gateway.yaml'),
    'upstreams: {}\nmodels: {}\nlog: { requests: 5 }\n',
  );
  const { code, stdout } = await embedllm(folder, ['serve', '--check', '--json']);
  expect(code).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({
    error: { code: 'usage', location: { file: expect.stringContaining('gateway.yaml') } },
  });
});

it('ends with 3 where there is no configuration', async () => {
  const { code, stderr } = await embedllm(folder, ['serve', 'none.yaml', '--check']);
  expect([code, stderr]).toEqual([3, expect.stringContaining('none.yaml')]);
});

it('serves the artifact of its own configuration, whatever other commands use', async () => {
  await writeFile(
    join(folder, 'gateway.yaml'),
    'artifact: ./mistyped\nupstreams: { local: { baseURL: http://127.0.0.1:9/v1 } }\nmodels: { a: { upstream: local } }\n',
  );
  await writeFile(join(folder, 'embedllm.config.json'), '{ "artifact": "another" }');
  const { code, stderr } = await embedllm(folder, ['serve', '--check']);
  expect([code, stderr]).toEqual([
    3,
    expect.stringContaining('mistyped: There is no such folder.'),
  ]);
  const flagged = await embedllm(folder, ['serve', '--check', '--artifact', 'flagged']);
  expect(flagged.stderr).toContain('flagged: There is no such folder.');
});
