import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../../test/temporary-directory.js';
import { type SamplePromptsOptions, samplePrompts } from './sample-prompts.js';

const root = temporaryDirectory();

async function sample(name: string, content: string | Buffer, options: SamplePromptsOptions = {}) {
  const path = join(root, name);
  await writeFile(path, content);
  return samplePrompts(path, options);
}
const lines = (...records: object[]): string =>
  records.map((one) => JSON.stringify(one)).join('\n');
const prompts = ({ questions }: Awaited<ReturnType<typeof samplePrompts>>): string[] =>
  questions.map(({ prompt }) => prompt).sort();

it('takes the questions of a gateway, and their identifiers', async () => {
  const decision = { time: 't', id: 'r1', model: 'm', correct: null };
  const why = { ...decision, prompt_id: '5d8a995a6fa7cf7c577cc9d49ca9e00d', prompt: 'Why?' };
  const feedback = { time: 't', id: 'r1', model: 'm', prompt_id: why.prompt_id, correct: 1 };
  const found = await sample('decisions.jsonl', lines(why, why, feedback));
  // sha256('Why?'), shortened, as the gateway writes it.
  expect(found).toMatchObject({
    questions: [{ id: '5d8a995a6fa7cf7c577cc9d49ca9e00d' }],
    ...{ records: 3, withoutPrompt: 1, different: 1, notText: 0 },
  });
  expect(prompts(found)).toEqual(['Why?']);
});

it('takes the first turn of requests as OpenAI has them, with its instructions', async () => {
  const chat = [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: [{ type: 'text', text: 'Who was Ada?' }] },
    { role: 'assistant', content: 'A mathematician.' },
    { role: 'user', content: 'And Bob?' },
  ];
  const image = [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'x' } }] }];
  const found = await sample(
    'requests.jsonl',
    lines(
      { request: { model: 'm', messages: chat }, response: { choices: [] } },
      { custom_id: 'a', body: { model: 'm', input: 'What is rain?', instructions: 'Rhyme.' } },
      { messages: image },
      { request: JSON.stringify({ messages: [{ role: 'user', content: 'How far is Mars?' }] }) },
    ),
  );
  expect(prompts(found)).toEqual(['Who was Ada?', 'What is rain?', 'How far is Mars?'].sort());
  const said = new Map(found.questions.map(({ prompt, instructions }) => [prompt, instructions]));
  expect(said.get('Who was Ada?')).toBe('Be brief.');
  expect(said.get('What is rain?')).toBe('Rhyme.');
  expect(found).toMatchObject({ records: 4, notText: 1 });
});

it('takes generations and traces of Langfuse, as JSON and CSV', async () => {
  const generation = {
    ...{ id: '1', traceId: 't', type: 'GENERATION', model: 'gpt' },
    input: [{ role: 'user', content: 'Name a river.' }],
  };
  const span = { id: '2', traceId: 't', type: 'SPAN', input: { url: 'x' } };
  const trace = { id: 't', name: 'chat', input: { messages: [{ role: 'user', content: 'Hi!' }] } };
  const json = await sample('export.json', JSON.stringify([generation, span, trace]));
  expect(prompts(json)).toEqual(['Hi!', 'Name a river.']);
  expect(json.withoutPrompt).toBe(1);
  const csv = `id,type,input\n1,GENERATION,"[{""role"":""user"",""content"":""Name a river.""}]"\n2,GENERATION,"""Name a hill."""\n`;
  expect(prompts(await sample('export.csv', csv))).toEqual(['Name a hill.', 'Name a river.']);
});

it('draws one of similar prompts, of all lengths, the same for the same seed', async () => {
  const words = (count: number, from: number): string =>
    Array.from({ length: count }, (_, i) => `word${(from * 7919 + i * (from + 1)) % 9973}`).join(
      ' ',
    );
  const records = Array.from({ length: 300 }, (_, i) => ({ prompt: words(3 + i, i) }));
  const alike = { prompt: `${words(200, 197)} indeed` };
  const text = lines(...records, alike, ...records.slice(0, 50));
  const found = await sample('long.jsonl.gz', gzipSync(text), { count: 10 });
  expect(found).toMatchObject({ records: 351, different: 301, similar: 1 });
  const sizes = found.questions.map(({ prompt }) => prompt.split(' ').length).sort((a, b) => a - b);
  expect(sizes).toHaveLength(10);
  for (const [decile, size] of sizes.entries())
    expect(Math.abs(size - 18 - 30 * decile)).toBeLessThan(20);
  const path = { count: 10 };
  expect(prompts(await sample('long.jsonl', text, path))).toEqual(prompts(found));
  const other = await sample('long.jsonl', text, { ...path, seed: 1 });
  expect(prompts(other)).not.toEqual(prompts(found));
});

it('refuses a log without prompts, and one that is malformed', async () => {
  const hashes = lines({ id: '1', model: 'm', prompt_id: 'x', correct: null });
  await expect(sample('hashes.jsonl', hashes)).rejects.toThrow(
    /no record has a prompt \(1 records\).*promptColumn.*questions: text/,
  );
  await expect(sample('cut.jsonl', '{"prompt":"a"}\n{"prompt":')).rejects.toThrow(/row 2/);
  await expect(
    sample('own.jsonl', lines({ said: 'Why?' }), { promptColumn: 'said' }),
  ).resolves.toMatchObject({ different: 1 });
  await expect(sample('own.jsonl', lines({ said: 'Why?' }), { count: 0 })).rejects.toThrow(/count/);
});
