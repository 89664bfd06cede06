import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { embedllm, scratchFolder } from './command-line.js';

const folder = scratchFolder();
let server: Server;
let baseURL: string;
let asked: { model: string; body: Record<string, unknown> }[];
/** Answers `good` rightly, `bad` wrongly, refuses `locked` and fails `down`. */
beforeAll(async () => {
  server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const body = JSON.parse(text);
    const { model } = body;
    asked.push({ model, body });
    if (model === 'locked' || model === 'down') {
      response.writeHead(model === 'locked' ? 401 : 400);
      response.end(JSON.stringify({ error: { message: `no ${model}` } }));
      return;
    }
    if (model === 'judge') {
      const mark = /VERDICT (\w+): right/.exec(body.messages[0].content)?.[1];
      const isPolite = /<answer-\w+>\n.*please/.test(body.messages[0].content);
      const content = `VERDICT ${mark}: ${isPolite ? 'right' : 'wrong'}`;
      response.end(JSON.stringify({ choices: [{ message: { content } }] }));
      return;
    }
    const sum = Number(/\+ (\d+)/.exec(body.messages[0].content)?.[1]) + 1;
    const content = `The answer is ${model === 'good' ? sum : 0}.`;
    response.end(
      JSON.stringify({
        choices: [{ message: { content }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 100, completion_tokens: 100 },
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  const rows = Array.from({ length: 6 }, (_, i) => `q${i},What is 1 + ${i}?,sums,${i + 1},number`);
  await writeFile(
    join(folder, 'questions.csv'),
    `id,prompt,category,key,scorer\n${rows.join('\n')}\n`,
  );
  await writeFile(
    join(folder, 'prices.csv'),
    'model,input_price,output_price\ngood,1000,1000\nbad,100,100\n',
  );
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  asked = [];
});

function collect(...argv: string[]) {
  const given = argv.includes('--questions') ? [] : ['--questions', 'questions.csv'];
  return embedllm(folder, ['collect', ...given, ...argv]);
}

describe('embedllm collect', () => {
  it('plans, asks, resumes, and leaves a record that build reads', async () => {
    const models = [
      '-m',
      `${baseURL}#good`,
      '-m',
      `worse=${baseURL}#bad`,
      '--prices',
      'prices.csv',
    ];
    const plan = await collect(...models, '--dry-run', '--budget', '5');
    expect(plan).toMatchObject({ code: 0, stderr: '' });
    expect(plan.stdout).toMatch(/good +6 +0 +\d+ +1,500 +1\.7\d +\d+\.\d+\n/);
    expect(plan.stdout).toMatch(/\$5\.00 of the budget is left\.\nNothing was asked/);
    expect(asked).toEqual([]);
    const first = await collect(...models, '--budget', '5', '--max-output-tokens', '100');
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toMatch(/good +100\.0% +6 +0 +0 +0 +600 +600 +1\.20\n/);
    expect(first.stdout).toMatch(/worse +0\.0% +6 /);
    expect(first.stdout).toMatch(
      /12 questions asked in this run for \$1\.32; the record has cost \$1\.32/,
    );
    const again = await collect(...models, '--json', '-o', 'answers.jsonl');
    expect(JSON.parse(again.stdout)).toMatchObject({ calls: 0, models: [{ meanOutcome: 1 }, {}] });
    expect(asked).toHaveLength(12);
    const built = await embedllm(folder, ['build', 'answers.jsonl', '--check']);
    expect(built.code).toBe(0);
    expect(built.stdout).toMatch(/6 questions, 2 models, 12 labels/);
  });

  it('scores again without asking', async () => {
    await writeFile(join(folder, 'corrected.csv'), 'id,prompt,key\nq1,What is 1 + 1?,0\n');
    const argv = ['collect', '--rescore', '--questions', 'corrected.csv'];
    const { code, stdout } = await embedllm(folder, argv);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'Scored 12 answers of answers.jsonl: 2 outcomes changed, 0 undecided.\n',
    });
    expect(asked).toEqual([]);
  });

  it('says which models were given up, in the status too', async () => {
    const models = ['-m', `${baseURL}#locked`, '-m', `${baseURL}#down`, '-m', `${baseURL}#good`];
    const { code, stderr, stdout } = await collect(
      ...models,
      '-o',
      'b.jsonl',
      '--concurrency',
      '1',
    );
    expect(code).toBe(1);
    expect(stderr).toBe(
      'warning: locked: 5 questions not asked. Status 401: no locked (No key was sent.)\n',
    );
    expect(stdout).toMatch(
      /7 questions without an answer.+the first: locked: Status 401: no locked/,
    );
    expect(stdout).toMatch(/good +100\.0% +6 /);
  });

  it('fails where a model answers nothing', async () => {
    const { code, stdout } = await collect('-m', `${baseURL}#down`, '-o', 'down.jsonl');
    expect(stdout).toMatch(/6 questions without an answer.+the first: down: /);
    expect(code).toBe(1);
  });

  it('stops at the budget', async () => {
    const argv = ['-m', `${baseURL}#good`, '--prices', 'prices.csv', '-o', 'c.jsonl'];
    const { code, stderr } = await collect(
      ...argv,
      '--max-output-tokens',
      '100',
      '--budget',
      '0.8',
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /good: [34] questions not asked. The budget does not allow another call/,
    );
    const records = (await readFile(join(folder, 'c.jsonl'), 'utf8')).trim().split('\n');
    const spent = records.reduce((sum, line) => sum + JSON.parse(line).cost, 0);
    expect(spent).toBeLessThanOrEqual(0.8);
  });

  it('takes models and settings from the configuration', async () => {
    const model = { model: `${baseURL}#good:high`, temperature: 0.5 };
    const configuration = {
      models: [model],
      collect: { questions: 'questions.csv', output: 'd.jsonl', maxOutputTokens: 50 },
    };
    await writeFile(join(folder, 'embedllm.config.json'), JSON.stringify(configuration));
    const { code, stdout } = await embedllm(folder, ['collect']);
    await writeFile(join(folder, 'embedllm.config.json'), '{}');
    expect(code).toBe(0);
    expect(stdout).toMatch(/good:high +100\.0% +6 /);
    expect(asked[0]?.body).toMatchObject({
      ...{ max_tokens: 50, temperature: 0.5, reasoning_effort: 'high' },
    });
  });

  it('asks language models that the configuration makes, as the AI SDK does', async () => {
    const model = `{
      specificationVersion: 'v3', provider: 'own.chat', modelId: 'own', supportedUrls: {},
      doGenerate: async ({ prompt }) => ({
        content: [{ type: 'reasoning', text: 'hm' }, { type: 'text', text: 'The answer is 1.' }],
        finishReason: { unified: 'stop', raw: 'stop' },
        usage: { inputTokens: { total: 7 }, outputTokens: { total: 3, reasoning: 1 } },
        warnings: [],
      }),
    }`;
    const file = join(folder, 'own.config.mjs');
    await writeFile(
      file,
      `const own = ${model};\nexport default { models: [own, { model: own, name: 'twin' }] };\n`,
    );
    const { code, stdout } = await collect('--config', 'own.config.mjs', '-o', 'g.jsonl', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout).models).toMatchObject([
      { name: 'own', answered: 6, meanOutcome: 1 / 6, inputTokens: 42, outputTokens: 18 },
      { name: 'twin', answered: 6 },
    ]);
  });

  it.each<[string[], RegExp, number]>([
    [[], /No models given\. Name them with --model/, 2],
    [['-m', 'gpt'], /"gpt" does not name a model\. Write it as vendor:model/, 2],
    [['-m', 'groq:x', '--api-key-env', 'NO_KEY'], /NO_KEY is not set/, 2],
    [['-m', 'http://example.com/v1#x', '--budget', '1'], /--budget needs prices/, 2],
    [['-m', 'http://127.0.0.1:1/v1#x', '--questions', 'none.csv'], /there is no such file/, 3],
    [
      ['-m', 'http://127.0.0.1:1/v1#x', '--prompt-column', 'x'],
      /field x: the column is missing/,
      3,
    ],
    [['-m', 'http://127.0.0.1:1/v1#x', '-o', 'prices.csv'], /prices\.csv, row 1/, 3],
    [['-m', 'http://127.0.0.1:1/v1#x', '--concurrency', '0'], /It must be an integer from 1/, 2],
  ])('refuses %j', async (argv, message, code) => {
    const outcome = await collect(...argv);
    expect(outcome.stderr).toMatch(message);
    expect(outcome.code).toBe(code);
  });

  it('lets a model judge, once it agrees with marked examples', async () => {
    const marked = Array.from({ length: 12 }, (_, i) =>
      i % 2 === 0 ? `Ask.,"Salt ${i}, please",1` : `Ask.,Give me salt ${i},0`,
    );
    await writeFile(join(folder, 'marked.csv'), `prompt,output,outcome\n${marked.join('\n')}\n`);
    await writeFile(join(folder, 'rubric.txt'), 'Right if it is polite.');
    await writeFile(join(folder, 'open.csv'), 'id,prompt\na,Ask.\n');
    const judge = ['--judge', `${baseURL}#judge`, '--rubric', 'rubric.txt'];
    const model = ['collect', '--questions', 'open.csv', '-m', `${baseURL}#good`, '-o', 'f.jsonl'];
    const incomplete = await embedllm(folder, [...model, ...judge]);
    expect(incomplete).toMatchObject({ code: 2 });
    expect(incomplete.stderr).toMatch(/--judge needs --rubric FILE.+--judge-examples FILE/);
    const argv = [...model, ...judge, '--judge-examples', 'marked.csv'];
    const { code, stderr, stdout } = await embedllm(folder, argv);
    expect(stderr).toMatch(/agrees with 12 of 12 scored examples, 100\.0% \[75\.\d%, 100\.0%\]/);
    expect(stdout).toMatch(/good +0\.0% +1 /);
    expect(code).toBe(0);
    await writeFile(
      join(folder, 'marked.csv'),
      `prompt,output,outcome\n${marked.join('\n').replaceAll(',1\n', ',0\n').replaceAll('me salt 1,0', 'me salt 1,1')}\n`,
    );
    const doubted = await embedllm(folder, argv);
    expect(doubted.code).toBe(3);
    expect(doubted.stderr).toMatch(/is not reliable enough: it decided 12 of 12 examples/);
  });

  it('asks prompts of a log, which a judge scores, and the record trains', async () => {
    const marked = Array.from({ length: 12 }, (_, i) =>
      i % 2 === 0 ? `Ask.,"Salt ${i}, please",1` : `Ask.,Give me salt ${i},0`,
    );
    await writeFile(join(folder, 'marks.csv'), `prompt,output,outcome\n${marked.join('\n')}\n`);
    await writeFile(join(folder, 'polite.txt'), 'Right if it is polite.');
    const decisions = Array.from({ length: 40 }, (_, i) => ({
      ...{ id: `r${i}`, model: 'm', prompt_id: `${i}`, correct: null },
      prompt: `Compute the sum number ${i}: 1 + ${i}, in words of your own.`,
    }));
    const feedback = { id: 'r1', model: 'm', prompt_id: '1', correct: 1 };
    const log = [...decisions, feedback].map((row) => JSON.stringify(row)).join('\n');
    await writeFile(join(folder, 'decisions.jsonl'), log);
    const judge = ['--judge', `${baseURL}#judge`, '--rubric', 'polite.txt'];
    const models = ['-m', `${baseURL}#good`, '-m', `${baseURL}#bad`];
    const from = ['collect', '--from', 'decisions.jsonl', '--sample', '8', ...models];
    const unjudged = await embedllm(folder, from);
    expect(unjudged).toMatchObject({ code: 2 });
    expect(unjudged.stderr).toMatch(/no right answers to compare with.+--judge MODEL/);
    const argv = [...from, ...judge, '--judge-examples', 'marks.csv', '-o', 'traffic.jsonl'];
    const first = await embedllm(folder, argv);
    expect(first.stderr).toMatch(
      /Drew 8 of 40 different prompts in 41 records of decisions\.jsonl \(1 record without a prompt\)/,
    );
    expect(first.code).toBe(0);
    expect(first.stdout).toMatch(/16 questions asked in this run/);
    const again = await embedllm(folder, argv);
    expect(again.stdout).toMatch(/0 questions asked in this run/);
    const built = await embedllm(folder, ['build', 'traffic.jsonl', '--check']);
    expect(built.stdout).toMatch(/8 questions, 2 models, 16 labels/);
    for (const stray of [['--questions', 'x.csv'], ['--key-column', 'x'], ['--rescore']]) {
      expect((await embedllm(folder, [...argv, ...stray])).code).toBe(2);
    }
  });

  it('names flags where the library names options', async () => {
    await writeFile(join(folder, 'bare.csv'), 'id,prompt\nq,What?\n');
    const model = ['-m', 'http://127.0.0.1:1/v1#x'];
    const { stderr } = await embedllm(folder, ['collect', '--questions', 'bare.csv', ...model]);
    expect(stderr).toMatch(/has no scorer.+ set one for all with --scorer, such as choice/);
  });

  it('keeps what was answered when it is interrupted, and says so', async () => {
    const controller = new AbortController();
    const argv = ['collect', '--questions', 'questions.csv', '-m', `${baseURL}#good`];
    const { code, stderr } = await embedllm(folder, [...argv, '-o', 'e.jsonl'], {
      signal: controller.signal,
      isTTY: true,
      onError: () => controller.abort('SIGINT'),
    });
    expect(code).toBe(130);
    expect(stderr).toMatch(/Answers so far are in e\.jsonl; run the same command again/);
  });
});
