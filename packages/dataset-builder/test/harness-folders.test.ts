import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  detectEvaluationSources,
  type ReadHarnessLogsOptions,
  readHarnessLogs,
} from '../src/index.js';
import { temporaryDirectory } from './temporary-directory.js';

const root = temporaryDirectory();
const DAY = ['2025-03-01T10-00-00.1', '2025-03-02T10-00-00.1'] as const;

interface SampleOptions {
  readonly scores?: Record<string, unknown>;
  readonly filter?: string;
  readonly hash?: boolean;
}

function sample(
  id: number,
  { scores = { acc: 1 }, filter, hash = true }: SampleOptions = {},
): object {
  return {
    doc_id: id,
    doc: { question: `Question ${id}?` },
    ...(filter !== undefined && { filter }),
    ...(hash && { doc_hash: `h${id}` }),
    metrics: Object.keys(scores),
    ...scores,
  };
}

const many = (count: number, options?: SampleOptions): object[] =>
  Array.from({ length: count }, (_, id) => sample(id, options));
const lines = (samples: readonly object[]): string =>
  samples.map((each) => `${JSON.stringify(each)}\n`).join('');
const results = (more: object = {}): string =>
  JSON.stringify({ model_name: 'org/m', config: {}, ...more });

let folders = 0;
async function folderOf(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = join(root, `folder-${folders++}`);
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return folder;
}

async function read(
  files: Readonly<Record<string, string>>,
  options?: ReadHarnessLogsOptions,
): ReturnType<typeof readHarnessLogs> {
  return readHarnessLogs(await folderOf(files), options);
}

describe('a folder of logs of lm-evaluation-harness', () => {
  it('keeps what a full run asked where a smaller, newer run asked less', async () => {
    const files = {
      [`full/results_${DAY[0]}.json`]: results(),
      [`full/samples_t_${DAY[0]}.jsonl`]: lines(many(20)),
      [`small/results_${DAY[1]}.json`]: results(),
      [`small/samples_t_${DAY[1]}.jsonl`]: lines(many(2, { scores: { acc: 0 } })),
    };
    const { report, correctness } = await read(files);
    expect(report.labels).toBe(20);
    expect([...correctness.labels].slice(0, 3)).toEqual([0, 0, 1]);
    expect(report.runs.map(({ labels, disagreements }) => [labels, disagreements])).toEqual([
      [2, 0],
      [18, 2],
    ]);
    const newest = await read(files, { runs: 'newest' });
    expect(newest.report.labels).toBe(2);
    expect(newest.report.runs[1]).toMatchObject({ unused: 18 });
  });

  it('lists scores that could be taken as well, unless one was chosen', async () => {
    const scores = { acc: 1, acc_norm: 0, acc_bytes: 0.5, perplexity: 12 };
    const files = { [`m/samples_t_${DAY[0]}.jsonl`]: lines(many(3, { scores })) };
    const { report } = await read(files);
    expect(report.runs).toMatchObject([{ metric: 'acc', otherMetrics: ['acc_bytes', 'acc_norm'] }]);
    const chosen = await read(files, { metric: 'acc_norm' });
    expect(chosen.report.runs).toMatchObject([{ metric: 'acc_norm', otherMetrics: [] }]);
  });

  it('says at which address a model was asked', async () => {
    const { report } = await read({
      [`results_${DAY[0]}.json`]: results({ config: { model_args: 'base_url=http://a/v1,x=1' } }),
      [`samples_t_${DAY[0]}.jsonl`]: lines(many(1)),
    });
    expect(report.runs).toMatchObject([{ baseURL: 'http://a/v1' }]);
  });

  it('names results that cannot be read, and reads the rest without them', async () => {
    const files = {
      [`results_${DAY[0]}.json`]: results(),
      [`samples_t_${DAY[0]}.jsonl`]: lines(many(4)),
      [`results_${DAY[1]}.json`]: '{"config": {',
      'sub/results_2025-03-03T10-00-00.1.json': '',
    };
    const skipFiles = [`results_${DAY[1]}.json`, 'results_2025-03-03T10-00-00.1.json'];
    await expect(read(files)).rejects.toMatchObject({
      message: expect.stringMatching(/not complete JSON.*\n.*the file is empty/),
      options: expect.arrayContaining([expect.objectContaining({ value: skipFiles })]),
    });
    expect((await read(files, { skipFiles })).report.labels).toBe(4);
  });

  it('takes or leaves out samples whose last line was cut off, but no line in the middle', async () => {
    const [first = '', ...rest] = lines(many(4)).split('\n');
    const cut = {
      [`a/samples_t_${DAY[0]}.jsonl`]: lines(many(4)).slice(0, -9),
      [`b/samples_t_${DAY[0]}.jsonl`]: lines(many(4)),
    };
    await expect(read(cut)).rejects.toThrow(/row 4: .*truncated\? .*incomplete/);
    expect((await read(cut, { incomplete: 'take' })).report.labels).toBe(7);
    const skipped = await read(cut, { incomplete: 'skip' });
    expect(skipped.report).toMatchObject({
      labels: 4,
      skipped: [{ reason: 'incomplete', detail: 'truncated: it has 3 samples' }],
    });
    const broken = {
      ...cut,
      [`a/samples_t_${DAY[0]}.jsonl`]: [first.slice(0, 9), ...rest].join('\n'),
    };
    await expect(read(broken, { incomplete: 'take' })).rejects.toThrow(/row 1: /);
    const [alone = ''] = Object.values(cut);
    await expect(
      read({ [`samples_t_${DAY[0]}.jsonl`]: alone }, { incomplete: 'skip' }),
    ).rejects.toThrow(/no log is left to read: .* is truncated: it has 3 samples/);
  });

  it('says all that is unclear at once, with options that decide it', async () => {
    const files = {
      [`results_${DAY[0]}.json`]: results(),
      [`samples_a_${DAY[0]}.jsonl`]: lines(many(2, { scores: { bleu: 0, rouge: 1 } })),
      [`samples_b_${DAY[0]}.jsonl`]: lines(many(2, { scores: { acc: 0.4 } })),
      [`samples_c_${DAY[0]}.jsonl`]: lines(many(2, { filter: 'x' })),
      [`samples_d_${DAY[0]}.jsonl`]: 'nonsense',
    };
    const error: unknown = await read(files, { filter: { c: 'y' } }).catch((e: unknown) => e);
    expect(error).toMatchObject({
      code: 'invalid-data',
      message: expect.stringMatching(
        /4 choices to you[\s\S]*bleu[\s\S]*0\.4[\s\S]*no sample has the requested filter[\s\S]*samples_d[\s\S]*not valid JSON[\s\S]*metric: \{ 'a': 'bleu' \} threshold: 0\.5 filter: \{ 'c': 'x' \} skipFiles: \['samples_d/,
      ),
    });
    const { report } = await read(files, {
      filter: { c: 'x' },
      metric: { 'a*': 'rouge' },
      threshold: 0.5,
      skipFiles: ['samples_d*'],
    });
    expect(report.labels).toBe(6);
    expect(report.skipped).toMatchObject([{ reason: 'file' }]);
  });

  it('takes main scores by default, and leaves tasks out that have none', async () => {
    const files = {
      [`results_${DAY[0]}.json`]: results({ group_subtasks: { g: ['drop', 'bbh'] } }),
      [`samples_drop_${DAY[0]}.jsonl`]: lines(many(2, { scores: { em: 1, f1: 0.5 } })),
      [`samples_bbh_${DAY[0]}.jsonl`]: lines(many(2, { scores: { acc_norm: 1 } })),
      [`samples_ifeval_${DAY[0]}.jsonl`]: lines(
        many(2, { scores: { inst_level_strict_acc: [true], prompt_level_strict_acc: false } }),
      ),
      [`samples_humaneval_${DAY[0]}.jsonl`]: lines(many(2, { scores: { 'pass@1': 1 } })),
      [`samples_wikitext_${DAY[0]}.jsonl`]: lines(
        many(2, { scores: { word_perplexity: [-1, 2], bits_per_byte: [-1, 2] } }),
      ),
    };
    const { report } = await read(files);
    expect(report.labels).toBe(8);
    expect(report.skipped).toMatchObject([{ task: 'wikitext', reason: 'no-score' }]);
    const some = await read(files, { tasks: ['g', 'human*'], skipTasks: ['drop'] });
    expect(some.report.runs.map(({ task }) => task)).toEqual(['bbh', 'humaneval']);
    expect(some.report.skipped.map(({ task, reason }) => [task, reason])).toEqual([
      ['drop', 'task'],
      ['ifeval', 'task'],
      ['wikitext', 'task'],
    ]);
    const only = {
      [`samples_wikitext_${DAY[0]}.jsonl`]: files[`samples_wikitext_${DAY[0]}.jsonl`] ?? '',
    };
    await expect(read(only)).rejects.toThrow(/none of which is a number from 0 to 1/);
  });

  it('takes the first filter of a task, and names the others', async () => {
    const both = lines([
      ...many(2, { filter: 'strict-match', scores: { exact_match: 0 } }),
      ...many(2, { filter: 'flexible-extract', scores: { exact_match: 1 } }),
    ]);
    const files = { [`m/samples_gsm8k_${DAY[0]}.jsonl`]: both };
    const { report, correctness } = await read(files);
    expect([...correctness.labels]).toEqual([0, 0]);
    expect(report.runs).toMatchObject([
      { filter: 'strict-match', otherFilters: ['flexible-extract'] },
    ]);
    const turned = lines(many(2, { filter: 'flexible-extract', scores: { exact_match: 1 } }));
    await expect(read({ ...files, [`n/samples_gsm8k_${DAY[0]}.jsonl`]: turned })).rejects.toThrow(
      /flexible-extract, but .* with strict-match.*filter: /,
    );
  });

  it('leaves single samples without a score out, and counts them', async () => {
    const samples = [sample(0), sample(1, { scores: { acc: Number.NaN } }), sample(2)];
    const { report } = await read({ [`m/samples_t_${DAY[0]}.jsonl`]: lines(samples) });
    expect(report.runs).toMatchObject([{ samples: 2, labels: 2, unscored: 1 }]);
  });

  it('refuses, skips or takes a log that was cut off', async () => {
    const files = {
      [`results_${DAY[0]}.json`]: results({
        'n-samples': { t: { original: 100, effective: 100 } },
      }),
      [`samples_t_${DAY[0]}.jsonl`]: lines(many(3)),
      [`samples_u_${DAY[0]}.jsonl`]: lines(many(3)),
    };
    await expect(read(files)).rejects.toThrow(/has 3 samples.*100.*incomplete: 'take'/);
    expect((await read(files, { incomplete: 'take' })).report.labels).toBe(6);
    const skipped = await read(files, { incomplete: 'skip' });
    expect(skipped.report).toMatchObject({
      labels: 3,
      skipped: [{ reason: 'incomplete', detail: 'truncated: it has 3 of 100 samples' }],
    });
  });

  it('passes over files that are only named like results, and what macOS adds', async () => {
    const { report } = await read({
      [`results_${DAY[0]}.json`]: results(),
      [`samples_t_${DAY[0]}.jsonl`]: lines(many(3)),
      [`notes_${DAY[0]}.json`]: '[1, 2]',
      [`other_${DAY[0]}.json`]: '{ not JSON',
      [`._samples_t_${DAY[0]}.jsonl`]: '\0\0',
      [`__MACOSX/._samples_t_${DAY[0]}.jsonl`]: '\0\0',
    });
    expect(report.labels).toBe(3);
    expect(report.skipped.map(({ reason }) => reason)).toEqual(['foreign', 'foreign']);
  });

  it('keeps runs of other settings apart', async () => {
    const made = (args: string, shots: number): string =>
      results({ config: { model_args: args }, 'n-shot': { t: shots, u: shots } });
    const files = {
      [`a/results_${DAY[0]}.json`]: made('pretrained=org/m,dtype=auto,batch_size=8', 5),
      [`a/samples_t_${DAY[0]}.jsonl`]: lines(many(3)),
      [`a/samples_u_${DAY[0]}.jsonl`]: lines(many(3)),
      [`b/results_${DAY[1]}.json`]: made('pretrained=org/m,dtype=auto,load_in_4bit=True', 5),
      [`b/samples_t_${DAY[1]}.jsonl`]: lines(many(3, { scores: { acc: 0 } })),
    };
    const { models, report } = await read(files);
    expect(models.map(({ name }) => name)).toEqual(['org/m', 'org/m (load_in_4bit=True)']);
    expect(report.labels).toBe(9);
    expect(report.variants).toEqual([
      {
        kind: 'model',
        name: 'org/m',
        settings: ['load_in_4bit'],
        variants: ['org/m', 'org/m (load_in_4bit=True)'],
      },
    ]);
    expect((await read(files, { variants: 'ignore' })).report.labels).toBe(6);
    expect((await read(files, { modelName: () => 'same' })).report.labels).toBe(6);
  });

  it('keeps runs with other numbers of solved examples apart, as other tasks', async () => {
    const made = (model: string, shots: number): string =>
      JSON.stringify({ model_name: model, 'n-shot': { t: shots } });
    const files = {
      [`a/results_${DAY[0]}.json`]: made('m', 5),
      [`a/samples_t_${DAY[0]}.jsonl`]: lines(many(3)),
      [`b/results_${DAY[1]}.json`]: made('m', 0),
      [`b/samples_t_${DAY[1]}.jsonl`]: lines(many(3)),
      [`c/results_${DAY[0]}.json`]: made('n', 5),
      [`c/samples_t_${DAY[0]}.jsonl`]: lines(many(3)),
    };
    const { questions, report } = await read(files, { category: 'group' });
    expect(new Set(questions.map(({ category }) => category))).toEqual(
      new Set(['t', 't (num_fewshot=0)']),
    );
    expect(questions.some(({ id }) => id === 't (num_fewshot=0)/h1')).toBe(true);
    expect(report.labels).toBe(9);
  });

  it('asks whether two logs without results are of one model', async () => {
    const files = {
      [`logs/samples_t_${DAY[0]}.jsonl`]: lines(many(3)),
      [`logs/samples_t_${DAY[1]}.jsonl`]: lines(many(3)),
    };
    await expect(read(files)).rejects.toThrow(
      /or of another model.*runs: 'merge'.*modelName: \{ 'samples_t_2025-03-01/,
    );
    expect((await read(files, { runs: 'merge' })).report.labels).toBe(3);
    const named = await read(files, { modelName: ({ date }) => date });
    expect(named.models).toHaveLength(2);
  });

  it('puts a task of two groups where it is asked to', async () => {
    const files = {
      [`results_${DAY[0]}.json`]: results({ group_subtasks: { g: ['t'], h: ['t'] } }),
      [`samples_t_${DAY[0]}.jsonl`]: lines(many(1)),
    };
    await expect(read(files, { category: 'group' })).rejects.toThrow(/categories: \{ 't': 'g' \}/);
    const { questions } = await read(files, { category: 'group', categories: { t: 'h' } });
    expect(questions[0]?.category).toBe('h');
  });

  it.each([
    ['keep', undefined, [1]],
    ['replace', undefined, [0]],
    ['majority', undefined, [0]],
    ['mean', 0.3, [1]],
    ['mean', 0.5, [0]],
  ] as const)(
    'makes one of a question asked several times: %s',
    async (onConflict, threshold, expected) => {
      const answers = [1, 0, 0].map((acc) => sample(0, { scores: { acc } }));
      const files = { [`m/samples_t_${DAY[0]}.jsonl`]: lines(answers) };
      const { correctness, report } = await read(files, { onConflict, threshold });
      expect([...correctness.labels]).toEqual(expected);
      expect(report.runs[0]?.contradictions).toBeGreaterThan(0);
      await expect(read(files)).rejects.toMatchObject({ code: 'conflicting-labels' });
    },
  );

  it('reads the names of lm_eval 0.4.0 to 0.4.2, whose samples are a list', async () => {
    const list = JSON.stringify(many(3, { hash: false }), null, 2);
    const folder = await folderOf({
      'results.json': JSON.stringify({
        results: {},
        configs: { lambada_openai: {}, arc_easy: {} },
        config: { model_args: 'pretrained=org/m,dtype=float' },
      }),
      'pretrained__org__m,dtype__float_lambada_openai.jsonl': list,
      'pretrained__org__m,dtype__float_arc_easy.jsonl': list,
      'pretrained__org__m,dtype__float_unknown.jsonl': list,
    });
    const { report, models } = await readHarnessLogs(folder);
    expect(models).toEqual([{ name: 'org/m' }]);
    expect(report.runs.map(({ task, labels }) => [task, labels])).toEqual([
      ['arc_easy', 3],
      ['lambada_openai', 3],
    ]);
    expect(report.skipped).toMatchObject([{ reason: 'foreign' }]);
    expect(await detectEvaluationSources(folder)).toMatchObject([{ kind: 'harness' }]);
  });

  it('reads the names of the Open LLM Leaderboard in June 2024', async () => {
    const { report } = await read({
      [`m/samples_leaderboard_bbh_${DAY[0]}.json`]: lines(many(3)),
      [`m/samples_leaderboard_gpqa_${DAY[0]}.json`]: JSON.stringify(many(2)),
    });
    expect(report.runs.map(({ task, labels }) => [task, labels])).toEqual([
      ['leaderboard_bbh', 3],
      ['leaderboard_gpqa', 2],
    ]);
  });

  it('knows a document without its hash by the hash that newer versions write', async () => {
    const { questions } = await read({
      [`m/samples_t_${DAY[0]}.jsonl`]: lines([
        { doc_id: 0, doc: { question: 'Wie heißt du?', choices: ['a'] }, acc: 1 },
      ]),
    });
    // hashlib.sha256(json.dumps(doc, indent=2, ensure_ascii=False).encode()).hexdigest() in Python.
    expect(questions[0]?.id).toBe(`t/${PYTHON_HASH}`);
  });
});

const PYTHON_HASH = '1ee04a590aac2a6aff4b283491bb5ef5289b297bf5ce48bff9fea9c0ed1de26f';
