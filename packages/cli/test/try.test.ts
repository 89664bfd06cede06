import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { embedllm, scratchFolder } from './command-line.js';

let folder: string;
let remove: () => Promise<void>;
let server: Server;
let baseURL: string;

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
  ({ folder, remove } = await scratchFolder());
  server = createServer(async (incoming, response) => {
    let text = '';
    for await (const chunk of incoming) text += chunk;
    const { model, messages } = JSON.parse(text);
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
    'model,input_price,output_price,mean_output_tokens\nlarge,10,100,80\nsmall,1,10,40\n',
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
  await remove();
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

  it.each<[string[], RegExp]>([
    [['try'], /Which requests\? Name a log with --from FILE/],
    [['try', '--from', 'log.jsonl'], /Name it with --best/],
    [
      ['try', '--from', 'log.jsonl', '--best', 'x', '-m', 'y=http://127.0.0.1:1/v1#y'],
      /--best x and at least one other model/,
    ],
  ])('says what is missing', async (argv, message) => {
    const { code, stderr } = await embedllm(folder, argv);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  it('refuses to ask nobody, unknown models, and unknown prices', async () => {
    const nobody = await embedllm(folder, basic(), { stdin: '' });
    expect(nobody.stderr).toMatch(/Nobody can be asked.+--judge/);
    const unknown = basic('-m', `huge=${baseURL}#huge`);
    expect((await embedllm(folder, unknown, { stdinIsTTY: true, stdin: '' })).stderr).toMatch(
      /The artifact does not have "huge".+It has large, small/,
    );
    const unpriced = basic().filter((word) => !word.includes('prices'));
    expect((await embedllm(folder, unpriced, { stdinIsTTY: true, stdin: '' })).stderr).toMatch(
      /large, small cost is not known/,
    );
  });
});
