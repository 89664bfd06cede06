import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { EXIT_CODE_TABLE, EXIT_CODES } from '../src/program/exit-code.js';
import { embedllm, scratchFolder, writeSmallPool } from './command-line.js';

const folder = scratchFolder();

beforeAll(async () => {
  await writeSmallPool(join(folder, 'dataset'));
  await mkdir(join(folder, 'bad'));
  await writeFile(
    join(folder, 'bad/responses.csv'),
    'prompt_id,model_id,category,label,prompt,model_name\nq1,0,c,1,What?,m\nq2,0,c,2,Why?,m\n',
  );
  await mkdir(join(folder, 'empty'));
  await mkdir(join(folder, 'artifact'));
  await writeFile(join(folder, 'artifact/config.json'), '{}');
  await writeFile(join(folder, 'text.json'), '[]');
  await writeFile(join(folder, 'lines.jsonl'), '{"question":"a"}\n{"question":\n');
});

describe('wrong usage gives exit code 2 and says what is right', () => {
  it.each<[string[], RegExp]>([
    [['trian'], /unknown command 'trian'\n\(Did you mean train\?\)/],
    [['train', '--rank', '3'], /unknown option '--rank'\n\(Did you mean --ranks\?\)/],
    [['train', '--ranks', '1,x'], /--ranks.*It must be an integer from 0/],
    [['train', '--seed', '-1'], /It must be an integer from 0 to 4294967295/],
    [['train', '--solver', 'magic'], /Allowed choices are direct, adam/],
    [['build'], /missing required argument 'sources'/],
    [['build', 'dataset', '--split', '0.5,0.5', '--check'], /three shares/],
    [['route', '--policy', 'utility', 'What?'], /--policy utility needs --lambda/],
    [['route', '--floor', '0.5', 'What?'], /--floor requires --policy cheapest-above/],
    [['route', 'What?', ' '], /A question is empty/],
    [['add-model', '--name', 'x'], /--answers/],
    [['forecast', '--model', 'x', '--require', 'gsm8k'], /--require takes a benchmark/],
    [['forecast', '--model', 'x', '--samples', 'f'], /require --next/],
    [['encode', '--encoder', 'endpoint'], /--encoder-url and --encoder-model/],
    [['encode', '--encoder', 'static'], /needs --encoder-folder/],
    [
      [
        ...'encode --encoder endpoint --encoder-url http://x --encoder-model m'.split(' '),
        '--api-key-env',
        'NONE',
      ],
      /environment variable NONE is not set/,
    ],
    [['encode', '--output', 'vectors.txt'], /must end in .safetensors or .npy/],
    [['doctor', '--require', 'magic'], /Unknown check magic/],
    [['compare', '--estimators', 'orcale'], /Unknown estimator orcale\. Did you mean "oracle"\?/],
    [['compare', '--estimators', 'magic'], /Unknown estimator magic/],
    [['train', '--seed', '1', '--seed', '2'], /--seed is given twice, but takes one value/],
    [['train', '--threshold', '0,5'], /a number from 0 to 1\. Write decimals with a point: 0\.5\./],
    [['forecast', '--answers', ''], /^error: --answers is empty\. Is a variable not set\?$/m],
    [['forecast', '--answers', 'a.csv', '--junit', ' '], /--junit is empty/],
    [['train', '--config', ''], /--config is empty/],
    [['build', ''], /The argument sources is empty/],
    [['build', 'a', ''], /The argument sources is empty/],
    [['forecast', '--model', 'x', '--require', 'gsm>0.5'], /so write gsm>=0\.5\./],
    [['forecast', '--model', 'x', '--require', 'gsm>=0,5'], /with a point: 0\.5\./],
    [['evaluate', '--require', 'auroc>=0,5'], /with a point: 0\.5\./],
    [['init', '--price', 'm=0,25/2'], /with a point: 0\.25\./],
    [['train', '--config', 'none.json'], /Configuration file none.json not found/],
  ])('embedllm %j', async (argv, message) => {
    const { code, stderr, stdout } = await embedllm(folder, argv);
    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});

describe('errors as JSON', () => {
  it.each<[string[], string, RegExp]>([
    [['trian', '--json'], 'usage', /^unknown command 'trian' \(Did you mean train\?\)$/],
    [['--json', 'train', '--rank', '3'], 'usage', /^unknown option '--rank'/],
    [['build', '--json'], 'usage', /^missing required argument 'sources'$/],
    [['train', '--seed', '-1', '--json'], 'usage', /It must be an integer from 0/],
    [['route', '--policy', 'magic', 'What?', '--json'], 'usage', /Allowed choices are/],
    [['probe', '--json'], 'usage', /^No command given\.$/],
    [['--json'], 'usage', /^No command given\.$/],
    [
      ['train', '--config', 'none.json', '--json'],
      'usage',
      /Configuration file none\.json not found/,
    ],
    [['train', '--data', 'nowhere', '--json'], 'io', /nowhere/],
  ])('embedllm %j', async (argv, code, message) => {
    const { stdout } = await embedllm(folder, argv);
    const { error } = JSON.parse(stdout);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
  });

  it('are not printed for --json after --', async () => {
    expect((await embedllm(folder, ['trian', '--', '--json'])).stdout).toBe('');
  });

  it('say that a run was interrupted', async () => {
    const signal = AbortSignal.abort('SIGINT');
    const { code, stdout } = await embedllm(folder, ['train', '--json'], { signal });
    expect(code).toBe(130);
    expect(JSON.parse(stdout).error).toMatchObject({ code: 'interrupted' });
  });
});

describe('exit codes', () => {
  it('are the same in help and in the guide', async () => {
    const { stdout } = await embedllm(folder, ['--help']);
    const path = new URL('../../../docs/guides/command-line.md', import.meta.url);
    const guide = await readFile(path, 'utf8');
    const listed = [...guide.matchAll(/^\| (\d+) \| ([^|]+) \|/gm)].map(([, code, text]) => [
      Number(code),
      text?.trim(),
    ]);
    expect(listed).toEqual(EXIT_CODE_TABLE.map(({ code, meaning }) => [code, meaning]));
    expect(listed.map(([code]) => code)).toEqual(Object.values(EXIT_CODES));
    for (const { code, meaning } of EXIT_CODE_TABLE) {
      expect(stdout).toMatch(new RegExp(`^ +${code}  ${meaning.replace(/[()]/g, '\\$&')}$`, 'm'));
    }
  });
});

describe('bad input gives exit code 3 and names file, row and field', () => {
  it.each<[string[], RegExp]>([
    [['train', '--data', 'nowhere'], /^error: nowhere: No such dataset/m],
    [
      ['build', 'bad'],
      /^error: bad\/responses.csv, row 3, field label: the label must be from 0 to 1/m,
    ],
    [['build', 'empty'], /^error: empty: The folder has no responses/m],
    [['build', 'nowhere'], /^error: nowhere: there is no such file or folder/m],
    [['build', 'text.json'], /^error: text.json: the list has no record/m],
    [['route', '-a', 'nowhere', 'What?'], /^error: nowhere: There is no such folder/m],
    [['route', 'What?'], /^error: artifact\/config.json, field format: Not an EmbedLLM artifact/m],
    [['train', '--embeddings', 'lines.jsonl'], /^error: lines.jsonl: /m],
  ])('embedllm %j', async (argv, message) => {
    const { code, stderr, stdout } = await embedllm(folder, argv);
    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
  });

  it('prints one line, as JSON where asked, and the stack with --debug', async () => {
    const plain = await embedllm(folder, ['build', 'bad', '--json']);
    expect(plain.stderr.trim().split('\n')).toHaveLength(1);
    expect(JSON.parse(plain.stdout).error).toMatchObject({
      code: 'invalid-data',
      location: { file: 'bad/responses.csv', row: 3, field: 'label' },
    });
    const debug = await embedllm(folder, ['build', 'bad', '--debug']);
    expect(debug.stderr).toMatch(/\n\s+at /);
  });

  it('writes nothing when it fails', async () => {
    const before = await readdir(folder);
    await embedllm(folder, ['build', 'bad', '--output', 'half']);
    await embedllm(folder, ['train', '--ridges', '0', '--output', 'half']);
    expect(await readdir(folder)).toEqual(before);
  });
});

describe('the program itself', () => {
  it('prints its help and version with exit code 0, and its help with 2 when nothing is asked', async () => {
    const help = await embedllm(folder, ['--help']);
    expect(help.code).toBe(0);
    expect(help.stdout).toMatch(/Examples:[\s\S]*Exit codes:/);
    const version = await embedllm(folder, ['--version']);
    expect(version).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
    expect((await embedllm(folder, [])).code).toBe(2);
  });

  it('has examples in the help of every command', async () => {
    const { stdout } = await embedllm(folder, ['--help']);
    const [, list = ''] = stdout.split(/^(?:Commands|Examples):$/m);
    const names = [...list.matchAll(/^ {2}([a-z-]+)/gm)].map(([, name]) => name ?? '');
    expect(names).toContain('probe');
    for (const name of names.filter((name) => name !== 'help')) {
      const help = await embedllm(folder, [name, '--help']);
      expect(help.stdout).toContain('Examples:\n');
      expect(help.stdout).toMatch(/--json/);
    }
  });

  it('colours errors on a terminal only, and never with NO_COLOR or --no-color', async () => {
    const argv = ['build', 'nowhere'];
    const red = '\u001B[31m';
    expect((await embedllm(folder, argv, { isTTY: true })).stderr).toContain(red);
    expect((await embedllm(folder, argv)).stderr).not.toContain(red);
    const forbidden = { isTTY: true, env: { NO_COLOR: '1' } };
    expect((await embedllm(folder, argv, forbidden)).stderr).not.toContain(red);
    const flag = await embedllm(folder, [...argv, '--no-color'], { isTTY: true });
    expect(flag.stderr).not.toContain(red);
  });

  it('examines the machine', async () => {
    const { code, stdout } = await embedllm(folder, [
      ...['doctor', '--only', 'typescript,lsa,hashing,duckdb,gateway', '--json'],
    ]);
    expect(code).toBe(0);
    const { checks } = JSON.parse(stdout);
    expect(checks.map(({ works }: { works: boolean }) => works)).toEqual([
      true,
      true,
      true,
      true,
      true,
    ]);
    const missing = await embedllm(folder, [
      ...['doctor', '--only', 'tfjs-node-gpu', '--require', 'tfjs-node-gpu'],
    ]);
    expect(missing.code).toBe(4);
    expect(missing.stdout).toMatch(/CUDA 11\.2 and cuDNN 8\.1/);
  });
});
