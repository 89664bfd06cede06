import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { embedllm, embedllmJson, scratchFolder, writeSmallPool } from './command-line.js';

const SETTINGS = ['--ridges', '1', '--ranks', '2', '--poolings', '0.5'];
const folder = scratchFolder();

beforeAll(async () => {
  await writeSmallPool(join(folder, 'raw'));
  await run('build', 'raw');
});

const run = (...argv: string[]) => embedllmJson(folder, argv);

it.each([
  ['english', 'static:all-MiniLM-L6-v2-128', 128],
  ['lsa+english', 'join:lsa+static:all-MiniLM-L6-v2-128', 144],
])(
  'trains on %s, evaluates and routes texts with what the artifact holds',
  async (kind, id, dimensions) => {
    const argv = ['--encoder', kind, ...(kind === 'english' ? [] : ['--dimensions', '16'])];
    const trained = await run('train', ...argv, ...SETTINGS, '-o', 'artifact');
    expect(trained.encoder).toMatchObject({ id, dimensions });
    const evaluated = await run('evaluate', '-a', 'artifact');
    expect(evaluated.metrics.logLoss).toBeCloseTo(trained.metrics.test.logLoss, 6);
    const { stdout, code } = await embedllm(folder, [
      'route',
      '-a',
      'artifact',
      'What is 17 * 23?',
    ]);
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('model') });
  },
);

it('takes vectors that encode left in the folder, unless they are of another encoder', async () => {
  await run('encode', '--encoder', 'lsa+english', '--dimensions', '16');
  const trained = await run('train', ...SETTINGS, '-o', 'kept');
  expect(trained.encoder).toMatchObject({ id: 'join:lsa+static:all-MiniLM-L6-v2-128' });
});

it('fits what is refitted for each split', async () => {
  const { stderr, code } = await embedllm(folder, [
    ...['compare', '--encoder', 'lsa+english', '--dimensions', '16', '--splits', '1'],
  ]);
  expect({ code, stderr }).toMatchObject({ code: 0 });
});

it('refuses a length that the table does not have', async () => {
  const { code, stderr } = await embedllm(folder, [
    ...['train', '--encoder', 'english', '--dimensions', '64'],
  ]);
  expect({ code, stderr }).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('english has 128 dimensions, not 64'),
  });
});
