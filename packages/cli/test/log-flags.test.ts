import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { zipBytes } from '../../dataset-builder/test/archive-bytes.js';
import { embedllm, type Outcome, scratchFolder } from './command-line.js';

const DAYS = ['2025-03-01T10-00-00.1', '2025-03-02T10-00-00.1'] as const;

const folder = scratchFolder();

async function write(files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
}

const check = (path: string, ...flags: string[]): Promise<Outcome> =>
  embedllm(folder, ['build', path, '--check', '--no-split', ...flags]);

/** Samples of lm-evaluation-harness with these scores and filters. */
function samples(count: number, scores: object, filters = ['none']): string {
  return filters
    .flatMap((filter) =>
      Array.from({ length: count }, (_, id) => ({
        ...{ doc_id: id, doc: { question: `Question ${id}?` }, doc_hash: `h${id}`, filter },
        ...{ metrics: Object.keys(scores), ...scores },
      })),
    )
    .map((sample) => `${JSON.stringify(sample)}\n`)
    .join('');
}

const RESULTS = JSON.stringify({ model_name: 'org/m' });

/** A log of Inspect. */
function log(values: readonly unknown[], spec: object = {}, more: object = {}): string {
  return JSON.stringify({
    ...{ version: 2, status: 'success' },
    eval: { created: '2025-05-01T10:00:00Z', task: 't', model: 'm', dataset: {}, ...spec },
    samples: values.map((value, id) => ({
      ...{ id, epoch: 1, input: `Question ${id}?`, target: 'x', scores: { s: { value } } },
    })),
    ...more,
  });
}

const INSPECT = '2025-05-01T10-00-00+00-00_t_a.json';

describe('build of lm-evaluation-harness logs', () => {
  it('says how many labels of older runs count, and what leaves them out or takes them', async () => {
    await write({
      [`again/full/results_${DAYS[0]}.json`]: RESULTS,
      [`again/full/samples_t_${DAYS[0]}.jsonl`]: samples(20, { acc: 1 }),
      [`again/small/results_${DAYS[1]}.json`]: RESULTS,
      [`again/small/samples_t_${DAYS[1]}.jsonl`]: samples(2, { acc: 0 }),
    });
    const merged = await check('again');
    expect(merged.stdout).toMatch(/^20 questions/);
    expect(merged.stdout).toMatch(
      /^18 labels from older runs fill in .*--runs merge.*--runs newest/m,
    );
    const newest = await check('again', '--runs', 'newest');
    expect(newest.stdout).toMatch(/^2 questions/);
    expect(newest.stdout).toMatch(
      /^18 labels from older runs are left out.*--runs merge to include them/m,
    );
    const stored = await embedllm(folder, ['build', 'again', '-o', 'again.duckdb', '--json']);
    expect(JSON.parse(stored.stdout).remarks).toEqual([
      expect.stringMatching(/^18 labels from older runs fill in/),
    ]);
  });

  it('refuses logs in which no sample has a score, and says so', async () => {
    await write({
      [`nan/results_${DAYS[0]}.json`]: RESULTS,
      [`nan/samples_t_${DAYS[0]}.jsonl`]: samples(10, { acc: null }).replaceAll('null', 'NaN'),
      [INSPECT]: log([1, 0]).replaceAll(/,"scores":\{"s":\{"value":\d\}\}/g, ''),
      'empty.csv': 'id,model,correct\na,m,\nb,m,NaN\n',
    });
    const cases = [
      ['nan', /Left out: 10 samples without a score \(nan.samples_t_/],
      [INSPECT, /Left out: 2 samples without a score \(2025-.*_t_a\.json\)/],
      ['empty.csv', /2 records without a label/],
    ] as const;
    for (const [path, cause] of cases) {
      for (const flags of [['--check'], ['-o', 'out'], ['-o', `${path}.duckdb`]]) {
        const { code, stderr } = await embedllm(folder, ['build', path, ...flags]);
        expect({ path, flags, code }).toEqual({ path, flags, code: 3 });
        expect(stderr).toMatch(/no answer has a label/);
        expect(stderr).toContain(path);
        if (!flags.includes('empty.csv.duckdb')) expect(stderr).toMatch(cause);
      }
    }
  });

  it('names the flag that takes longer records, whatever they are in', async () => {
    const long = 'x '.repeat(1000);
    const sample = { id: 1, epoch: 1, input: long, target: 'x', scores: { s: { value: 1 } } };
    const row = { id: 1, prompt: long, model: 'm', correct: 1 };
    await write({
      'long.csv': `id,prompt,model,correct\n1,${long},m,1\n`,
      'long.jsonl': `${JSON.stringify(row)}\n${JSON.stringify(row)}\n`,
      'long.json': JSON.stringify([row]),
      [`long/samples_t_${DAYS[0]}.jsonl`]: samples(1, { acc: 1, note: long }),
      [INSPECT]: log([]).replace('"samples":[]', `"samples":[${JSON.stringify(sample)}]`),
      'long.eval': zipBytes([
        { name: 'header.json', content: log([]) },
        { name: 'samples/1_epoch_1.json', content: JSON.stringify(sample) },
      ]),
    });
    for (const path of ['long.csv', 'long.jsonl', 'long.json', 'long', INSPECT, 'long.eval']) {
      const { code, stderr } = await check(path, '--max-record-bytes', '1000');
      expect({ path, code }).toEqual({ path, code: 3 });
      expect(stderr).toMatch(/longer than 1000 bytes\. Raise --max-record-bytes/);
      expect((await check(path, '--max-record-bytes', '100000000000')).code).toBe(0);
    }
  });

  it('says which score is taken where samples have several', async () => {
    await write({
      [`scores/samples_a_${DAYS[0]}.jsonl`]: samples(2, { acc: 1, acc_norm: 0 }),
      [`scores/samples_b_${DAYS[0]}.jsonl`]: samples(2, { acc: 1, acc_norm: 0 }),
      [`scores/samples_c_${DAYS[0]}.jsonl`]: samples(2, { exact_match: 1, f1: 0 }),
    });
    const { stdout } = await check('scores');
    expect(stdout).toMatch(/^a, b: score acc; acc_norm was logged too \(--metric acc_norm\)\.$/m);
    expect(stdout).toMatch(/^c: score exact_match; f1 was logged too \(--metric c=f1\)\.$/m);
    expect((await check('scores', '--metric', 'acc_norm,f1')).stdout).not.toMatch(/score acc/);
  });

  it('remarks on more samples than results say, other versions and other addresses', async () => {
    const told = (version: number, url: string, count: number): string =>
      JSON.stringify({
        ...{ model_name: 'org/m', versions: { t: version } },
        config: { model_args: `base_url=${url}` },
        'n-samples': { t: { effective: count } },
      });
    await write({
      [`odd/a/results_${DAYS[0]}.json`]: told(1, 'http://a', 2),
      [`odd/a/samples_t_${DAYS[0]}.jsonl`]: samples(3, { acc: 1 }),
      [`odd/b/results_${DAYS[1]}.json`]: told(2, 'http://b', 3),
      [`odd/b/samples_t_${DAYS[1]}.jsonl`]: samples(3, { acc: 1 }),
    });
    const { stdout } = await check('odd');
    expect(stdout).toMatch(/samples_t_.* has 3 samples, but the results file .* says 2\. All/);
    expect(stdout).toMatch(/^t was run with versions 1 and 2 of its definition/m);
    expect(stdout).toMatch(
      /^org\/m was asked at 2 addresses \(http:\/\/\w, http:\/\/\w\), .*--model-name/m,
    );
  });

  it('asks about a line that is broken off in the middle as about any other', async () => {
    const [first = '', second = ''] = samples(2, { acc: 1 }).split('\n');
    const cut = `${first}\n${second.slice(0, 40)}\n${second}\n`;
    await write({ [`middle/samples_t_${DAYS[0]}.jsonl`]: cut, 'middle.jsonl': cut });
    for (const [path, ...flags] of [['middle'], ['middle.jsonl', '--model', 'a']] as const) {
      const { code, stderr } = await check(path, ...flags);
      expect(code).toBe(3);
      expect(stderr).toMatch(/row 2: is not complete JSON.*more lines follow/);
      expect(stderr).not.toMatch(/truncated/);
    }
  });

  it('names flags for all that is unclear at once, which then decide it', async () => {
    await write({
      [`mixed/results_${DAYS[0]}.json`]: RESULTS,
      [`mixed/samples_gsm8k_${DAYS[0]}.jsonl`]: samples(2, { exact_match: 1 }, [
        'strict',
        'flexible',
      ]),
      [`mixed/samples_qa_${DAYS[0]}.jsonl`]: samples(2, { rouge: 0, bleu: 1 }),
      [`mixed/samples_mc2_${DAYS[0]}.jsonl`]: samples(2, { acc: 0.4 }),
      [`mixed/samples_wiki_${DAYS[0]}.jsonl`]: samples(2, { perplexity: [1, 2] }),
    });
    const asked = await check('mixed');
    expect(asked.code).toBe(3);
    expect(asked.stderr).toMatch(
      /2 choices to you\.\n- .*--threshold.*\n- .*\nThese options would settle them: --threshold 0\.5 --metric qa=rouge\n/,
    );
    const read = await check('mixed', '--threshold', '0.5', '--metric', 'qa=rouge');
    expect(read.stdout).toMatch(/^gsm8k: filter strict; flexible was logged too/m);
    expect(read.stdout).toMatch(/^Not read, without a score from 0 to 1: 1 file \(.*wiki/m);
    const some = await check('mixed', '--skip-tasks', 'mc?,w*', '--tasks', 'gsm8k', '--json');
    expect(JSON.parse(some.stdout)).toMatchObject({ labels: 2 });
  });

  it('names files within an archive, not where they were unpacked', async () => {
    const name = `logs/samples_t_${DAYS[0]}.jsonl`;
    const zip = (content: string): Uint8Array =>
      zipBytes([
        { name, content },
        { name: `__MACOSX/logs/._samples_t_${DAYS[0]}.jsonl`, content: '\0' },
      ]);
    await write({ 'mac.zip': zip(samples(3, { acc: 1 })), 'bad.zip': zip('nonsense') });
    expect((await check('mac.zip')).stdout).toMatch(/^3 questions/);
    const bad = await check('bad.zip', '--json');
    expect(bad.stderr).toMatch(/^error: bad\.zip\/logs\/samples_t_.*, row 1: is not valid JSON/);
    expect(bad.stdout).not.toContain('embedllm-sources-');
  });
});

describe('build of logs of Inspect', () => {
  it('has a flag for each option that an error names', async () => {
    await write({
      'cancelled/a.eval': zipBytes([
        {
          name: 'samples/1_epoch_1.json',
          content: JSON.stringify(JSON.parse(log(['C'])).samples[0]),
        },
        {
          name: 'header.json',
          content: log([], {}, { status: 'cancelled', samples: undefined }),
        },
      ]),
      'dict/2025-05-01T10-00-00_a.json': log([{ strict: 1, loose: 0 }]),
      'none/2025-05-01T10-00-00_a.json': log(['C'], { model: 'none/none' }),
      'none/2025-05-01T10-00-00_b.json': log(['I'], { model: 'none/none' }),
      'positions/2025-05-01T10-00-00_a.json': log(['C', 'I']),
      'positions/2025-05-01T10-00-00_b.json': log(['C', 'I'], { model: 'n' }).replaceAll(
        'Question',
        'Other',
      ),
    });
    const refused = async (path: string): Promise<string> => (await check(path)).stderr;
    expect(await refused('cancelled')).toMatch(/--incomplete skip.*--incomplete take/);
    expect(await refused('dict')).toMatch(/--value t=strict/);
    expect(await refused('none')).toMatch(/--model-name 2025-05-01T10-00-00_b\.json=NAME/);
    expect(await refused('positions')).toMatch(/--question-id content/);
    const labels = async (...argv: [string, ...string[]]): Promise<number> =>
      JSON.parse((await check(...argv, '--json')).stdout).labels;
    expect(await labels('cancelled', '--incomplete', 'take')).toBe(1);
    expect(await labels('dict', '--value', 't=strict')).toBe(1);
    expect(await labels('none', '--model-name', '*_a.json=A,*_b.json=B')).toBe(2);
    expect(await labels('positions', '--question-id', 'content')).toBe(4);
  });
});
