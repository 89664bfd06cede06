import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { embedllm, type Outcome, scratchFolder } from './command-line.js';

const folder = scratchFolder();

const put = (name: string, content: string): Promise<void> =>
  writeFile(join(folder, name), content);

const check = (...argv: string[]): Promise<Outcome> =>
  embedllm(folder, ['build', '--check', '--no-split', '--json', ...argv]);

describe('build of tables', () => {
  it('reads the table that everyone has, and says in a line how', async () => {
    await put('judged.csv', 'question;model;correct\nWhy?;a;yes\nWhy?;b;No\nHow?;a;\n');
    const { code, stdout, stderr } = await check('judged.csv');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ questions: 2, models: 2, labels: 2 });
    expect(stderr).toContain(
      "Read judged.csv as question=question, prompt=question, model=model, label=correct (yes/No), separator ';'.",
    );
    expect(JSON.parse(stdout).remarks).toContain(
      '1 record without a label (empty, NaN, null, None, NA) counted as not asked.',
    );
  });

  it('names flags where it is in doubt, which then decide', async () => {
    await put('wide.csv', 'id,gpt-4o,"a,b",cost,note\n1,1,0,0.2,x\n2,0,1,0.3,y\n');
    const asked = await check('wide.csv');
    expect(asked.code).toBe(3);
    expect(asked.stderr).toContain(`Name them with --model-columns 'gpt-4o,"a,b"'.`);
    const told = await check('wide.csv', '--model-columns', 'gpt-4o,"a,b"');
    expect(JSON.parse(told.stdout)).toMatchObject({ models: 2, labels: 4 });

    await put('one.jsonl', '{"task_id":"h/0","result":{"passed":true}}\n');
    const nameless = await check('one.jsonl');
    expect(nameless.stderr).toMatch(/--model NAME, or --model '\{file\}'/);
    const named = ['--model', '{file}', '--score-column', 'result.passed'];
    expect(JSON.parse((await check('one.jsonl', ...named)).stdout)).toMatchObject({ models: 1 });
  });

  it('says which columns were taken for models or the score, and the flags that say otherwise', async () => {
    await put('all.csv', 'id,gpt,"a,b",Claude,claude\n1,1,0,1,1\n2,0,1,0,1\n');
    const wide = await check('all.csv');
    expect(wide.stderr).toContain(
      `If not all of these are models, list those that are: --model-columns 'gpt,"a,b",Claude,claude'.`,
    );
    expect(JSON.parse(wide.stdout).remarks).toContain(
      'Models that differ only in case or white space count separately: "Claude" and "claude".',
    );
    await put(
      'forms.csv',
      'id,model,label\ncaf\u00e9,a,1\ncafe\u0301,a,1\nq,\u00e9,1\nq,e\u0301,0\n',
    );
    expect(JSON.parse((await check('forms.csv')).stdout).remarks).toEqual(
      expect.arrayContaining([
        expect.stringMatching(
          /^Models that differ only in how accents are encoded \(Unicode NFC or NFD\)/,
        ),
        expect.stringMatching(/^Questions that differ only in how accents are encoded/),
      ]),
    );
    await put('both.txt', 'id,model,correct,score\n1,a,1,0\n');
    const long = await check('both.txt');
    expect(long.stderr).toContain('score could be the label too: --score-column score.');
    const named = await check('both.txt', '--score-column', 'score');
    expect(named.stderr).not.toMatch(/could be/);
  });

  it('takes scales, thresholds and repeated questions', async () => {
    await put(
      'rated.json',
      JSON.stringify([3, 8, 9].map((rating) => ({ prompt: 'Why?', model: 'a', rating }))),
    );
    const argv = ['rated.json', '--scale', '1..10', '--threshold', '7'];
    const refused = await check(...argv);
    expect(refused).toMatchObject({ code: 3 });
    expect(refused.stderr).toMatch(/choose with --on-conflict: keep, replace, mean or majority/);
    const settled = await check(...argv, '--on-conflict', 'majority');
    expect(JSON.parse(settled.stdout)).toMatchObject({ labels: 1 });
    expect((await check('rated.json', '--scale', '10..1')).code).toBe(2);
  });

  it('takes a threshold, words and gaps in EmbedLLM columns too, in a file and in a folder', async () => {
    const header = 'prompt_id,model_id,category,label,prompt,model_name';
    const rows = ['q,0,x,yes,Why?,a', 'q,1,x,0.4,Why?,b', 'q,2,x,NaN,Why?,c', 'r,0,x,0.5,How?,a'];
    await put('graded.csv', [header, ...rows].join('\n'));
    expect((await check('graded.csv')).stderr).toMatch(/row 3.*graded.*--threshold/);
    await mkdir(join(folder, 'graded'));
    await put('graded/responses.csv', [header, ...rows].join('\n'));
    for (const source of ['graded.csv', 'graded']) {
      const { stdout } = await check(source, '--threshold', '0.5');
      expect(JSON.parse(stdout)).toMatchObject({
        labels: 3,
        categories: [{ meanAccuracy: 2 / 3 }],
        remarks: expect.arrayContaining([expect.stringMatching(/1 record without a label/)]),
      });
    }
  });

  it('refuses flags that it would ignore, and folders of other tables, saying what to do', async () => {
    const ignored = await check('graded', '--question-column', 'x');
    expect(ignored).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/--question-column applies only to/),
    });
    await mkdir(join(folder, 'results'));
    await put('results/model-a.csv', 'id,correct\n1,1\n');
    const seen = await check('results');
    expect(seen.stderr).toMatch(/It contains model-a\.csv\..*name the files.*--model '\{file\}'/);
  });

  it('leaves a folder alone that has files and is not a dataset', async () => {
    await mkdir(join(folder, 'precious'));
    await put('precious/models.csv', 'mine\n');
    const refused = await embedllm(folder, ['build', 'judged.csv', '-o', 'precious']);
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/other than a dataset \(models\.csv\)/),
    });
    expect(await readFile(join(folder, 'precious/models.csv'), 'utf8')).toBe('mine\n');
  });

  it('brings tables into a store and together with other kinds', async () => {
    await put('more.csv', 'question,model,correct\nWhy?,b,1\nWho?,b,0\n');
    const argv = ['build', 'judged.csv', 'more.csv', '-o', 'pool.duckdb', '--json'];
    const refused = await embedllm(folder, argv);
    expect(refused.stderr).toMatch(/has the score 1 here but 0 in .*--on-conflict/);
    const kept = await embedllm(folder, [...argv, '--on-conflict', 'keep']);
    expect(JSON.parse(kept.stdout)).toMatchObject({ questions: 3, models: 2, labels: 3 });
  });

  it('says how many records of a store are of models that were not asked', async () => {
    await put('gaps.csv', 'question,gpt,claude\nWhy?,1,\nWho?,NaN,0\n');
    const built = await embedllm(folder, ['build', 'gaps.csv', '-o', 'gaps.duckdb']);
    expect(built.stdout).toMatch(/^2 records without a label .* counted as not asked\.$/m);
  });
});

describe('a dataset without texts', () => {
  it('is not trained on: what is missing is named, with the flags that mend it', async () => {
    await mkdir(join(folder, 'textless'));
    await put('ids.csv', 'id,model,correct\n1,a,1\n1,b,0\n2,a,0\n2,b,1\n3,a,1\n3,b,1\n');
    expect((await embedllm(folder, ['build', 'ids.csv', '-o', 'ids', '--no-split'])).code).toBe(0);
    const { code, stderr } = await embedllm(folder, ['train', '--data', 'ids', '-o', 'none']);
    expect(stderr).toMatch(/ids: The questions have no text.*build --prompt-column.*--embeddings/);
    expect(code).toBe(3);
  });

  it('is told from texts that share no word, which say which encoders do not need them', async () => {
    await put('apart.csv', 'question,model,correct\nalpha,a,1\nbeta,a,0\ngamma,b,1\nalpha,b,0\n');
    const built = await embedllm(folder, ['build', 'apart.csv', '-o', 'apart', '--no-split']);
    expect(built.code).toBe(0);
    const { code, stderr } = await embedllm(folder, ['train', '--data', 'apart', '-o', 'none']);
    expect(stderr).toMatch(/training questions share one.*--encoder hashing/);
    expect(code).toBe(3);
  });
});

describe('--on-conflict', () => {
  it('is refused where it would be ignored', async () => {
    await mkdir(join(folder, 'tables'));
    await put(
      'tables/train.csv',
      'prompt_id,prompt,category,model_id,model_name,label\n1,Why?,x,0,a,1\n',
    );
    const whole = await check('tables', '--on-conflict', 'keep');
    expect(whole.stderr).toMatch(/--on-conflict does not apply to a folder.*Name its files/);
    expect(whole.code).toBe(2);
    expect((await check('tables/train.csv', '--on-conflict', 'keep')).code).toBe(0);
  });
});
