import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  detectEvaluationSources,
  type InspectDataset,
  type ReadInspectLogsOptions,
  readInspectLogs,
} from '../src/index.js';
import { zipBytes } from './archive-bytes.js';
import { temporaryDirectory } from './temporary-directory.js';

const root = temporaryDirectory();
const NAMES = ['2025-05-01T10-00-00+00-00_a.json', '2025-05-02T10-00-00+00-00_b.json'] as const;

function header(changes: { spec?: object; log?: object } = {}): object {
  return {
    version: 2,
    status: 'success',
    eval: { created: '2025-05-01T10:00:00Z', task: 't', model: 'm', dataset: {}, ...changes.spec },
    ...changes.log,
  };
}

function sample(id: number | string, value: unknown = 'C', more: object = {}): object {
  return { id, epoch: 1, input: `Question ${id}?`, target: 'x', scores: { s: { value } }, ...more };
}

const log = (samples: readonly object[], changes: Parameters<typeof header>[0] = {}): string =>
  JSON.stringify({ ...header(changes), samples });

/** An archive of samples by the names of its members. */
function archive(samples: readonly (readonly [string, object])[], spec: object = {}): Uint8Array {
  return zipBytes([
    ...samples.map(([name, content]) => ({ name, content: JSON.stringify(content) })),
    { name: 'header.json', content: JSON.stringify(header({ spec })) },
  ]);
}

let folders = 0;
async function folderOf(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const folder = join(root, `folder-${folders++}`);
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return folder;
}

async function read(
  files: Readonly<Record<string, string | Uint8Array>>,
  options?: ReadInspectLogsOptions,
): Promise<InspectDataset> {
  return readInspectLogs(await folderOf(files), options);
}

describe('a folder of logs of Inspect', () => {
  it('has every .eval whatever its name', async () => {
    const folder = await folderOf({
      [NAMES[0]]: log([sample(1)]),
      'my-run.eval': archive([['samples/1_epoch_1.json', sample(1)]], { task: 'u' }),
    });
    expect((await readInspectLogs(folder)).questions.map(({ id }) => id)).toEqual(['t/1', 'u/1']);
    expect(await detectEvaluationSources(folder)).toMatchObject([{ files: { length: 2 } }]);
  });

  it('has samples whose ids hold slashes, backslashes and dots', async () => {
    const ids = ['HumanEval/0', 'a\\b', '../up', '/root', 'x_epoch_1/y', '1'];
    const members = ids.map((id) => [`samples/${id}_epoch_1.json`, sample(id)] as const);
    const { questions } = await read({ 'a.eval': archive(members) });
    expect(questions.map(({ id }) => id)).toEqual(ids.map((id) => `t/${id}`));
  });

  it('identifies samples by their content where ids are missing or lose digits', async () => {
    const members = [
      ['samples/a_epoch_1.json', { ...sample(0), id: '' }],
      ['samples/b_epoch_1.json', { ...sample(1), id: 2 ** 53 + 2 }],
    ] as const;
    const files = { 'a.eval': archive(members) };
    await expect(read(files)).rejects.toThrow(
      /id: must be a non-empty string.*but it is "".*questionId: 'content'/,
    );
    await expect(read({ 'a.eval': archive(members.slice(1)) })).rejects.toThrow(
      /is an integer beyond 9007199254740991.*questionId: 'content'/,
    );
    expect((await read(files, { questionId: 'content' })).report.labels).toBe(2);
  });

  it('finds what an archive has within a folder', async () => {
    for (const folder of ['./', 'run/', '/']) {
      const zip = zipBytes([
        { name: `${folder}samples/1_epoch_1.json`, content: JSON.stringify(sample(1)) },
        { name: `${folder}header.json`, content: JSON.stringify(header()) },
      ]);
      expect((await read({ 'a.eval': zip })).questions.map(({ id }) => id)).toEqual(['t/1']);
    }
  });

  it('says how many samples were to be run, and at which address', async () => {
    const { report } = await read({
      [NAMES[0]]: log([sample(1), sample(2)], {
        spec: { model_base_url: 'http://a/v1' },
        log: { results: { total_samples: 1, completed_samples: 1 } },
      }),
    });
    expect(report.runs).toMatchObject([{ samples: 2, expectedSamples: 1, baseURL: 'http://a/v1' }]);
  });

  it('counts samples that an error ended although they have a score', async () => {
    const { report } = await read({
      [NAMES[0]]: log([sample(1), sample(2, 'C', { error: { message: '503' } })]),
    });
    expect(report.runs).toMatchObject([{ labels: 2, failed: 0, scoredErrors: 1 }]);
  });

  it('takes the last of members that were written twice', async () => {
    const { correctness, report } = await read({
      'a.eval': archive([
        ['samples/1_epoch_1.json', sample(1, 'I')],
        ['samples/1_epoch_1.json', sample(1, 'C')],
      ]),
    });
    expect([...correctness.labels]).toEqual([1]);
    expect(report.runs).toMatchObject([{ samples: 1 }]);
  });

  it('refuses samples in chunks by name, and does not take chunks for samples', async () => {
    const chunks = archive([
      ['samples/1_epoch_1/sample.json', sample(1)],
      ['samples/1_epoch_1/events/0.json', {}],
    ]);
    await expect(read({ 'a.eval': chunks })).rejects.toThrow(
      /in chunks \("samples\/1_epoch_1\/sample\.json"\).*--to json/,
    );
  });

  it('counts samples that an error ended as the log does, by either way of counting', async () => {
    const error = { error: { message: '503' } };
    const samples = [sample(1), sample(2), sample(3, 'C', { scores: null, ...error })];
    for (const completed of [3, 2]) {
      const results = { total_samples: 3, completed_samples: completed };
      const { report } = await read({ [NAMES[0]]: log(samples, { log: { results } }) });
      expect(report.runs).toMatchObject([{ samples: 3, labels: 2, failed: 1 }]);
    }
    const results = { total_samples: 9, completed_samples: 9 };
    const cut = { [NAMES[0]]: log(samples, { log: { results } }) };
    await expect(read(cut)).rejects.toThrow(/3 samples, but its results count 9/);
    expect((await read(cut, { incomplete: 'take' })).report.labels).toBe(2);
  });

  it('passes over files of other tools, and names those that cannot be read', async () => {
    const files = {
      [NAMES[0]]: log([sample(1)]),
      '2025-03-02T10-00-00_notes.json': '[1, 2]',
      '2025-03-02T10-00-00_other.json': '{"a": 1}',
    };
    const { report } = await read(files);
    expect(report.skipped.map(({ reason }) => reason)).toEqual(['foreign', 'foreign']);
    const broken = { ...files, 'broken.eval': 'no archive' };
    await expect(read(broken)).rejects.toThrow(/broken\.eval: .*skipFiles: \['broken\.eval'\]/);
    expect((await read(broken, { skipFiles: ['broken.*'] })).report.skipped).toHaveLength(3);
  });

  it('says all that is unclear at once, with options that decide it', async () => {
    const files = {
      [NAMES[0]]: log([sample(1, { strict: 1, loose: 1 }), sample(2, { strict: 0, loose: 1 })]),
      [NAMES[1]]: log([sample(1, 0.4)], { spec: { task: 'u' } }),
      'c.eval': archive([['samples/1_epoch_1.json', sample(1, 'a word')]], { task: 'v' }),
    };
    await expect(read(files)).rejects.toThrow(
      /3 choices to you[\s\S]*value: \{ 't': 'strict' \} threshold: 0\.5 skipTasks: \['v'\]/,
    );
    const options = { value: { t: 'strict' }, threshold: 0.5, skipTasks: ['v'] };
    expect((await read(files, options)).report.labels).toBe(3);
  });

  it('keeps runs of other settings apart: arguments of the task, effort of the model', async () => {
    const spec = (changes: object): object => ({
      spec: { created: '2025-05-02T00:00Z', ...changes },
    });
    const args = (subject: string): object => ({ task_args: { subject, shuffle: true } });
    const { questions, report } = await read({
      [NAMES[0]]: log([sample(1)], { spec: args('law') }),
      [NAMES[1]]: log([sample(1, 'I', { input: 'Another?' })], spec(args('art'))),
    });
    expect(questions.map(({ id }) => id)).toEqual(['t (subject=law)/1', 't (subject=art)/1']);
    expect(report.variants).toMatchObject([{ kind: 'task', name: 't', settings: ['subject'] }]);
    const effort = (value: string): object => ({
      model_generate_config: { reasoning_effort: value, max_retries: value.length },
    });
    const { models } = await read({
      [NAMES[0]]: log([sample(1)], { spec: effort('low') }),
      [NAMES[1]]: log([sample(1, 'I')], spec(effort('high'))),
    });
    expect(models.map(({ name }) => name)).toEqual([
      'm (reasoning_effort=low)',
      'm (reasoning_effort=high)',
    ]);
  });

  it('asks for the model of a log that does not name it', async () => {
    const spec = { spec: { model: 'none/none' } };
    const files = { [NAMES[0]]: log([sample(1)], spec), [NAMES[1]]: log([sample(1, 'I')], spec) };
    await expect(read(files)).rejects.toThrow(/neither says which is newer.*modelName: /);
    const named = await read(files, { modelName: ({ file }) => file.slice(-6, -5) });
    expect(named.models.map(({ name }) => name)).toEqual(['a', 'b']);
  });
});
