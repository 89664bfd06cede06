import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Random } from '@embedllm/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { embedllm, scratchFolder } from './command-line.js';

const folder = scratchFolder();
let server: Server;
let baseURL: string;
/** Models that were asked. */
const calls: string[] = [];

/** `large` is polite always, `small` about sums; the judge likes politeness. */
function reply(model: string, content: string): string {
  const mark = /VERDICT (\w+): right/.exec(content)?.[1];
  if (model === 'judge') {
    const isPolite = /<answer-\w+>\n.*please/.test(content);
    return `VERDICT ${mark}: ${isPolite ? 'right' : 'wrong'}`;
  }
  return model === 'large' || content.includes('sum') ? 'Here you are, please.' : 'No.';
}

const WORDS = ['apples', 'rivers', 'clocks', 'bridges', 'violins', 'maps', 'kettles', 'ladders'];
const request = (i: number): string => {
  const what = `${WORDS[i % 8]} and ${WORDS[Math.floor(i / 8) % 8]} number ${i}`;
  return i % 2 === 0 ? `Add up the sum of ${what}.` : `Explain the law on ${what} in court.`;
};

beforeAll(async () => {
  server = createServer(async (incoming, response) => {
    let text = '';
    for await (const chunk of incoming) text += chunk;
    const { model, messages } = JSON.parse(text);
    calls.push(model);
    if (model === 'refused') {
      response.statusCode = 401;
      response.end('{}');
      return;
    }
    const message = { content: reply(model, messages.at(-1).content) };
    const usage = { prompt_tokens: 100, completion_tokens: model === 'large' ? 80 : 40 };
    response.end(JSON.stringify({ choices: [{ message, finish_reason: 'stop' }], usage }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  const labels = Array.from({ length: 240 }, (_, i) => [
    `${i},"${request(1000 + i)}",large,1`,
    `${i},"${request(1000 + i)}",small,${i % 2 === 0 ? 1 : 0}`,
  ]).flat();
  await writeFile(join(folder, 'labels.csv'), `id,prompt,model,label\n${labels.join('\n')}\n`);
  await writeFile(
    join(folder, 'prices.csv'),
    'model,input_price,output_price,mean_output_tokens\nlarge,10,100,80\nsmall,1,10,40\njudge,1000,1000,10\n',
  );
  const log = Array.from({ length: 200 }, (_, i) =>
    JSON.stringify({ messages: [{ role: 'user', content: request(i) }] }),
  );
  await writeFile(join(folder, 'log.jsonl'), log.join('\n'));
  for (const argv of [['build', 'labels.csv'], ['train']]) {
    const { code, stderr } = await embedllm(folder, argv);
    expect({ code, stderr }).toMatchObject({ code: 0 });
  }
}, 120_000);
afterAll(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve));
});

const basic = (...more: string[]) => [
  ...['try', '--from', 'log.jsonl', '--best', 'large', '--prices', 'prices.csv'],
  ...['-m', `large=${baseURL}#large`, '-m', `small=${baseURL}#small`, ...more],
];

describe('try', () => {
  it('lets a person mark answers, and promises what they bear', async () => {
    const argv = basic('--draws', '40', '-o', 'person.jsonl', '--json');
    const { code, stdout, stderr } = await embedllm(folder, argv, {
      stdin: `${Array.from({ length: 200 }, () => 'y').join('\n')}\n`,
      stdinIsTTY: true,
    });
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    const found = JSON.parse(stdout);
    // All answers were called good: everything may go.
    expect(found.passed.switched).toBe(1);
    expect(found.harms).toEqual([]);
    expect(found.savedPer1000.value).toBeGreaterThan(5);
    expect(stderr).toMatch(/── request ──\n(?:Add up|Explain)/);
    expect(stderr).not.toMatch(/large|small/);
    // How many are left for this policy, and at most.
    const places = [...stderr.matchAll(/── answer (\d+) of (\d+)(?: to (\d+))? ──/g)];
    expect(places.map(([, next]) => Number(next))).toEqual(places.map((_, i) => i + 1));
    expect(Number(places[0]?.[3] ?? places[0]?.[2])).toBe(places.length);
    expect(places.at(-1)?.slice(1, 3)).toEqual([`${places.length}`, `${places.length}`]);
    expect(await readFile(join(folder, 'try.html'), 'utf8')).toContain('you keep at least 95%');
  });

  it('lets a judge mark, says where it would have hurt, and resumes from its record', async () => {
    const marked = Array.from({ length: 12 }, (_, i) =>
      i % 2 === 0 ? `Ask.,"Salt ${i}, please",1` : `Ask.,Give me salt ${i},0`,
    );
    await writeFile(join(folder, 'marks.csv'), `prompt,output,outcome\n${marked.join('\n')}\n`);
    await writeFile(join(folder, 'rubric.txt'), 'Right if it is polite.');
    const judge = ['--judge', `${baseURL}#judge`, '--rubric', 'rubric.txt'];
    const examples = ['--judge-examples', 'marks.csv', '-o', 'judged.jsonl', '--page', 'j.html'];
    const argv = basic('--draws', '80', ...judge, ...examples, '--json');
    const first = await embedllm(folder, argv);
    expect({ code: first.code, stderr: first.stderr }).toMatchObject({ code: 0 });
    const found = JSON.parse(first.stdout);
    expect(found.passed.switched).toBeGreaterThan(0.2);
    expect(found.passed.switched).toBeLessThan(0.65);
    expect(found.markedBy).toContain('agreed with 12 of 12');
    expect(found.tested.at(-1).isKept).toBe(false);
    const again = JSON.parse((await embedllm(folder, argv)).stdout);
    expect({ ...again, generatedAt: '' }).toEqual({ ...found, generatedAt: '' });
    const page = await readFile(join(folder, 'j.html'), 'utf8');
    expect(page).toContain('objective: utility');
  });

  it('uses outcomes of both models, or of explored choices', async () => {
    const random = new Random(5);
    const lines: object[] = [];
    const explored: object[] = [];
    for (let i = 0; i < 600; i++) {
      const id = `r${i}`;
      const isSum = i % 2 === 0;
      const candidates = [
        { model: 'large', probability: 0.9, expectedCostUsd: 0.01 },
        { model: 'small', probability: isSum ? 0.88 : 0.2, expectedCostUsd: 0.001 },
      ];
      const rates = { large: 0.9, small: isSum ? 0.9 : 0.1 };
      const shared = { prompt_id: id, prompt: request(i), outcome: null, status: 200 };
      const say = (to: object[], of: string, model: 'large' | 'small') =>
        to.push({ id: of, model, source: 'app', outcome: Number(random.uniform() < rates[model]) });
      lines.push({
        id,
        model: 'large',
        chosen: 'small',
        shadow: true,
        costUsd: 0.011,
        candidates,
        ...shared,
      });
      say(lines, id, 'large');
      lines.push({ id: `${id}-shadow`, shadowOf: id, model: 'small', costUsd: 0.0012, ...shared });
      say(lines, `${id}-shadow`, 'small');
      const model = random.uniform() < 0.5 ? 'small' : 'large';
      explored.push({ id, model, chosen: model, propensity: 0.5, candidates, ...shared });
      say(explored, id, model);
    }
    const write = (name: string, rows: object[]) =>
      writeFile(join(folder, name), rows.map((row) => JSON.stringify(row)).join('\n'));
    await write('pairs.jsonl', lines);
    await write('explored.jsonl', explored);
    await write('few.jsonl', lines.slice(0, 40));
    const run = (from: string, ...more: string[]) =>
      embedllm(folder, ['try', '--from', from, '--best', 'large', '--outcomes', ...more]);
    const { code, stdout } = await run('pairs.jsonl', '--page', 'pairs.html', '--json');
    expect(code).toBe(0);
    const found = JSON.parse(stdout);
    // All sums may go, and nothing of the other half.
    expect(found.passed.switched).toBeGreaterThan(0.3);
    expect(found.passed.switched).toBeLessThanOrEqual(0.5);
    expect(found).toMatchObject({ requests: 600, marks: 1200, undecided: 0 });
    expect(found.savedPer1000.value).toBeCloseTo(9.8 * found.passed.switched, 1);
    expect(found.harms.length).toBeGreaterThan(0);
    const page = await readFile(join(folder, 'pairs.html'), 'utf8');
    expect(page).toContain('600 requests answered by two models');
    expect(page).toContain('where those that were judged are like those that were not');
    const off = JSON.parse((await run('explored.jsonl', '--share', '0.9', '--json')).stdout);
    expect(off.passed.switched).toBeGreaterThan(0.05);
    expect(off.passed.switched).toBeLessThanOrEqual(0.5);
    expect(off.harms).toEqual([]);
    expect((await run('few.jsonl')).stderr).toMatch(
      /few\.jsonl: has 10 of 10 decisions.+at least 20 are needed.+routing\.shadow/,
    );
    expect((await run('pairs.jsonl', '-m', 'huge')).stderr).toMatch(/does not have "huge"/);
    expect((await run('log.jsonl')).stderr).toMatch(/log\.jsonl.+has no decisions/);
  });

  it('takes outcomes and answers that the log has, and asks for the rest', async () => {
    const lines = Array.from({ length: 200 }, (_, i) => {
      const prompt = request(i);
      const promptId = createHash('sha256').update(prompt).digest('hex').slice(0, 32);
      const shared = { prompt, prompt_id: promptId, outcome: null, status: 200 };
      const candidates = [{ model: 'large', probability: 0.9, expectedCostUsd: 0.01 }];
      const tokens = { inputTokens: 100, outputTokens: 40, finishReasons: ['stop'] };
      const second = { ...tokens, answer: reply('small', prompt), promptOnly: true };
      const said = (id: string, model: string) => ({
        ...{ id, model, source: 'test', outcome: Number(reply(model, prompt).includes('please')) },
      });
      return [
        { id: `r${i}`, model: 'large', chosen: 'small', shadow: true, candidates, ...shared },
        { id: `r${i}-shadow`, shadowOf: `r${i}`, model: 'small', ...second, ...shared },
        ...(i < 100 ? [said(`r${i}`, 'large'), said(`r${i}-shadow`, 'small')] : []),
      ];
    });
    await writeFile(
      join(folder, 'known.jsonl'),
      lines
        .flat()
        .map((line) => JSON.stringify(line))
        .join('\n'),
    );
    const marked = Array.from({ length: 12 }, (_, i) =>
      i % 2 === 0 ? `Ask.,"Salt ${i}, please",1` : `Ask.,Give me salt ${i},0`,
    );
    await writeFile(join(folder, 'marks.csv'), `prompt,output,outcome\n${marked.join('\n')}\n`);
    await writeFile(join(folder, 'rubric.txt'), 'Right if it is polite.');
    const judge = ['--judge', `${baseURL}#judge`, '--rubric', 'rubric.txt', '--draws', '80'];
    const run = async (reuse: string) => {
      calls.length = 0;
      const files = ['--judge-examples', 'marks.csv', '-o', `${reuse}.jsonl`, '--page', 'r.html'];
      const argv = basic('--reuse', reuse, ...judge, ...files, '--json');
      argv[2] = 'known.jsonl';
      const { code, stdout, stderr } = await embedllm(folder, argv);
      expect({ code, stderr }).toMatchObject({ code: 0 });
      const asked = (model: string): number => calls.filter((one) => one === model).length;
      return { found: JSON.parse(stdout), stderr, large: asked('large'), small: asked('small') };
    };
    const [all, answers, outcomes] = [
      await run('all'),
      await run('answers'),
      await run('outcomes'),
    ];
    expect(all.stderr).toContain('Outcomes of both models are known for 100 of 200 requests.');
    expect(all.stderr).toContain('Answers to 200 of 200 requests are in the log');
    expect([all.small, answers.small, outcomes.small > 0]).toEqual([0, 0, true]);
    expect([all.large, outcomes.large]).toEqual([outcomes.large, all.large]);
    expect(answers.large).toBeGreaterThan(all.large);
    const judged = Number(/^(\d+) requests were judged by outcomes/.exec(all.found.holdsFor)?.[1]);
    expect(judged).toBe(answers.large - all.large);
    expect(all.found.marks).toBe(outcomes.found.marks);
    expect(answers.found.holdsFor).toBeUndefined();
    for (const { found } of [all, answers, outcomes]) {
      // The same truth, whoever says it.
      expect(found.tested).toEqual(all.found.tested);
      // Without what the judge costs.
      expect(found.presentPer1000).toBeGreaterThan(8);
      expect(found.presentPer1000).toBeLessThan(10);
    }
    expect(await readFile(join(folder, 'r.html'), 'utf8')).toContain('for the mixture of both');
    const refused = async (...argv: string[]) => (await embedllm(folder, argv)).stderr;
    expect(await refused(...basic('--outcomes', '--reuse', 'all'))).toContain(
      'use --reuse outcomes in its place',
    );
    const terminal = { stdinIsTTY: true, stdin: '' };
    const third = basic('--reuse', 'all', '-m', `third=${baseURL}#third`);
    expect((await embedllm(folder, third, terminal)).stderr).toMatch(
      /at most two answers to a request.+Named: large, small, third/,
    );
    expect((await embedllm(folder, basic('--reuse', 'all'), terminal)).stderr).toMatch(
      /log\.jsonl: has no decisions/,
    );
    const nothing = basic('--reuse', 'answers');
    nothing[2] = 'unknown.jsonl';
    const decided = lines.map(([first]) => JSON.stringify(first));
    await writeFile(join(folder, 'unknown.jsonl'), decided.join('\n'));
    expect((await embedllm(folder, nothing, terminal)).stderr).toMatch(
      /unknown\.jsonl: has nothing to reuse/,
    );
  });

  it.each<[string[], RegExp]>([
    [['try'], /No log given\. Name one with --from FILE/],
    [['try', '--from', 'log.jsonl'], /everything with --best/],
    [
      ['try', '--from', 'log.jsonl', '--best', 'x', '-m', 'y=http://127.0.0.1:1/v1#y'],
      /--best x and at least one other model/,
    ],
  ])('says what is missing', async (argv, message) => {
    const { code, stderr } = await embedllm(folder, argv);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  it('reads exports of LiteLLM and Langfuse, and a log that a killed process left torn', async () => {
    const asked = Array.from({ length: 60 }, (_, i) => [{ role: 'user', content: request(i) }]);
    const lines = (rows: object[]) => rows.map((row) => JSON.stringify(row)).join('\n');
    const logs = {
      'litellm.jsonl': lines(
        asked.map((messages, i) => ({ request_id: `${i}`, messages, spend: 1 })),
      ),
      'langfuse.json': JSON.stringify(
        asked.map((messages, i) => ({ id: `${i}`, type: 'GENERATION', input: { messages } })),
      ),
      'torn.jsonl': `${lines(asked.slice(0, 30).map((messages) => ({ messages })))}\n{"messages":[{"ro\n${lines(asked.slice(30).map((messages) => ({ messages })))}\n{"mess`,
    };
    for (const [name, text] of Object.entries(logs)) {
      await writeFile(join(folder, name), text);
      const argv = basic('--draws', '20', '-o', `marks-of-${name}.jsonl`, '--json');
      argv[2] = name;
      const stdin = `${Array.from({ length: 100 }, () => 'y').join('\n')}\n`;
      const { code, stdout, stderr } = await embedllm(folder, argv, { stdin, stdinIsTTY: true });
      expect({ name, code }).toEqual({ name, code: 0 });
      expect(JSON.parse(stdout)).toMatchObject({ requests: 60, marks: 40 });
      if (name !== 'torn.jsonl') continue;
      expect(stderr).toContain(
        '2 incomplete lines of torn.jsonl were left out, the first in row 31.',
      );
    }
  });

  it('keeps the marks of a person who stops early, and says how to resume', async () => {
    const argv = basic('--draws', '20', '-o', 'stopped.jsonl');
    const first = await embedllm(folder, argv, { stdin: 'y\ny\ny\n', stdinIsTTY: true });
    expect(first.code).toBe(2);
    expect(first.stderr).toMatch(
      /The input ended\. Marks so far are in .*stopped\.jsonl; run the same/,
    );
    const stdin = `${Array.from({ length: 100 }, () => 'y').join('\n')}\n`;
    const { stdout, stderr } = await embedllm(folder, argv, { stdin, stdinIsTTY: true });
    const marks = Number(/(\d+) marked answers/.exec(stdout)?.[1]);
    expect(marks).toBeGreaterThan(20);
    expect(stderr.match(/── answer /g)).toHaveLength(marks - 3);
  });

  it('asks for no marks of one model if the other cannot be asked', async () => {
    const argv = basic('--draws', '20', '-o', 'refused.jsonl', '-m', `small=${baseURL}#refused`);
    const small = argv.indexOf(`small=${baseURL}#small`);
    argv.splice(small - 1, 2);
    const stdin = `${Array.from({ length: 100 }, () => 'y').join('\n')}\n`;
    const { code, stderr } = await embedllm(folder, argv, { stdin, stdinIsTTY: true });
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/small could not be asked: .*401/);
    expect(stderr.match(/── answer /g)?.length ?? 0).toBeLessThan(10);
  });

  it('refuses an empty list, unknown models, and unknown prices', async () => {
    const nobody = await embedllm(folder, basic(), { stdin: '' });
    expect(nobody.stderr).toMatch(/needs a terminal.+--judge/);
    const unknown = basic('-m', `huge=${baseURL}#huge`);
    expect((await embedllm(folder, unknown, { stdinIsTTY: true, stdin: '' })).stderr).toMatch(
      /The artifact does not contain "huge".+Available: large, small/,
    );
    const unpriced = basic().filter((word) => !word.includes('prices'));
    expect((await embedllm(folder, unpriced, { stdinIsTTY: true, stdin: '' })).stderr).toMatch(
      /The cost of large, small is unknown/,
    );
  });
});
