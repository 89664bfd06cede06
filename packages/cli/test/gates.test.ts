import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { embedllm, scratchFolder, writeSmallPool } from './command-line.js';

const FORECAST = ['forecast', '--data', 'dataset', '--abilities', '1', '--quiet'];
const KNOWN = 'maple-4b';

const folder = scratchFolder();
/** `prompt_id,label` of each question that the known model was asked, by benchmark. */
const answers = new Map<string, string[]>();

beforeAll(async () => {
  await writeSmallPool(folder);
  await embedllm(folder, ['build', '.', '--output', 'dataset', '--quiet']);
  const table = await readFile(join(folder, 'responses.csv'), 'utf8');
  const [header = '', ...lines] = table.trim().split('\n');
  const column = (name: string): number => header.split(',').indexOf(name);
  for (const line of lines) {
    const fields = line.split(',');
    if (fields[column('model_name')] !== KNOWN) continue;
    const category = fields[column('category')] ?? '';
    const answer = `${fields[column('prompt_id')]},${fields[column('label')]}`;
    answers.set(category, [...(answers.get(category) ?? []), answer]);
  }
});

async function writeAnswers(file: string, lines: readonly string[]): Promise<string> {
  await writeFile(join(folder, file), `prompt_id,label\n${lines.join('\n')}\n`);
  return file;
}

describe('forecast --require', () => {
  it.each([[[]], [['--json']]])('refuses a misspelt model with suggestions %j', async (flags) => {
    const argv = [...FORECAST, '-m', 'maple-4bb', '--require', 'arithmetic>=0', ...flags];
    const { code, stdout, stderr } = await embedllm(folder, argv);
    expect(code).toBe(2);
    expect(stderr).toMatch(/"maple-4bb" is not among the 8 models.* Did you mean "maple-4b"/);
    if (flags.length > 0) expect(JSON.parse(stdout).error.code).toBe('usage');
  });

  it('refuses a misspelt benchmark with suggestions', async () => {
    const { code, stderr } = await embedllm(folder, [
      ...FORECAST,
      ...['-m', KNOWN, '--require', 'aritmetic>=0.5'],
    ]);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /Unknown benchmark "aritmetic"\. Did you mean "arithmetic"\? Available: /,
    );
  });

  it('is undecided about a benchmark without answers, and about means of it', async () => {
    const file = await writeAnswers('law.csv', answers.get('law') ?? []);
    for (const check of ['arithmetic>=0', 'macro>=0', 'micro>=0']) {
      const argv = [...FORECAST, '--answers', file, '--require', check];
      const { code, stdout } = await embedllm(folder, argv);
      expect(code).toBe(5);
      expect(stdout).toMatch(/^undecided: /m);
    }
  });

  it('is undecided about few answers, unless fewer are enough', async () => {
    const file = await writeAnswers('few.csv', (answers.get('law') ?? []).slice(0, 6));
    const argv = [...FORECAST, '--answers', file, '--require', 'law>=0', '--json'];
    const few = await embedllm(folder, argv);
    expect(few.code).toBe(5);
    expect(JSON.parse(few.stdout).gates).toMatchObject([
      { verdict: 'undecided', reason: 'too-few-answers', minAnswers: 20, estimate: { answers: 6 } },
    ]);
    expect((await embedllm(folder, [...argv, '--min-answers', '6'])).code).toBe(0);
  });

  it('warns of answers without a score, without which a model looks better', async () => {
    const all = [...answers.values()].flat();
    const lines = all.map((line) => line.replace(/,0$/, ',NaN'));
    const unscored = lines.filter((line) => line.endsWith('NaN')).length;
    expect(unscored).toBeGreaterThan(1);
    const file = await writeAnswers('unscored.csv', lines);
    const { stderr } = await embedllm(folder, [...FORECAST, '--answers', file]);
    expect(stderr).toContain(
      `warning: ${unscored} records of unscored.csv without a score (empty, NaN, null, None, NA) were left out.`,
    );
    const scored = await writeAnswers('scored.csv', all);
    const whole = await embedllm(folder, [...FORECAST, '--answers', scored]);
    expect(whole.stderr).not.toContain('without a score');
  });

  it('warns, also when quiet, of a score column that it guessed', async () => {
    const all = [...answers.values()].flat();
    const forecastOf = async (header: string, lines: readonly string[]) => {
      await writeFile(join(folder, 'guess.csv'), `${header}\n${lines.join('\n')}\n`);
      return await embedllm(folder, [...FORECAST, '--answers', 'guess.csv']);
    };
    const misspelt = await forecastOf('prompt_id,labl', all);
    expect(misspelt.code).toBe(0);
    expect(misspelt.stderr).toMatch(
      /^warning: .*No column is named like a score, so labl was taken for one\..* --score-column labl\./m,
    );
    const two = await forecastOf(
      'prompt_id,label,score',
      all.map((line) => `${line},1`),
    );
    expect(two.stderr).toMatch(
      /^warning: .*label=label.*score could be the label too: --score-column score\./m,
    );
    expect((await forecastOf('prompt_id,label', all)).stderr).toBe('');
    const named = [...FORECAST, '--answers', 'guess.csv', '--score-column', 'label'];
    expect((await embedllm(folder, named)).stderr).toBe('');
  });

  it('warns of a model that is called almost like a known one', async () => {
    const file = await writeAnswers('alike.csv', [...answers.values()].flat());
    const { stderr } = await embedllm(folder, [...FORECAST, '--answers', file, '-m', 'Maple-4B']);
    expect(stderr).toContain(
      'warning: The model "Maple-4B" counts separately from "maple-4b", from which it differs only in case',
    );
  });

  it('writes its verdicts as JUnit, and appends the table and the verdicts to a summary', async () => {
    await writeFile(join(folder, 'summary.md'), '# Before\n');
    const { code } = await embedllm(folder, [
      ...[...FORECAST, '-m', KNOWN, '--require', 'law>=0.01', '--require', 'law>=0.999'],
      ...['--min-answers', '0', '--junit', 'reports/gate.xml', '--summary', 'summary.md'],
    ]);
    expect([1, 5]).toContain(code);
    const junit = await readFile(join(folder, 'reports', 'gate.xml'), 'utf8');
    expect(junit).toContain('<testcase classname="embedllm forecast" name="law&gt;=0.01" />');
    expect(junit).toMatch(/name="law&gt;=0.999">\n\s+<(failure|error) /);
    const summary = await readFile(join(folder, 'summary.md'), 'utf8');
    expect(summary).toMatch(/^# Before\n[\s\S]*\| law \|[\s\S]*- ✅ pass: law is forecast/);
  });

  it('shows one interval in the table, the gate and JSON', async () => {
    const argv = [...FORECAST, '-m', KNOWN, '--confidence', '0.9', '--require', 'law>=0.01'];
    const { code, stdout } = await embedllm(folder, argv);
    expect(code).toBe(0);
    const [, shown] = /^\| law \| [\d.]+% \| ([^|]+) \|/m.exec(stdout) ?? [];
    expect(stdout).toContain('| 90% interval |');
    expect(stdout).toContain(`(90% interval ${shown})`);
    const { forecast, gates } = JSON.parse((await embedllm(folder, [...argv, '--json'])).stdout);
    const law = forecast.benchmarks.find(
      (entry: { benchmark: string }) => entry.benchmark === 'law',
    );
    expect(gates[0].estimate).toEqual(law);
    expect(gates[0].confidence).toBe(forecast.confidence);
  });

  it.each([
    ['law>=NaN', /takes a benchmark and an accuracy/],
    ['law>=', /takes a benchmark and an accuracy/],
    ['law>=80', /takes a benchmark and an accuracy/],
    ['law>=0.8.1', /takes a benchmark and an accuracy/],
  ])('refuses %s', async (check, message) => {
    const { code, stderr } = await embedllm(folder, [...FORECAST, '-m', KNOWN, '--require', check]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  it('refuses --min-answers without it', async () => {
    const { code, stderr } = await embedllm(folder, [
      ...FORECAST,
      '-m',
      KNOWN,
      '--min-answers',
      '3',
    ]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/--min-answers requires --require/);
  });
});

describe('probe verify', () => {
  it('is undecided about few answers that do not differ', async () => {
    const file = await writeAnswers('own.csv', (answers.get('law') ?? []).slice(0, 3));
    const argv = ['probe', 'verify', KNOWN, '--data', 'dataset', '--answers', file, '--quiet'];
    const { code, stdout } = await embedllm(folder, argv);
    expect(stdout).toMatch(/^undecided: /);
    expect(code).toBe(5);
    expect((await embedllm(folder, [...argv, '--min-answers', '3'])).code).toBe(0);
    const unknown = await embedllm(folder, argv.with(2, 'maple-4bb'));
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toMatch(/Did you mean "maple-4b"/);
  });
});
