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

  it('reads JSONL', async () => {
    const lines = '{"question_id":7,"correct":false}\n\n{"prompt":"Why?","score":0.25}\n';
    expect(await readAnswers(await write('a.jsonl', lines))).toEqual([
      { question: '7', prompt: undefined, outcome: 0, row: 1 },
      { question: undefined, prompt: 'Why?', outcome: 0.25, row: 3 },
    ]);
  });

  it.each([
    ['no-question.csv', 'label\n1\n', 'row 1: there is none of prompt_id, question_id, id,'],
    ['no-label.csv', 'prompt_id\nq\n', 'row 1: there is none of label, outcome'],
    [
      'above.csv',
      'prompt_id,score\nq,1.5\n',
      'row 2, field score: must be from 0 to 1, true or false',
    ],
    ['word.csv', 'prompt_id,label\nq,maybe\n', 'row 2, field label: must be .* but it is "maybe"'],
    ['gap.csv', 'prompt_id,label\nq,\n', 'holds no answer'],
    ['nameless.csv', 'prompt_id,label\n,1\n', 'row 2: there is none of prompt_id'],
    ['half.jsonl', '{"prompt":"a","label":1}\n{"prompt":', 'row 2: is not complete JSON'],
    ['text.jsonl', '{"prompt":"a","label":"so"}\n', 'row 1, field label: .* but it is "so"'],
    ['object.jsonl', '{"prompt":{},"label":1}\n', 'row 1, field prompt: must be a text'],
    ['bare.jsonl', '{"prompt":"a"}\n', 'row 1: there is none of label'],
    ['empty.jsonl', '', 'the file is empty'],
  ])('says what is wrong with %s', async (name, content, message) => {
    const file = await write(name, content);
    await expect(readAnswers(file)).rejects.toThrow(new RegExp(`${name}.*${message}`));
  });
});
