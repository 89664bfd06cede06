import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { embedllm, embedllmJson, scratchFolder, writeSmallPool } from './command-line.js';

const folder = scratchFolder();

beforeAll(async () => {
  await writeSmallPool(join(folder, 'raw'));
  await json('build', 'raw');
  await json('train', '--dimensions', '16', '--ridges', '1', '--ranks', '2', '--poolings', '0.5');
});

const json = (...argv: string[]) => embedllmJson(folder, argv);

describe('evaluate', () => {
  it('knows the split that the artifact was trained on', async () => {
    const { stderr, stdout } = await embedllm(folder, ['evaluate', '--json']);
    expect(JSON.parse(stdout).trainingData).toBe('same');
    expect(stderr).not.toContain('warning');
  });

  it('warns that questions of another split may have been trained on', async () => {
    await json('build', 'raw', '--split', '0.8,0.1,0.1', '--seed', '5', '-o', 'other');
    const { code, stderr, stdout } = await embedllm(folder, [
      ...['evaluate', '--data', 'other', '--json'],
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).trainingData).toBe('differs');
    expect(stderr).toMatch(/warning: The artifact was not trained on the training part/);
  });

  it('measures the models that the dataset has after another one joined', async () => {
    const answers = ['prompt_id,label', ...Array.from({ length: 10 }, (_, i) => `${i},${i % 2}`)];
    await writeFile(join(folder, 'answers.csv'), `${answers.join('\n')}\n`);
    const before = await json('evaluate');
    await json('add-model', '--name', 'late', '--answers', 'answers.csv', '-o', 'grown');
    const { stderr, stdout } = await embedllm(folder, ['evaluate', '-a', 'grown', '--json']);
    expect(stderr).toMatch(/warning: Not in the dataset, and not measured: "late"\./);
    const after = JSON.parse(stdout);
    expect(after).toMatchObject({ trainingData: 'same', unmeasuredModels: ['late'] });
    expect(after.metrics).toEqual(before.metrics);
  });

  it('says how often routing finds the few models that are right', async () => {
    const { routing, flips } = await json('evaluate', '--split', 'all');
    expect(routing.rareRight.questions).toBeGreaterThan(0);
    expect(routing.rareRight.artifact).toBeGreaterThanOrEqual(0);
    expect(flips).toBeUndefined();
    const { stdout } = await embedllm(folder, ['evaluate', '--split', 'all']);
    expect(stdout).toMatch(
      /one model or at most 10% of the models got right, [\d.]+% went to such/,
    );
  });

  it('counts the questions that typing errors send to another model', async () => {
    const none = await json('evaluate', '--typing-errors', '0');
    expect(none.flips).toEqual({ typingErrors: 0, flipRate: 0 });
    const { flips } = await json('evaluate', '--split', 'all', '--typing-errors', '1');
    expect(flips.flipRate).toBeGreaterThan(0);
    const { code, stderr } = await embedllm(folder, ['evaluate', '--typing-errors', '2']);
    expect(stderr).toMatch(/--typing-errors/);
    expect(code).toBe(2);
  });

  it('refuses a dataset that has none of the models', async () => {
    await mkdir(join(folder, 'strange'));
    const header = 'prompt_id,model_id,category,label,prompt,model_name';
    const rows = Array.from({ length: 20 }, (_, i) => `${i},0,c,${i % 2},What is ${i}?,stranger`);
    await writeFile(join(folder, 'strange/responses.csv'), `${[header, ...rows].join('\n')}\n`);
    const { code, stderr } = await embedllm(folder, ['evaluate', '--data', 'strange']);
    expect(stderr).toMatch(/The dataset has none of the artifact's models, such as "/);
    expect(code).toBe(3);
  });

  it('refuses the name of a model that is empty', async () => {
    const argv = ['add-model', '--name', ' ', '--answers', 'answers.csv', '-o', 'nameless'];
    const { code, stderr } = await embedllm(folder, argv);
    expect(stderr).toMatch(/Name the model with --name/);
    expect(code).toBe(2);
  });
});

describe('route', () => {
  it.each(['--allow', '--deny', '--prefer'])('refuses an unknown model in %s', async (flag) => {
    const policy = flag === '--prefer' ? ['--policy', 'preferring', '--margin', '0.1'] : [];
    const { code, stderr, stdout } = await embedllm(folder, [
      ...['route', flag, 'mapl', ...policy, 'What is 1 + 1?'],
    ]);
    expect(stderr).toMatch(
      new RegExp(`${flag} names "mapl", which is not in the artifact. Did you mean "maple-`),
    );
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});
