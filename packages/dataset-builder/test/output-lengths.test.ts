import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readHarnessLogs, readInspectLogs } from '../src/index.js';
import { temporaryDirectory } from './temporary-directory.js';

const root = temporaryDirectory();

/** A sample of a generation task as lm-evaluation-harness writes it. */
const generated = (hash: string, ...answers: readonly string[]): Record<string, unknown> => ({
  doc_id: 0,
  doc: { question: `Why ${hash}?` },
  arguments: { gen_args_0: { arg_0: 'Q: Why?', arg_1: { until: ['\n'] } } },
  resps: [answers],
  filtered_resps: ['x'],
  filter: 'none',
  metrics: ['exact_match'],
  doc_hash: hash,
  exact_match: 1,
});

describe('answer lengths of lm-evaluation-harness', () => {
  const write = async (folder: string, date: string, samples: readonly object[]): Promise<void> => {
    await mkdir(join(root, folder), { recursive: true });
    await writeFile(
      join(root, folder, `samples_t_${date}.jsonl`),
      samples.map((sample) => `${JSON.stringify(sample)}\n`).join(''),
    );
  };
  const OLD = '2025-01-01T00-00-00.000000';
  const NEW = '2025-01-02T00-00-00.000000';
  beforeAll(async () => {
    await write('harness/talks', NEW, [
      generated('a', 'x'.repeat(100)),
      generated('b', 'x'.repeat(10), 'x'.repeat(30)),
    ]);
    await write('harness/talks', OLD, [generated('a', 'x'.repeat(9000))]);
    await write('harness/compares', NEW, [
      { ...generated('a'), resps: [[['-1.0', 'True']], [['-2.0', 'False']]] },
      { ...generated('b'), resps: [['-1.0', 'True']] },
    ]);
    await write('harness/silent', NEW, [{ ...generated('a'), resps: [] }]);
  });

  it('are the mean characters of the generated text, of the runs that count', async () => {
    const { models } = await readHarnessLogs(join(root, 'harness'), { runs: 'merge' });
    expect(models).toEqual([
      { name: 'compares' },
      { name: 'silent' },
      { name: 'talks', metadata: { meanOutputChars: 60 } },
    ]);
  });
});

describe('answer lengths of Inspect', () => {
  const read = async (name: string, samples: readonly object[]) => {
    const file = join(root, `2025-07-05T09-59-40+00-00_t_${name}.json`);
    const spec = { created: '2025-07-05T09:59:40Z', task: 't', dataset: {}, model: 'lab/m' };
    const marked = samples.map((sample, index) => ({
      ...{ id: index + 1, epoch: 1, input: `Why ${index}?`, target: 'x' },
      scores: { s: { value: 'C' } },
      ...sample,
    }));
    const members = Object.entries({ version: 2, status: 'success', eval: spec, samples: marked });
    const lines = members.map(([key, value]) => `"${key}": ${JSON.stringify(value)}`);
    await writeFile(file, `{\n${lines.join(',\n')}\n}\n`);
    const { models } = await readInspectLogs(file);
    return models;
  };

  it('are the tokens of all calls of the evaluated model, not of its grader', async () => {
    const output = { model: 'm', completion: 'Because.', usage: { output_tokens: 7 } };
    const models = await read('usage', [
      { output, model_usage: { 'lab/m': { output_tokens: 300 } } },
      {
        output,
        model_usage: { 'lab/m': { output_tokens: 100 }, 'lab/grader': { output_tokens: 9 } },
      },
    ]);
    expect(models).toEqual([{ name: 'lab/m', meanOutputTokens: 200 }]);
  });

  it('are the tokens of the last call, else the characters of the completion', async () => {
    const usage = { output_tokens: 12 };
    expect(await read('last', [{ output: { model: 'm', completion: 'abc', usage } }])).toEqual([
      { name: 'lab/m', meanOutputTokens: 12 },
    ]);
    expect(await read('text', [{ output: { model: 'm', completion: 'abcd' } }])).toEqual([
      { name: 'lab/m', metadata: { meanOutputChars: 4 } },
    ]);
    expect(await read('none', [{}])).toEqual([{ name: 'lab/m' }]);
  });
});
