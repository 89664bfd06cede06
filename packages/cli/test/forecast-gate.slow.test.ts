import { spawnSync } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { scratchFolder, writeSmallPool } from './command-line.js';

const ACTION = fileURLToPath(new URL('../../../actions/forecast-gate', import.meta.url));
const BINARY = fileURLToPath(new URL('../dist/bin.js', import.meta.url));
const hasBash = spawnSync('bash', ['--version']).status === 0;

interface Action {
  readonly inputs: Record<string, { readonly default?: string; readonly required?: boolean }>;
  readonly outputs: Record<string, { readonly value: string }>;
  readonly runs: {
    readonly using: string;
    readonly steps: readonly {
      readonly id?: string;
      readonly shell: string;
      readonly env: Record<string, string>;
      readonly run: string;
    }[];
  };
}

interface Job {
  readonly code: number | null;
  readonly log: string;
  readonly outputs: Record<string, string>;
  readonly summary: string;
}

const folder = scratchFolder();
let action: Action;

beforeAll(async () => {
  await mkdir(join(folder, 'bin'));
  // npm installs nothing here; the command that it would install is the built one.
  await command('npm', `echo "npm $*"`);
  await command('embedllm', `exec '${process.execPath}' '${BINARY}' "$@"`);
  action = parse(await readFile(join(ACTION, 'action.yml'), 'utf8'));
  await writeSmallPool(join(folder, 'logs'));
  const table = await readFile(join(folder, 'logs/responses.csv'), 'utf8');
  const [header = '', ...lines] = table.trim().split('\n');
  const column = (name: string): number => header.split(',').indexOf(name);
  const fields = lines.map((line) => line.split(','));
  const known = fields.filter((line) => line[column('model_name')] === 'maple-4b');
  const answers = known.map((line) => `${line[column('prompt_id')]},${line[column('label')]}`);
  await writeFile(join(folder, 'answers.csv'), `prompt_id,label\n${answers.join('\n')}\n`);
});

async function command(name: string, script: string): Promise<void> {
  const file = join(folder, 'bin', name);
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
}

/** Runs the steps as GitHub's runner does a composite action, each in its shell with its variables. */
async function run(given: Record<string, string>): Promise<Job> {
  const inputs = Object.fromEntries(
    Object.entries(action.inputs).map(([name, input]) => [
      name,
      given[name] ?? input.default ?? '',
    ]),
  );
  const fill = (text: string, outputs: Record<string, string> = {}): string =>
    text
      .replaceAll(/\$\{\{ inputs\.([\w-]+) \}\}/g, (_, name) => inputs[name] ?? '')
      .replaceAll(/\$\{\{ steps\.gate\.outputs\.([\w-]+) \}\}/g, (_, name) => outputs[name] ?? '');
  const files = { output: join(folder, 'github-output'), summary: join(folder, 'github-summary') };
  await Promise.all(Object.values(files).map((file) => writeFile(file, '')));
  let log = '';
  let code: number | null = 0;
  for (const step of action.runs.steps) {
    expect(step.shell).toBe('bash');
    const script = join(folder, 'step.sh');
    await writeFile(script, fill(step.run));
    const variables = Object.entries(step.env).map(([name, text]) => [name, fill(text)]);
    const { status, stdout, stderr } = spawnSync(
      'bash',
      ['--noprofile', '--norc', '-e', '-o', 'pipefail', script],
      {
        cwd: folder,
        env: {
          PATH: [join(folder, 'bin'), process.env.PATH].join(delimiter),
          HOME: folder,
          GITHUB_ACTION_PATH: ACTION,
          GITHUB_OUTPUT: files.output,
          GITHUB_STEP_SUMMARY: files.summary,
          ...Object.fromEntries(variables),
        },
      },
    );
    log += `${stdout}${stderr}`;
    code = status;
    if (code !== 0) break;
  }
  const lines = (await readFile(files.output, 'utf8')).trim().split('\n');
  const set = Object.fromEntries(lines.map((line) => line.split('=')));
  const outputs = Object.entries(action.outputs).map(([name, { value }]) => [
    name,
    fill(value, set),
  ]);
  const summary = await readFile(files.summary, 'utf8');
  return { code, log, outputs: Object.fromEntries(outputs), summary };
}

describe.skipIf(!hasBash)('the action forecast-gate', () => {
  it('builds the dataset, passes, and leaves summary, verdict and JUnit', async () => {
    const { code, log, outputs, summary } = await run({
      logs: 'logs',
      answers: 'answers.csv',
      require: 'law >= 0.01\n\n  macro>=0.01\n',
    });
    expect(log).toContain('npm install --global --ignore-scripts @embedllm/cli@latest');
    expect(code).toBe(0);
    expect(outputs).toEqual({ verdict: 'pass', junit: 'forecast-gate.xml' });
    expect(summary).toMatch(/\| law \|[\s\S]*✅ pass: law is forecast[\s\S]*✅ pass: macro/);
    expect(await readFile(join(folder, 'forecast-gate.xml'), 'utf8')).toContain('law&gt;=0.01');
  });

  it('fails the job with exit code 1 where an accuracy is out of reach', async () => {
    const { code, outputs, summary } = await run({
      answers: 'answers.csv',
      require: 'law>=0.9999',
      junit: 'reports/gate.xml',
    });
    expect(code).toBe(1);
    expect(outputs).toEqual({ verdict: 'fail', junit: 'reports/gate.xml' });
    expect(summary).toMatch(/fail: law is forecast/);
  });

  it('fails with 5 while answers are too few, unless that may pass', async () => {
    const table = await readFile(join(folder, 'answers.csv'), 'utf8');
    await writeFile(join(folder, 'few.csv'), `${table.split('\n').slice(0, 6).join('\n')}\n`);
    const given = { answers: 'few.csv', require: 'macro>=0.5' };
    expect(await run(given)).toMatchObject({ code: 5, outputs: { verdict: 'undecided' } });
    const allowed = await run({ ...given, 'allow-undecided': 'true' });
    expect(allowed).toMatchObject({ code: 0, outputs: { verdict: 'undecided' } });
    expect(allowed.log).toContain('::warning::The gate is undecided');
  });

  it('keeps spaces in the name of a benchmark', async () => {
    const { code, log } = await run({ answers: 'answers.csv', require: ' contract  law >= 0.5 ' });
    expect(code).toBe(2);
    expect(log).toContain('Unknown benchmark "contract  law"');
  });

  it('refuses a job without a check, and takes no input for a command', async () => {
    const none = await run({ answers: 'answers.csv', require: ' \n' });
    expect(none.code).toBe(2);
    expect(none.log).toContain('::error::The input require names no check');
    const hostile = await run({
      answers: '$(touch hacked)`touch hacked`; touch hacked',
      require: 'law>=0.5"; touch hacked; "',
    });
    expect(hostile.code).toBe(2);
    await expect(readFile(join(folder, 'hacked'))).rejects.toThrow(/ENOENT/);
  });
});
