import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ReadTablesOptions, readTables, type TableDataset } from './read-tables.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'embedllm-tables-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(
  name: string,
  content: string,
  options: ReadTablesOptions = {},
): Promise<TableDataset> {
  const file = join(folder, name);
  await writeFile(file, content);
  return readTables(file, options);
}

/** Labels by question and model; `-` where there is none. */
function labels({ questions, models, correctness }: TableDataset): Record<string, string> {
  return Object.fromEntries(
    questions.map(({ id }, row) => [
      id,
      models.map((_, column) => correctness.get(row, column) ?? '-').join(''),
    ]),
  );
}

const refusal = async (reading: Promise<unknown>): Promise<string> =>
  reading.then(
    () => 'was read',
    (error: unknown) => String(error),
  );

describe('readTables', () => {
  it.each([
    ['true', 'false'],
    ['True', 'FALSE'],
    ['yes', 'No'],
    ['Y', 'n'],
    ['correct', 'Incorrect'],
    ['pass', 'FAIL'],
    ['passed', 'failed'],
    ['1', '0'],
    ['1.0', '0.00'],
  ])('takes %s and %s as right and wrong', async (right, wrong) => {
    const rows = `question,model,correct\nq,a,${right}\nq,b,${wrong}\n`;
    expect(labels(await read('words.csv', rows))).toEqual({ q: '10' });
  });

  it.each(['', 'NaN', 'nan', 'null', 'None', 'NA', 'n/a'])(
    'takes %j as not asked, counts it, and never calls it wrong',
    async (gap) => {
      const dataset = await read('gaps.csv', `question,model,correct\nq,a,1\nq,b,${gap}\n`);
      expect(labels(dataset)).toEqual({ q: '1-' });
      expect(dataset.tables[0]?.notAsked).toBe(1);
      expect(dataset.report.notAsked).toBe(1);
    },
  );

  it('takes graded scores with a threshold, and scores of another scale', async () => {
    const graded = 'question,model,score\nq,a,0.5\nq,b,0.4\n';
    expect(labels(await read('graded.csv', graded, { threshold: 0.5 }))).toEqual({ q: '10' });
    expect(await refusal(read('graded.csv', graded))).toMatch(/row 2.*0\.5.*threshold/);
    const scale = { min: 1, max: 10 };
    const rated = 'question,model,rating\nq,a,7\nq,b,6.9\nr,a,10\n';
    expect(labels(await read('rated.csv', rated, { scale, threshold: 7 }))).toEqual({
      q: '10',
      r: '1-',
    });
    expect(await refusal(read('rated.csv', rated))).toMatch(/row 2.*rating.*scale/);
    expect(await refusal(read('rated.csv', rated, { scale, threshold: 0.5 }))).toMatch(
      /above 1 and at most 10/,
    );
  });

  it.each([
    ['semicolons', 'a.csv', ';'],
    ['tabs', 'a.tsv', '\t'],
    ['tabs under another name', 'a.csv', '\t'],
    ['bars', 'a.txt', '|'],
  ])('finds that fields are separated by %s', async (_, name, separator) => {
    const rows = [
      ['Prompt_ID', 'Model', 'Correct'],
      ['q,1', 'a', 'yes'],
      ['"q;|\t2"', 'a', 'no'],
    ];
    const text = rows.map((row) => row.join(separator)).join('\r\n');
    const dataset = await read(name, text);
    expect(labels(dataset)).toEqual({ 'q,1': '1', 'q;|\t2': '0' });
  });

  it('reads JSON lists, lists within an object, and JSON Lines of any name, with nested fields', async () => {
    const records = [
      { task_id: 't/0', model: 'a', result: { passed: true } },
      { task_id: 't/1', model: 'a', result: { passed: false } },
    ];
    const wanted = { 't/0': '1', 't/1': '0' };
    const pretty = JSON.stringify(records, null, 2);
    expect(labels(await read('list.json', pretty))).toEqual(wanted);
    expect(labels(await read('list.json', JSON.stringify({ run: 'x', records })))).toEqual(wanted);
    const lines = records.map((record) => JSON.stringify(record)).join('\n');
    expect(labels(await read('lines.json', lines))).toEqual(wanted);
    const named = { scoreColumn: 'result.passed' };
    expect(labels(await read('lines.jsonl', lines, named))).toEqual(wanted);
    const spoilt = pretty.replace('false', '"dunno"');
    expect(await refusal(read('list.json', spoilt, named))).toMatch(
      /row 9, field \[1\]\.result\.passed: the score must be .* is "dunno"/,
    );
  });

  it('takes the mean length of answers for what is known of a model', async () => {
    const { models } = await read(
      'tokens.jsonl',
      [
        { id: 1, prompt: 'a', model: 'm', correct: 1, usage: { completion_tokens: 10 } },
        { id: 2, prompt: 'b', model: 'm', correct: 0, usage: { completion_tokens: 31 } },
        { id: 1, prompt: 'a', model: 'n', correct: 1 },
      ]
        .map((row) => JSON.stringify(row))
        .join('\n'),
    );
    expect(models).toEqual([{ name: 'm', meanOutputTokens: 20.5 }, { name: 'n' }]);
  });

  it('knows questions by their texts where there are no ids, or ids number the rows', async () => {
    const table = 'prompt,mixtral,gpt-4\n"1 + 1?",True,True\n"17 * 23?",False,True\n';
    const named = { questionColumn: 'prompt', promptColumn: 'prompt' };
    for (const options of [{}, named]) {
      const dataset = await read('known.csv', table, options);
      expect(dataset.questions.map(({ prompt }) => prompt)).toEqual(['1 + 1?', '17 * 23?']);
      expect(labels(dataset)).toEqual({ '1 + 1?': '11', '17 * 23?': '01' });
    }
    const numbered = 'id,question,model,correct\n1,Why?,a,1\n2,Why?,b,0\n3,How?,a,1\n';
    const dataset = await read('numbered.csv', numbered);
    expect(labels(dataset)).toEqual({ 'Why?': '10', 'How?': '1-' });
    expect(dataset.tables[0]?.remarks.join()).toMatch(/"id" numbers the rows/);
  });

  it('gives long texts short ids that are the same in every file', async () => {
    const long = 'word '.repeat(500);
    const { questions } = await read('long.csv', `prompt,a\n${long},1\n`);
    expect(questions[0]?.id).toMatch(/^(?:word ){12}word… [0-9a-f]{12}$/);
    expect(questions[0]?.prompt).toBe(long);
  });

  it('reads single-model tables, with the model named by option or by the file name', async () => {
    const rows = '{"task_id":"h/0","completion":"x","result":"passed","passed":true}\n';
    expect(await refusal(read('one.jsonl', rows))).toMatch(
      /scores in "passed", but no column of models.*model: 'NAME'.*model: '\{file\}'/,
    );
    const given = await read('one.jsonl', rows, { model: 'gpt' });
    expect(given.models).toEqual([{ name: 'gpt' }]);
    await writeFile(join(folder, 'model-b.csv'), 'id,input,response,score\n1,One?,x,1.0\n');
    const files = [join(folder, 'one.jsonl'), join(folder, 'model-b.csv')];
    const { models } = await readTables(files, { model: 'run of {file}' });
    expect(models.map(({ name }) => name)).toEqual(['run of one', 'run of model-b']);
  });

  it('asks which columns are models where others are there, and never takes one without a name', async () => {
    const header = ',sample_id,prompt,eval_name,gpt-4o,org/llama,gpt-4o|cost,oracle';
    const table = `${header}\n0,s.0,One?,mmlu,0.0,1.0,0.002,gpt-4o\n1,s.1,Two?,mmlu,1.0,0.0,0.002,gpt-4o\n`;
    expect(await refusal(read('wide.csv', table))).toMatch(
      /which columns are models\?.*modelColumns: \['gpt-4o', 'org\/llama'\]/,
    );
    const dataset = await read('wide.csv', table, { modelColumns: ['gpt-4o', 'org/llama'] });
    expect(labels(dataset)).toEqual({ 's.0': '01', 's.1': '10' });
    expect(dataset.questions[0]).toMatchObject({ prompt: 'One?', category: 'mmlu' });
    const pandas = await read('pandas.csv', ',question,gpt-4o,org/llama\n0,q0,0,1\n1,q1,1,\n');
    expect(labels(pandas)).toEqual({ q0: '01', q1: '1-' });
    expect(pandas.tables[0]?.remarks).toEqual(['A column without a name is ignored.']);
  });

  it('settles several scores of a model on a question as asked', async () => {
    const rows = 'question,model,score\nq,a,1\nq,a,0\nq,a,1\nq,b,1\nq,b,0\n';
    expect(await refusal(read('twice.csv', rows))).toMatch(
      /row 3.*score 0 here, but 1 at .*row 2.*onConflict/,
    );
    const settled = async (options: ReadTablesOptions): Promise<string | undefined> =>
      labels(await read('twice.csv', rows, options)).q;
    expect(await settled({ onConflict: 'keep' })).toBe('11');
    expect(await settled({ onConflict: 'replace' })).toBe('10');
    expect(await settled({ onConflict: 'majority' })).toBe('10');
    expect(await settled({ onConflict: 'mean', threshold: 0.5 })).toBe('11');
    expect(await settled({ onConflict: 'mean', threshold: 0.6 })).toBe('10');
    expect(await refusal(settled({ onConflict: 'mean' }))).toMatch(/neither right.*threshold/);
  });

  it('says in a line what it understood', async () => {
    const { tables } = await read('said.csv', 'question;model;correct\nq;a;yes\nq;b;no\n');
    expect(tables[0]?.understood).toBe(
      `Read ${join(folder, 'said.csv')} as question=question, prompt=question, model=model, label=correct (yes/no), separator ';'`,
    );
  });

  it('names the columns there are where one is missing or nothing is known', async () => {
    const table = 'a,b\nx,hello\n';
    expect(await refusal(read('odd.csv', table))).toMatch(
      /which column is the question\? .*"a", "b"/,
    );
    expect(
      await refusal(read('odd.csv', table, { questionColumn: 'A', scoreColumn: 'c' })),
    ).toMatch(/field c: the column is missing\. The table has "a", "b"/);
    expect(await refusal(read('odd.json', '{"a":{"b":1}}'))).toMatch(/without a list of records/);
    expect(await refusal(read('odd.json', '[{"a":1},'))).toMatch(/truncated/);
    expect(await refusal(read('odd.json', '[]'))).toMatch(/no record/);
  });

  it.each(['87%', '✓', 'timeout'])(
    'says that the score is %s, and not that it is missing',
    async (odd) => {
      expect(await refusal(read('odd.csv', `question,model,correct\nq,a,1\nq,b,${odd}\n`))).toMatch(
        `"correct" is named like the score, but has "${odd}"`,
      );
    },
  );

  it('says that decimals need a point, wherever a table has a comma', async () => {
    const hint = 'Write decimals with a point: 0.5.';
    const options = { scoreColumn: 'correct' };
    for (const [name, text, given] of [
      ['c.csv', 'question;model;correct\nq;a;0,5\n', {}],
      ['c.csv', 'question;model;correct\nq;a;0,5\n', options],
      ['c.csv', 'question;a;b\nq;0,5;1,0\n', {}],
      ['c.jsonl', '{"question":"q","model":"a","correct":"0,5"}\n', options],
    ] as const) {
      expect(await refusal(read(name, text, given))).toContain(hint);
    }
  });

  it('suggests the column that a missing one may mean', async () => {
    const table = read('t.csv', 'question,model,correct\nq,a,1\n', { scoreColumn: 'corect' });
    expect(await refusal(table)).toContain('Did you mean "correct"?');
  });

  it('takes models and ids for the same with and without white space around them', async () => {
    const long = await read('spaces.csv', 'id,model,correct\nq,a ,1\n q, b,0\nq ,a,1\n');
    expect(long.models.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(labels(long)).toEqual({ q: '10' });
    const wide = await read('wide.csv', 'id, a, b \nq,1,0\n');
    expect(wide.models.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(await refusal(read('spaces.csv', 'id,model,correct\nq, ,1\n'))).toMatch(
      /row 2, field model: is empty/,
    );
  });

  it('takes values of JSON that are not text for what they are, and refuses ids that lose digits', async () => {
    const options = { questionColumn: 'q', modelColumn: 'm', scoreColumn: 's' };
    expect(
      labels(await read('t.jsonl', '{"q":7,"m":"a","s":NaN}\n{"q":8,"m":"a","s":true}\n', options)),
    ).toEqual({ 7: '-', 8: '1' });
    expect(
      await refusal(read('t.jsonl', '{"q":9007199254740993,"m":"a","s":1}\n', options)),
    ).toMatch(/row 1, field q/);
    expect(
      await refusal(read('t.jsonl', '{"q":{"x":{"y":{"z":1}}},"m":"a","s":1}\n', options)),
    ).toMatch(/column is missing/);
  });
});
