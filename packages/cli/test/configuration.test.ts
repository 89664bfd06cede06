import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { embedllm, remarksIn, scratchFolder, writeSmallPool } from './command-line.js';

const BINARY = fileURLToPath(new URL('../dist/bin.js', import.meta.url));

const folder = scratchFolder();

beforeAll(async () => {
  await writeSmallPool(join(folder, 'pool'));
  await mkdir(join(folder, 'elsewhere'));
});
afterEach(async () => {
  for (const end of ['ts', 'mjs', 'json']) {
    await rm(join(folder, `embedllm.config.${end}`), { force: true });
  }
});

/** The settings that `train` wrote into its artifact. */
async function artifact(path: string): Promise<ReturnType<typeof JSON.parse>> {
  return JSON.parse(await readFile(join(folder, path, 'config.json'), 'utf8'));
}

describe('the configuration file', () => {
  it('completes the options of a command, and flags win over it', async () => {
    await writeFile(
      join(folder, 'embedllm.config.json'),
      JSON.stringify({
        $schema: 'https://unpkg.com/@embedllm/cli/schema/embedllm.config.schema.json',
        data: 'pool',
        quiet: true,
        encoder: { kind: 'hashing', dimensions: 32 },
        train: { output: 'made', ranks: [0, 1], ridges: [3], categories: 'never' },
      }),
    );
    const { code, stderr } = await embedllm(folder, ['train', '--ranks', '2']);
    expect({ code, remarks: remarksIn(stderr) }).toEqual({ code: 0, remarks: [] });
    const { encoder, training } = await artifact('made');
    expect(encoder).toMatchObject({ id: 'hashing', dimensions: 32 });
    expect(training.settings).toMatchObject({ rank: 2, ridge: 3 });
  });

  it('leaves addresses of storage as they are', async () => {
    await writeFile(
      join(folder, 'embedllm.config.json'),
      JSON.stringify({ data: 's3://no-such-bucket/pool?endpoint=http://127.0.0.1:1' }),
    );
    const env = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' };
    const { stderr } = await embedllm(folder, ['encode'], { env });
    expect(stderr).toContain('records.json in s3://no-such-bucket/pool');
    // An address without a server is on that of the storage, where it is in the same bucket.
    const EMBEDLLM_STORAGE = 's3://no-such-bucket/run?endpoint=http://127.0.0.1:1';
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'a').stubEnv('AWS_SECRET_ACCESS_KEY', 'b');
    const named = await embedllm(folder, ['encode', '--data', 's3://no-such-bucket/pool'], {
      env: { EMBEDLLM_STORAGE },
    });
    vi.unstubAllEnvs();
    expect(named.stderr).toMatch(/s3:\/\/no-such-bucket\/pool.*127\.0\.0\.1:1/);
  });

  it('has paths that start from its own folder', async () => {
    await writeFile(
      join(folder, 'embedllm.config.json'),
      JSON.stringify({ data: 'pool', train: { output: 'from-there', ranks: 0, ridges: 1 } }),
    );
    const argv = ['train', '--config', '../embedllm.config.json', '--quiet'];
    expect((await embedllm(join(folder, 'elsewhere'), argv)).code).toBe(0);
    expect(await artifact('from-there')).toMatchObject({
      encoder: { id: expect.stringMatching(/lsa$/) },
    });
  });

  it('may be a program that brings an encoder of its own', async () => {
    await writeFile(
      join(folder, 'embedllm.config.mjs'),
      `const lengths = {
         id: 'lengths', dimensions: 2, fingerprint: 'lengths:v1',
         async encode(texts) {
           const data = Float32Array.from(texts.flatMap((text) => [1, Math.log1p(text.length)]));
           return { rows: texts.length, cols: 2, data };
         },
       };
       export default { data: 'pool', quiet: true, encoder: lengths, cache: false };`,
    );
    const trained = await embedllm(folder, [
      'train',
      '--ranks',
      '1',
      '--output',
      'own',
      '--categories',
      'never',
    ]);
    expect(remarksIn(trained.stderr)).toEqual([]);
    expect((await artifact('own')).encoder).toMatchObject({ id: 'lengths', dimensions: 2 });
    const routed = await embedllm(folder, ['route', '-a', 'own', '--json', 'What is 2 + 2?']);
    expect(JSON.parse(routed.stdout).probability).toBeGreaterThan(0);
  });

  it('may be in TypeScript, also where this package is not installed', async () => {
    await writeFile(
      join(folder, 'embedllm.config.ts'),
      `import { type Configuration, defineConfig } from '@embedllm/cli';
       const data: string = 'pool';
       export default defineConfig({ data, json: true, build: { split: [0.5, 0.25, 0.25] } } satisfies Configuration);`,
    );
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [BINARY, 'build', 'pool', '--check'],
      { cwd: folder },
    );
    expect(JSON.parse(stdout).split).toEqual({ train: 120, validation: 60, test: 60 });
    expect(await readdir(folder)).not.toContain('node_modules');
  });

  it.each<[string, object | string, RegExp]>([
    [
      'an unknown setting',
      { dataset: 'pool' },
      /Unknown setting `dataset` in .*Available: encoder, data/,
    ],
    ['an unknown option', { train: { rank: 3 } }, /Unknown setting `rank` in .*`train`/],
    [
      'a wrong value',
      { train: { ranks: [-1] } },
      /`train\.ranks` is \[-1\]\. It must be an integer from 0/,
    ],
    ['a wrong choice', { train: { solver: 'x' } }, /`train\.solver` is "x"\. Allowed choices/],
    [
      'a wrong type',
      { train: { resume: 'yes' } },
      /`train\.resume` is "yes"\. It must be true or false/,
    ],
    ['a wrong section', { train: 3 }, /`train` must be an object/],
    ['no object', [], /must have the configuration as its default export/],
    ['no JSON', '{', /is not valid JSON: it ends too early/],
  ])('is refused for %s, with exit code 2', async (_name, content, message) => {
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    await writeFile(join(folder, 'embedllm.config.json'), text);
    const { code, stderr } = await embedllm(folder, ['train', '--data', 'pool']);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });

  it('is left alone with --no-config', async () => {
    await writeFile(join(folder, 'embedllm.config.json'), '{');
    const argv = ['build', 'pool', '--check', '--quiet', '--no-config'];
    expect((await embedllm(folder, argv)).code).toBe(0);
  });
});
