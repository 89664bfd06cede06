import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fromPretrained } from '@embedllm/core/node';
import { parseGatewayConfiguration } from '@embedllm/gateway';
import { type BankQuestion, questionBank } from '@embedllm/pretrained';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { embedllm, type RunSettings, scratchFolder } from './command-line.js';

/** How many of the questions, from those that most of the pool gets right, each model gets right. */
const SKILLS: Readonly<Record<string, number>> = { strong: 0.9, middle: 0.6, weak: 0.3 };

let questions: readonly BankQuestion[];
let server: Server;
let baseURL: string;
let asked: { readonly model: string; readonly id: string }[];
let failing: (model: string) => boolean;
/** Which models say something else than an answer. */
let silent: (model: string) => boolean;
let keys: Set<string | undefined>;
/** What the server answers at /models. */
let listing: object | undefined;
const root = scratchFolder();
/** A new one for each test. */
let folder: string;

beforeAll(async () => {
  ({ questions } = await questionBank());
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.method === 'GET') {
        response.writeHead(listing === undefined ? 404 : 200).end(JSON.stringify(listing));
        return;
      }
      const { model, messages } = JSON.parse(Buffer.concat(chunks).toString());
      const text: string = messages.at(-1).content;
      const own = /^Our question (\d+)\?/.exec(text)?.[1];
      const question = questions.find(({ prompt }) => text.startsWith(prompt)) ?? {
        ...{ id: `own ${own}`, key: 'A', poolAccuracy: Number(own) / 20 },
      };
      asked.push({ model, id: question.id });
      keys.add(request.headers.authorization);
      if (failing(model)) {
        response.writeHead(401).end('{"error":{"message":"bad key"}}');
        return;
      }
      const isRight = question.poolAccuracy > 1 - SKILLS[model]!;
      const letter = isRight ? question.key : question.key === 'A' ? 'B' : 'A';
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({
          choices: [
            {
              message: {
                role: 'assistant',
                content: silent(model) ? 'Hello there.' : `(${letter})`,
              },
              finish_reason: 'stop',
            },
          ],
          usage: { prompt_tokens: 200, completion_tokens: 50 },
        }),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
});
afterAll(() => server.close());
beforeEach(async () => {
  asked = [];
  failing = () => false;
  silent = () => false;
  keys = new Set();
  listing = undefined;
  folder = await mkdtemp(join(root, 'init-'));
});

const models = (): string =>
  Object.keys(SKILLS)
    .map((name) => `${baseURL}#${name}`)
    .join(',');
const init = (argv: readonly string[], settings?: RunSettings) =>
  embedllm(folder, ['init', '--models', models(), ...argv], settings);

describe('embedllm init', () => {
  it('asks all models the same questions, and makes a router over them', async () => {
    const argv = ['--yes', '--json', '--price', 'strong=3/15', '--price', 'weak=0.1/0.4'];
    const { code, stdout, stderr } = await init(argv);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const { findings, calls, cost, stopped, files } = JSON.parse(stdout);
    expect(findings.contenders).toEqual(['strong']);
    expect(stopped).toBe('sure');
    expect(calls).toBe(asked.length);
    const byModel = Object.keys(SKILLS).map((name) =>
      asked
        .filter(({ model }) => model === name)
        .map(({ id }) => id)
        .sort(),
    );
    expect(byModel[0]!.length).toBeGreaterThanOrEqual(20);
    expect(new Set(byModel[0]).size).toBe(byModel[0]!.length);
    expect(byModel[1]).toEqual(byModel[0]);
    expect(byModel[2]).toEqual(byModel[0]);
    // 200 tokens in and 50 out a call.
    const each = byModel[0]!.length;
    expect(cost).toBeCloseTo((each * (200 * 3.1 + 50 * 15.4)) / 1e6, 9);
    expect(findings.models[0]).toMatchObject({
      model: 'strong',
      asked: each,
      costPerThousand: 1.35,
    });
    expect(findings.models[0].low).toBeGreaterThan(findings.models[2].high);

    expect(files).toEqual([
      'artifact',
      'collect.jsonl',
      'findings.md',
      'embedllm.config.ts',
      'gateway.yaml',
    ]);
    const artifact = await fromPretrained(join(folder, 'artifact'));
    expect(artifact.models).toEqual([
      {
        name: 'strong',
        pricePerMillionInputTokens: 3,
        pricePerMillionOutputTokens: 15,
        meanOutputTokens: 50,
      },
      // On this machine without a price: nothing to pay.
      {
        name: 'middle',
        pricePerMillionInputTokens: 0,
        pricePerMillionOutputTokens: 0,
        meanOutputTokens: 50,
      },
      expect.objectContaining({ name: 'weak' }),
    ]);
    const gateway = parse(await readFile(join(folder, 'gateway.yaml'), 'utf8'));
    expect(Object.keys(gateway.models)).toEqual(['strong', 'middle', 'weak']);
    expect(() => parseGatewayConfiguration(gateway, { environment: {} })).not.toThrow();
    expect(await readFile(join(folder, 'findings.md'), 'utf8')).toContain(
      'On questions like these, strong is the best of your models',
    );
    const routed = await embedllm(folder, ['route', '--json', questions[0]!.prompt]);
    expect(JSON.parse(routed.stdout).model.name).toBe('strong');

    const again = await init(['--yes']);
    expect(again.code).toBe(2);
    expect(again.stderr).toMatch(/Already there: .*artifact.*--overwrite/s);
    const before = asked.length;
    expect((await init([...argv, '--overwrite'])).code).toBe(0);
    expect(asked).toHaveLength(before); // all that is needed was recorded
  });

  it('also asks your own questions, and says what they show', async () => {
    const rows = Array.from({ length: 20 }, (_, i) => `${i},Our question ${i}?,A`);
    await writeFile(join(folder, 'own.csv'), `id,prompt,key\n${rows.join('\n')}\n`);
    const argv = [
      '--yes',
      '--questions',
      'own.csv',
      '--scorer',
      'choice',
      '--output',
      'new/folder',
    ];
    const { code, stdout } = await init(argv);
    expect(code).toBe(0);
    expect(stdout).toMatch(/On your own 20 questions, strong is better than the others\./);
    expect(stdout).toMatch(/strong +20 +90\.0% +69\.9% to 97\.2%\n.*middle +20 +55\.0%/);
    expect(asked.filter(({ id }) => id.startsWith('own '))).toHaveLength(60);
    const before = asked.length;
    const unscored = await init(['--yes', '--questions', 'own.csv']);
    expect(unscored).toMatchObject({ code: 2 });
    expect(unscored.stderr).toMatch(/own\.csv: question 0 has no scorer.+--scorer/);
    await writeFile(join(folder, 'keyless.csv'), 'id,prompt\n1,Why?\n');
    const keyless = await init(['--yes', '--questions', 'keyless.csv']);
    expect(keyless.stderr).toMatch(/question 1 has no right answer\. Add one in a column "key"/);
    expect(asked).toHaveLength(before);
  });

  it('takes prices from the list of the server, unless they are given', async () => {
    const pricing = { prompt: '0.000003', completion: '0.000015' };
    listing = { data: ['strong', 'weak'].map((id) => ({ id, pricing })) };
    const argv = ['--dry-run', '--count', '20', '--price', 'weak=0/0'];
    const { code, stdout, stderr } = await init(argv);
    expect(code).toBe(0);
    expect(stderr).toContain(`strong: $3/$15 per million tokens, according to ${baseURL}.`);
    expect(stderr).not.toContain('weak:');
    // 20 answers of 250 tokens, and of 4,096 at most.
    expect(stdout).toMatch(/about \$0\.\d\d, at most \$1\.\d\d/);
  });

  it('says what it would ask, and asks nothing', async () => {
    const { code, stdout } = await init(['--dry-run', '--count', '30']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/At most 90 calls: 30 questions to 3 models, .*about \$0\.00/);
    expect(asked).toEqual([]);
  });

  it('asks a person what options leave open, and before it spends anything', async () => {
    const typed = (lines: readonly string[]): RunSettings => ({
      stdin: `${lines.join('\n')}\n`,
      stdinIsTTY: true,
      env: { GROQ_API_KEY: 'x' },
    });
    const refused = await embedllm(folder, ['init', '--count', '20'], typed([models(), 'n']));
    expect(refused.stderr).toContain('Keys found: groq (GROQ_API_KEY).');
    expect(refused).toMatchObject({ code: 0, stdout: 'Nothing was asked.\n' });
    expect(asked).toEqual([]);
    const { code } = await embedllm(folder, ['init', '--count', '20'], typed([models(), '']));
    expect(code).toBe(0);
    expect(asked).toHaveLength(60);
  });

  it('resumes where it was interrupted, without asking anything twice', async () => {
    const controller = new AbortController();
    const watch = setInterval(() => {
      if (asked.length >= 15) controller.abort();
    }, 1);
    const cut = await init(['--yes', '--concurrency', '1'], { signal: controller.signal });
    clearInterval(watch);
    expect(cut.code).toBe(130);
    expect(cut.stderr).toContain('run the same command again to resume');
    const recorded = (await readFile(join(folder, 'collect.jsonl'), 'utf8')).trim().split('\n');
    expect((await init(['--yes'])).code).toBe(0);
    const counts = new Map<string, number>();
    for (const { model, id } of asked) {
      counts.set(`${model} ${id}`, (counts.get(`${model} ${id}`) ?? 0) + 1);
    }
    // One call of each model was in progress when it was cut off.
    const twice = [...counts.values()].filter((count) => count > 1).length;
    expect(twice).toBeLessThanOrEqual(3);
    expect(recorded.length).toBeGreaterThanOrEqual(12);
  });

  it.each<[string, readonly string[], RegExp]>([
    ['one model', ['--models', 'http://127.0.0.1:9/v1#a'], /at least two with --models/],
    ['a model that is none', ['--models', 'gpt,b'], /"gpt" does not name a model/],
    ['a price of no model', ['--price', 'stronk=1/2', '--yes'], /--price names stronk/],
    ['a price that is none', ['--price', 'strong=cheap'], /NAME=IN\/OUT/],
    ['nobody to confirm', [], /--yes is required when standard input is not a terminal/],
    [
      'two models of one name',
      ['--models', 'http://127.0.0.1:8/v1#a,http://127.0.0.1:9/v1#a'],
      /Two models have the name a\. .*--models mine=http:\/\/127\.0\.0\.1:9\/v1#a,/,
    ],
    [
      'a budget without prices',
      ['--models', 'http://a.example/v1#a,http://b.example/v1#b', '--budget', '1'],
      /--budget needs to know prices, and those of a, b are unknown\. Give --price NAME=IN\/OUT/,
    ],
    ['a key that is not set', ['--api-key-env', 'NO_KEY'], /NO_KEY is not set. Set it to the key/],
  ])('refuses %s', async (_, argv, message) => {
    const given = argv.includes('--models') ? [] : ['--models', models()];
    const { code, stderr } = await embedllm(folder, ['init', ...given, ...argv], { stdin: '' });
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(message) });
    expect(asked).toEqual([]);
  });

  it('does not make a router of a model that answers nothing', async () => {
    failing = (model) => model === 'middle';
    const { code, stderr } = await init(['--yes', '--count', '20']);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(
      /middle answered no question: Status 401: bad key \(No key was sent\.\) Name .* with --api-key-env\. Correct that or leave it out .* not asked again\./,
    );
  });

  it('says that the budget ended, and how to have more asked', async () => {
    const priced = Object.keys(SKILLS).flatMap((name) => ['--price', `${name}=100/100`]);
    const argv = ['--yes', '--max-output-tokens', '100', ...priced];
    const { code, stdout, stderr } = await init([...argv, '--budget', '1', '--json']);
    expect(code).toBe(0);
    const { stopped, findings, cost } = JSON.parse(stdout);
    expect({ stopped, isWithin: cost <= 1 }).toEqual({ stopped: 'budget', isWithin: true });
    const least = Math.min(...findings.models.map((model: { asked: number }) => model.asked));
    expect(stderr).toContain(`The budget ended after ${least} of 40 questions.`);
    expect(stderr).toMatch(/larger --budget or fewer --max-output-tokens .* --overwrite/);
    folder = await mkdtemp(join(root, 'init-'));
    const none = await init([...argv, '--budget', '0']);
    expect(none.code).toBe(2);
    expect(none.stderr).toMatch(/--budget has no room for a call of .*strong.*weak/);
  });

  it('takes names and a key for servers, and writes both into gateway.yaml', async () => {
    process.env.EMBEDLLM_INIT_KEY = 'secret';
    try {
      const named = `mine=${baseURL}#strong,${baseURL}#weak`;
      const { code } = await embedllm(folder, [
        ...['init', '--models', named, '--api-key-env', 'EMBEDLLM_INIT_KEY', '--yes'],
        ...['--count', '20', '--price', 'mine=1/2'],
      ]);
      expect(code).toBe(0);
    } finally {
      delete process.env.EMBEDLLM_INIT_KEY;
    }
    expect(keys).toEqual(new Set(['Bearer secret']));
    const gateway = parse(await readFile(join(folder, 'gateway.yaml'), 'utf8'));
    expect(gateway).toMatchObject({
      upstreams: { local: { baseURL, apiKeyEnv: 'EMBEDLLM_INIT_KEY' } },
      models: { mine: { upstream: 'local', model: 'strong' }, weak: { upstream: 'local' } },
    });
  });

  it('says of a model that states no answers that it may be set up wrong', async () => {
    silent = (model) => model === 'weak';
    const { code, stderr } = await init(['--yes', '--count', '20']);
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /20 of 20 answers of weak state no answer and count as wrong; one is "Hello there\."\. Is the model set up right\?/,
    );
    expect(stderr).not.toMatch(/of (?:strong|middle) state no answer/);
  });

  it('refuses a right answer that its scorer cannot read, before anything is asked', async () => {
    await writeFile(join(folder, 'own.csv'), 'prompt,key\nHow many?,four\n');
    const { code, stderr } = await init(['--yes', '--questions', 'own.csv', '--scorer', 'number']);
    expect({ code, asked }).toEqual({ code: 3, asked: [] });
    expect(stderr).toMatch(/own\.csv, row 2, field key: The key "four" is not one number/);
  });

  it('leaves files of others alone', async () => {
    await writeFile(join(folder, 'gateway.yaml'), 'mine');
    const { code } = await init(['--yes']);
    expect(code).toBe(2);
    expect(await readFile(join(folder, 'gateway.yaml'), 'utf8')).toBe('mine');
    expect(asked).toEqual([]);
  });
});
