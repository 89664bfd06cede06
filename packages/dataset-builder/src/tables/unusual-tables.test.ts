import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ReadTablesOptions, readTables, type TableDataset } from './read-tables.js';
import { readObject } from './sniff-syntax.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'embedllm-tables-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(
  content: string | readonly object[],
  options: ReadTablesOptions = {},
): Promise<TableDataset> {
  const file = join(folder, 'table');
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  await writeFile(file, text);
  return readTables(file, options);
}

const ROWS = 'id;model;correct\nq;a;1\nq;b;0\n';

describe('what stands before the header', () => {
  it.each([
    ['sep= of Excel', `sep=;\n${ROWS}`, 1],
    ['sep= in capitals, with CRLF', `SEP=;\n${ROWS}`.replaceAll('\n', '\r\n'), 1],
    ['comments', `# made by "us"\n# it's, 2025; x\n\n${ROWS}`, 3],
    ['sep= and comments', `sep=;\n# judged\n${ROWS}`, 2],
  ])('is left out: %s', async (_, text, lines) => {
    const { models, tables } = await read(text);
    expect(models.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(tables[0]?.understood).toMatch(
      lines === 1 ? /1 line before the header/ : `${lines} lines before the header`,
    );
  });

  it('counts in the rows of messages', async () => {
    await expect(read(`# one\n# two\n${ROWS};a;1\n`)).rejects.toThrow(/row 6/);
  });

  it('is not taken for a comment where it is the header', async () => {
    const { models } = await read(`#id,model,correct\nq,a,1\nq,b,0\n`);
    expect(models.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('holds for a named separator too', async () => {
    expect((await read(`# a\n${ROWS}`, { separator: ';' })).models).toHaveLength(2);
  });
});

describe('chats as questions', () => {
  const messages = [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'What is 2 + 2?' },
  ];

  it('have the text of all but the system and the last answer', async () => {
    const parts = [
      { type: 'text', text: 'Look:' },
      { type: 'image_url', image_url: { url: 'x' } },
    ];
    const { questions } = await read([
      { messages, model: 'a', correct: true },
      { messages: [...messages, { role: 'assistant', content: '4' }], model: 'b', correct: true },
      { messages: [{ role: 'user', content: parts }], model: 'a', correct: false },
      {
        messages: [
          { from: 'human', value: 'Hi' },
          { from: 'gpt', value: 'Hello' },
          { from: 'human', value: 'Bye?' },
        ],
        model: 'a',
        correct: false,
      },
    ]);
    expect(questions.map(({ prompt }) => prompt)).toEqual([
      'What is 2 + 2?',
      'Look:\n[image_url]',
      'Hi\n\nHello\n\nBye?',
    ]);
  });

  it('are read where CSV has them as JSON', async () => {
    const json = JSON.stringify(messages).replaceAll('"', '""');
    const { questions } = await read(`prompt,model,correct\n"${json}",a,1\n`);
    expect(questions.map(({ prompt }) => prompt)).toEqual(['What is 2 + 2?']);
  });
});

describe('tables with a column for each model', () => {
  it('name models by their own names in nested JSON', async () => {
    const scores = await read([{ id: 'q', scores: { 'gpt-4.1': 1, claude: 0 } }]);
    expect(scores.models.map(({ name }) => name)).toEqual(['gpt-4.1', 'claude']);
    const deeper = await read([{ id: 'q', results: { gpt: { ok: true }, claude: { ok: false } } }]);
    expect(deeper.models.map(({ name }) => name)).toEqual(['gpt', 'claude']);
    expect([...deeper.correctness.labels]).toEqual([1, 0]);
    const flat = await read([{ id: 'q', 'gpt-4.1': 1, 'gpt-4.0': 0 }]);
    expect(flat.models.map(({ name }) => name)).toEqual(['gpt-4.1', 'gpt-4.0']);
  });

  it('may have objects of several figures, of which the score is taken', async () => {
    const row = (id: string, gpt: number, claude: number): object => ({
      question: id,
      results: { gpt: { acc: gpt, cost: 1.2 }, claude: { acc: claude, cost: 2 } },
    });
    const nested = await read([row('q', 1, 0), row('r', 1, 1)]);
    expect(nested.models.map(({ name }) => name)).toEqual(['gpt', 'claude']);
    expect([...nested.correctness.labels]).toEqual([1, 0, 1, 1]);
    const flat = [{ id: 'q', gpt: { acc: 1, cost: 2 }, claude: { acc: 0, cost: 1 } }];
    expect((await read(flat)).models).toMatchObject([{ name: 'gpt' }, { name: 'claude' }]);
  });

  it('are named where no cell of them has a score, or none of the first ones', async () => {
    const all = read('question,gpt,claude\nq,,\nr,,\n');
    await expect(all).rejects.toThrow(
      /which columns are models\? "gpt", "claude" are empty in the first records\..*modelColumns/,
    );
    await expect(read('id,prompt,gpt,claude\nq,a,1,\nr,b,0,\n')).rejects.toThrow(
      /"gpt" could be, but "claude" is empty in the first records/,
    );
  });

  it.each(['difficulty', 'is_hard', 'level', 'has_image'])(
    'ask about a column of 0 and 1 such as %s',
    async (fact) => {
      await expect(read(`id,gpt,${fact}\nq,1,0\nr,0,1\n`)).rejects.toThrow(
        new RegExp(`which columns are models\\? "gpt" could be, but "${fact}"`),
      );
    },
  );

  it('list the columns that were taken for models', async () => {
    const { tables } = await read('id,gpt,claude\nq,1,0\n');
    expect(tables[0]?.guessedModels).toEqual(['gpt', 'claude']);
    const named = await read('id,gpt,claude\nq,1,0\n', { modelColumns: ['gpt'] });
    expect(named.tables[0]?.guessedModels).toEqual([]);
  });
});

describe('JSON that is not a list of records', () => {
  it('is refused with what a table looks like', async () => {
    await expect(read('{"gpt":{"acc":0.8},"claude":{"acc":0.7}}')).rejects.toThrow(
      /without a list of records\. It has gpt, claude\. A table is a list/,
    );
    await expect(read('[{"id":1,"prompt":"Why","model":"m","correct":1},{"id":2,')).rejects.toThrow(
      /is not complete JSON\. Is the file truncated\?/,
    );
    await expect(read('{"question":["q","r"],"gpt":[1,0]}')).rejects.toThrow(
      /"question" is named like the question, but it is "\[.*", not text/,
    );
  });
});

describe('one JSON object around the records', () => {
  it('is read up to a size that a text can have, and refused beyond', async () => {
    const file = join(folder, 'object.json');
    await writeFile(file, '{"results":[{"id":1}]}');
    expect(await readObject(file, {}, 22)).toEqual({ results: [{ id: 1 }] });
    await expect(readObject(file, {}, 21)).rejects.toThrow(
      /object\.json: is one JSON object of more than 21 bytes, too large to be read at once\. Write its records as a list/,
    );
  });
});

describe('what is not a table', () => {
  it.each([
    ['a web page', 'page.csv', '<!DOCTYPE html><html>404</html>\n', /is a web page, not a table/],
    ['a pointer', 'a.csv', 'version https://git-lfs.github.com/spec/v1\noid x\n', /git lfs pull/],
    ['a JSON value', 'a.json', 'null', /named like JSON, but begins with "null"/],
  ])('is refused as such: %s', async (_, name, content, message) => {
    const file = join(folder, name);
    await writeFile(file, content);
    await expect(readTables(file)).rejects.toThrow(message);
  });

  it('is refused with the options that may make it one', async () => {
    await expect(read('question,gpt,claude\nq,80,20\nr,90,10\n')).rejects.toThrow(
      /"gpt", "claude" have numbers that are not scores from 0 to 1.*scale.*modelColumns/,
    );
    await expect(read('input,response,faithfulness\nq,x,0.8\n')).rejects.toThrow(
      /If they are scores of one model, name it with model: 'NAME'/,
    );
    await expect(
      read(
        '{"id":12345678901234567890,"model":"m","correct":1}\n{"id":2,"model":"m","correct":1}\n',
      ),
    ).rejects.toThrow(/field id: is an integer beyond 9007199254740991, so digits are lost/);
  });
});

it('lists columns that could be the score as well', async () => {
  const { tables } = await read('id,model,correct,score\nq,a,1,0.5\n');
  expect(tables[0]).toMatchObject({ otherScores: ['score'] });
  const named = await read('id,model,correct,score\nq,a,1,0.5\n', { scoreColumn: 'correct' });
  expect(named.tables[0]?.otherScores).toEqual([]);
});
