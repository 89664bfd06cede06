import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAnswers } from './read-answers.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'embedllm-answers-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function write(name: string, content: string | Uint8Array): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, content);
  return file;
}

describe('readAnswers', () => {
  it('reads CSV with ids, texts, numbers and booleans, plain and gzip', async () => {
    const csv = 'note,prompt_id,question,label\nx,q1,"What, why?",1\ny,q2,,0.5\nz,q3,,TRUE\n';
    const expected = [
      { question: 'q1', prompt: 'What, why?', outcome: 1, row: 2 },
      { question: 'q2', prompt: undefined, outcome: 0.5, row: 3 },
      { question: 'q3', prompt: undefined, outcome: 1, row: 4 },
    ];
    expect(await readAnswers(await write('a.csv', csv))).toEqual(expected);
    expect(await readAnswers(await write('a.csv.gz', gzipSync(csv)))).toEqual(expected);
  });

  it('takes usual names in any case, words for right and wrong, semicolons, and leaves gaps out', async () => {
    const csv = 'ID;Is_Correct\nq1;yes\nq2;FAIL\nq3;NaN\nq4;\n';
    expect(await readAnswers(await write('words.csv', csv))).toEqual([
      { question: 'q1', prompt: undefined, outcome: 1, row: 2 },
      { question: 'q2', prompt: undefined, outcome: 0, row: 3 },
    ]);
  });

  it('names the question of answers that contradict each other, and no model', async () => {
    const file = await write('twice.csv', 'id,correct\nq1,1\nq1,0\n');
    await expect(readAnswers(file)).rejects.toThrow(
      /row 3, field correct: question "q1" has the score 0 here, but 1 at .*row 2/,
    );
  });

  it('reads JSONL', async () => {
    const lines = '{"question_id":7,"correct":false}\n\n{"prompt":"Why?","correct":0.25}\n';
    expect(await readAnswers(await write('a.jsonl', lines))).toEqual([
      { question: '7', prompt: undefined, outcome: 0, row: 1 },
      { question: undefined, prompt: 'Why?', outcome: 0.25, row: 3 },
    ]);
  });

  it('reads JSON lists, and results of promptfoo with the models that they are of', async () => {
    const list = '[{"id":"q1","passed":"yes"},{"id":"q2","passed":null}]';
    expect(await readAnswers(await write('list.json', list))).toEqual([
      { question: 'q1', outcome: 1, row: 1 },
    ]);
    const row = (provider: string, promptIdx: number, success: boolean): string =>
      JSON.stringify({
        ...{ promptIdx, testIdx: 0, success, score: success ? 1 : 0.4, failureReason: 0 },
        ...{ provider: { id: provider }, prompt: { raw: 'Why?', label: 'Why?' }, vars: {} },
      });
    const file = await write(
      'results.jsonl',
      `${row('gpt', 0, true)}\n${row('llama', 1, false)}\n`,
    );
    expect(await readAnswers(file)).toMatchObject([
      { question: undefined, prompt: 'Why?', model: 'gpt', outcome: 1 },
      { question: undefined, prompt: 'Why?', model: 'llama', outcome: 0 },
    ]);
  });

  it('takes a scale, a threshold on it, a separator and what becomes of repeats', async () => {
    const file = await write('graded.txt', 'id|grade\nq1|7\nq2|3\nq1|9\n');
    const options = { scale: { min: 1, max: 10 }, separator: '|' };
    await expect(readAnswers(file, options)).rejects.toThrow(/row 4, field grade: .* at .*row 2/);
    const read = await readAnswers(file, { ...options, threshold: 8, onConflict: 'mean' });
    expect(read.map(({ outcome, row }) => [outcome, row])).toEqual([
      [1, 2],
      [0, 3],
    ]);
    const last = await readAnswers(file, { ...options, onConflict: 'replace' });
    expect(last[0]?.outcome).toBeCloseTo(8 / 9);
  });

  it('knows questions by ids that only number the rows, for those of the dataset may too', async () => {
    const csv = 'id,question,label\n0,Why?,1\n1,How?,0\n2,Who?,1\n';
    const read = await readAnswers(await write('numbered.csv', csv));
    expect(read.map(({ question }) => question)).toEqual(['0', '1', '2']);
  });

  it.each([
    ['no-question.csv', 'label\n1\n', 'which column is the question'],
    ['no-label.csv', 'prompt_id\nq\n', "which column is the score?.* with scoreColumn: 'COLUMN'.$"],
    ['above.csv', 'prompt_id,score\nq,1.5\n', 'row 2, field score: the score must be from 0 to 1'],
    ['word.csv', 'prompt_id,label\nq,maybe\n', 'row 2, field label: .* is "maybe"'],
    ['comma.csv', 'prompt_id;label\nq;0,5\n', 'Write decimals with a point: 0.5.'],
    ['gap.csv', 'prompt_id,label\nq,\n', 'has no answers'],
    ['nameless.csv', 'prompt_id,label\n,1\n', 'row 2, field prompt_id: is empty'],
    ['half.jsonl', '{"prompt":"a","label":1}\n{"prompt":', 'row 2: is not complete JSON'],
    ['text.jsonl', '{"prompt":"a","label":"so"}\n', 'row 1, field label: .* but is "so"'],
    ['object.jsonl', '{"prompt":{},"label":1}\n', 'which column is the question'],
    ['bare.jsonl', '{"prompt":"a"}\n', 'which column is the score'],
    ['empty.jsonl', '', 'the file is empty'],
  ])('says what is wrong with %s', async (name, content, message) => {
    const file = await write(name, content);
    await expect(readAnswers(file)).rejects.toThrow(new RegExp(`${name}.*${message}`));
  });
});
