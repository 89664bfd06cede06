import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { embedllm, scratchFolder, writeSmallPool } from './command-line.js';

let folder: string;
let remove: () => Promise<void>;

beforeAll(async () => {
  ({ folder, remove } = await scratchFolder());
  await mkdir(join(folder, 'raw'));
  await writeSmallPool(join(folder, 'raw'));
});
afterAll(() => remove());

describe('from records to a routed question', () => {
  it('builds a dataset that is checked and split', async () => {
    const { code, stdout } = await embedllm(folder, ['build', 'raw', '--json']);
    expect(code).toBe(0);
    const summary = JSON.parse(stdout);
    expect(summary).toMatchObject({ questions: 240, models: 8, duplicates: 0 });
    expect(summary.split).toEqual({ train: 192, val: 24, test: 24 });
    expect(summary.categories).toHaveLength(10);
  });

  it('encodes, trains, evaluates with a check, and routes', async () => {
    const encoded = await embedllm(folder, ['encode', '--dimensions', '48', '--json']);
    expect(encoded.code).toBe(0);
    expect(JSON.parse(encoded.stdout)).toMatchObject({
      questions: 240,
      encoder: { id: 'lsa', dimensions: 48 },
    });

    const trained = await embedllm(folder, ['train', '--ranks', '0,2', '--json']);
    expect(trained.stderr).toContain('embeddings.safetensors');
    const training = JSON.parse(trained.stdout);
    expect(training).toMatchObject({ solver: 'direct', encoder: { dimensions: 48 } });

    const evaluated = await embedllm(folder, ['evaluate', '--json', '--require', 'auroc>=0.6']);
    expect(evaluated.code).toBe(0);
    const evaluation = JSON.parse(evaluated.stdout);
    expect(evaluation.metrics).toEqual(training.metrics.test);
    expect(evaluation.checks).toMatchObject([{ holds: true }]);
    const failed = await embedllm(folder, ['evaluate', '--require', 'auroc>0.999']);
    expect(failed.code).toBe(1);
    expect(failed.stdout).toContain('FAILED: auroc>0.999');

    const routed = await embedllm(folder, ['route', '--json', '--top', '8', 'What is 17 * 23?']);
    const decision = JSON.parse(routed.stdout);
    expect(decision.candidates).toHaveLength(8);
    expect(decision.candidates[0].probability).toBe(decision.probability);
  });
});
