import { join } from 'node:path';
import { simulatePool } from '@embedllm/simulated-pool';
import { beforeAll, describe, expect, it } from 'vitest';
import { embedllm, scratchFolder, writeSmallPool } from './command-line.js';

const folder = scratchFolder();

const GIBBERISH = 'zxqv wvut kjhg qqqq';

beforeAll(async () => {
  await writeSmallPool(join(folder, 'raw'));
  expect((await embedllm(folder, ['build', 'raw'])).code).toBe(0);
  const argv = ['train', '--dimensions', '16', '--ridges', '1', '--ranks', '2'];
  expect((await embedllm(folder, argv)).code).toBe(0);
});

async function route(...argv: string[]) {
  const { code, stdout, stderr } = await embedllm(folder, ['route', '--json', ...argv]);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return JSON.parse(stdout);
}

describe('route', () => {
  it('says how familiar a question is, and remarks on one unlike those of training', async () => {
    expect((await route(GIBBERISH)).familiarity).toBe(0);
    const { stdout } = await embedllm(folder, ['route', GIBBERISH]);
    expect(stdout).toMatch(/^Unfamiliar: 100\.0% of the training questions are more familiar/m);
  });

  it('sends unfamiliar questions to the model of --when-unfamiliar, and no others', async () => {
    const { dataset } = simulatePool({ seed: 0, models: 8, questionsPerBenchmark: 24 });
    const question = dataset.questions[0]?.prompt ?? '';
    const usual = await route(question);
    const last = (await route('--top', '8', GIBBERISH)).candidates.at(-1).model.name;
    const redirect = ['--when-unfamiliar', last];
    expect((await route(...redirect, GIBBERISH)).model.name).toBe(last);
    expect(usual.familiarity).toBeGreaterThan(0.01);
    expect((await route(...redirect, question)).model.name).toBe(usual.model.name);
    const all = ['--unfamiliar-below', '1', ...redirect];
    expect((await route(...all, question)).model.name).toBe(last);
    const none = ['--unfamiliar-below', '0', ...redirect];
    expect((await route(...none, GIBBERISH)).model.name).not.toBe(last);
  });

  it('knows the single best model of the artifact', async () => {
    const { model, reason } = await route('--when-unfamiliar', 'single-best', GIBBERISH);
    expect(reason).toContain(model.name);
  });

  it('refuses --unfamiliar-below by itself, and a model that is not there', async () => {
    const alone = await embedllm(folder, ['route', '--unfamiliar-below', '0.1', 'What?']);
    expect(alone).toMatchObject({ code: 2 });
    expect(alone.stderr).toContain('--unfamiliar-below requires --when-unfamiliar.');
    const unknown = await embedllm(folder, ['route', '--when-unfamiliar', 'nobody', 'What?']);
    expect(unknown).toMatchObject({ code: 2 });
    expect(unknown.stderr).toContain('--when-unfamiliar names "nobody"');
    const share = await embedllm(folder, [
      ...['route', '--when-unfamiliar', 'single-best', '--unfamiliar-below', '2', 'What?'],
    ]);
    expect(share).toMatchObject({ code: 2 });
  });
});
