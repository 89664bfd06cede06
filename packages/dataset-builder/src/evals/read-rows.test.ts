import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, it, vi } from 'vitest';
import { resultsFolder } from '../../test/results-folder.js';
import { readEvaluations } from '../evaluations/read-evaluations.js';
import { type ReadTablesOptions, readTables } from '../tables/read-tables.js';

const { folder, write } = resultsFolder();
const lines = (...rows: object[]): string => rows.map((row) => JSON.stringify(row)).join('\n');

/** What was read: labels by question, models, what was understood and remarked. */
async function read(file: string, options: ReadTablesOptions = {}) {
  const { questions, models, correctness, tables } = await readTables(file, options);
  const labels = questions.map(({ prompt }, q) => [
    prompt,
    models.map((_, m) => correctness.get(q, m) ?? '-').join(''),
  ]);
  const own = correctness.labels.filter((label) => label !== 255);
  return {
    labels: Object.fromEntries(labels),
    models: models.map(({ name }) => name),
    categories: [...new Set(questions.map(({ category }) => category))],
    understood: tables[0]?.understood,
    remarks: tables[0]?.remarks,
    accuracy: own.reduce<number>((sum, label) => sum + label, 0) / own.length,
  };
}
const MODEL_FAILED = '1 answer is missing because the model failed.';
const JUDGE_FAILED = '1 answer is missing because the judge failed.';

describe('results of DeepEval', () => {
  const metric = (name: string, success: boolean | null, error: string | null = null) => ({
    ...{ name, threshold: 0.5, success, score: success ? 0.9 : 0.2, reason: 'r', error },
  });
  const testCase = (input: string, success: boolean, ...metricsData: object[]) => ({
    ...{ name: `test_${input}`, input, actualOutput: 'x', success, metricsData },
  });
  const run = {
    testCases: [
      testCase('1 + 1?', true, metric('Correctness', true), metric('Brevity', true)),
      testCase('2 + 2?', false, metric('Correctness', true), metric('Brevity', false)),
      testCase(
        '3 + 3?',
        false,
        metric('Correctness', null, 'Evaluation LLM outputted an invalid JSON'),
      ),
      testCase('4 + 4?', false, metric('Correctness', false), metric('Brevity', false)),
    ],
    metricsScores: [
      { metric: 'Correctness', scores: [0.9, 0.9, 0.2], passes: 2, fails: 1, errors: 1 },
    ],
    hyperparameters: { model: 'gpt-4o' },
    ...{ testPassed: 1, testFailed: 3, runDuration: 1.5 },
  };

  it('count as passed what passed, and a metric in error as missing', async () => {
    const file = await write('deepeval/.latest_test_run.json', { testRunData: run });
    expect(await read(file)).toMatchObject({
      labels: { '1 + 1?': '1', '2 + 2?': '0', '3 + 3?': '-', '4 + 4?': '0' },
      ...{ models: ['gpt-4o'], remarks: [JUDGE_FAILED] },
      understood: expect.stringContaining('as DeepEval results, question=input'),
    });
    // As its own metricsScores has it: 2 of 3.
    const { accuracy } = await read(file, { scoreColumn: 'Correctness' });
    expect(accuracy).toBeCloseTo(2 / 3, 12);
    await expect(read(file, { scoreColumn: 'Tone' })).rejects.toThrow(
      /row 1, field testCases\[0\]\.metricsData: has no metric Tone\. Available: Correctness, Brevity/,
    );
  });

  it('need a model where no hyperparameter says it', async () => {
    const file = await write('deepeval/test_run.json', { ...run, hyperparameters: undefined });
    await expect(read(file)).rejects.toThrow(/does not name the model/);
    expect((await read(file, { model: 'm' })).models).toEqual(['m']);
    const bare = await write('deepeval/bare.json', {
      testCases: [{ actualOutput: 1 }],
      testPassed: 0,
    });
    await expect(read(bare)).rejects.toThrow(
      /testCases\[0\]\.input: must be what the model was asked/,
    );
  });
});

describe('results of OpenAI Evals', () => {
  const event = (sample_id: string, type: string, data: object) => ({
    ...{ run_id: 'r', event_id: 1, sample_id, type, data, created_at: 't' },
  });
  const chat = (content: string) => [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content },
  ];

  it('of the framework join samplings and matches, as the final report counts them', async () => {
    const spec = { completion_fns: ['gpt-4'], eval_name: 'sums.dev.v0', base_eval: 'sums' };
    const file = await write(
      'evals/2026.jsonl',
      lines(
        { spec: { ...spec, split: 'dev', run_config: { seed: 1 } } },
        event('sums.dev.0', 'sampling', { prompt: chat('1 + 1?'), sampled: ['2'] }),
        event('sums.dev.1', 'sampling', { prompt: chat('2 + 2?'), sampled: ['5'] }),
        event('sums.dev.0', 'match', { correct: true, expected: '2', picked: '2' }),
        event('sums.dev.2', 'sampling', { prompt: chat('3 + 3?'), sampled: [] }),
        event('sums.dev.1', 'match', { correct: false, expected: '4', picked: null }),
        { final_report: { accuracy: 0.5, boostrap_std: 0.2 } },
      ),
    );
    expect(await read(file)).toMatchObject({
      ...{ labels: { '1 + 1?': '1', '2 + 2?': '0', '3 + 3?': '-' }, accuracy: 0.5 },
      ...{ models: ['gpt-4'], categories: ['sums'], remarks: [MODEL_FAILED] },
    });
    await expect(read(file, { scoreColumn: 'f1' })).rejects.toThrow(
      /row 4, field data\.f1: the sample has no f1\. Available: correct, expected, picked/,
    );
  });

  it('of the API take what graders passed, and errors as missing', async () => {
    const item = (id: string, question: string, passed: boolean, error?: string) => ({
      ...{ object: 'eval.run.output_item', id, status: passed ? 'pass' : 'fail' },
      datasource_item: { question },
      results: [{ name: 'match', passed, score: passed ? 7 : 2, type: 'score_model' }],
      sample: {
        ...{ model: 'gpt-4o-mini', finish_reason: 'stop', output: [] },
        ...{
          input: [{ role: 'user', content: question }],
          error: error ? { message: error } : null,
        },
      },
    });
    const data = [
      item('a', 'Why?', true),
      item('b', 'Who?', false),
      item('c', 'How?', false, '429'),
    ];
    const wanted = { labels: { 'Why?': '1', 'Who?': '0', 'How?': '-' }, models: ['gpt-4o-mini'] };
    const listed = await write('evals/items.json', { object: 'list', data, has_more: false });
    expect(await read(listed)).toMatchObject({ ...wanted, accuracy: 0.5, remarks: [MODEL_FAILED] });
    expect(await read(await write('evals/items.jsonl', lines(...data)))).toMatchObject(wanted);
  });
});

describe('an experiment of Braintrust', () => {
  const span = (id: string, input: unknown, scores: object | null, more: object = {}) => ({
    ...{ id, span_id: id, root_span_id: id, is_root: true, experiment_id: 'e', input, output: 'x' },
    ...{ expected: 'y', scores, metadata: { model: 'claude' }, error: null },
    ...more,
  });
  const rows = [
    span('1', 'Why?', { Exact: 1, Levenshtein: 0.9 }),
    span('2', { question: 'Who?' }, { Exact: 0, Levenshtein: 0.4 }),
    span('3', 'How?', { Exact: null, Levenshtein: 0.1 }),
    span('4', 'Where?', null, { error: 'RateLimitError' }),
    span('5', 'inner', null, { is_root: false, root_span_id: '1' }),
  ];

  it('is read by its root spans, one score of several by its name', async () => {
    const file = await write('braintrust.json', rows);
    await expect(read(file)).rejects.toThrow(/row 1.*has the scores "Exact", "Levenshtein"/);
    expect(await read(file, { scoreColumn: 'Exact' })).toMatchObject({
      labels: { 'Why?': '1', 'Who?': '0', 'How?': '-', 'Where?': '-' },
      ...{ models: ['claude'], accuracy: 0.5, remarks: [MODEL_FAILED, JUDGE_FAILED] },
    });
    expect((await read(file, { scoreColumn: 'Levenshtein', threshold: 0.4 })).labels).toMatchObject(
      { 'Why?': '1', 'Who?': '1', 'How?': '0' },
    );
  });

  it('is read as CSV, whose cells are JSON', async () => {
    const csv = `id,span_id,root_span_id,input,output,scores,metadata\n1,s,s,"""Why?""",x,"{""Exact"":1}","{""model"":""claude""}"\n2,t,t,"{""question"":""Who?""}",x,"{""Exact"":0}","{""model"":""claude""}"\n`;
    expect(await read(await write('braintrust.csv', csv))).toMatchObject({
      ...{ labels: { 'Why?': '1', 'Who?': '0' }, models: ['claude'] },
    });
  });
});

describe('true outputs of tools for TypeScript', () => {
  const fixture = (name: string): string =>
    fileURLToPath(new URL(`../../test/fixtures/evals/${name}`, import.meta.url));
  const labels = {
    'What is 2 + 2?': '1',
    'What is 3 * 7?': '0',
    'What is 17 * 23?': '1',
    'What is 5 - 9?': '1',
  };

  it('are read with the accuracy that Braintrust states, its failed task of the only model', async () => {
    const file = fixture('braintrust-eval.json');
    const { summary } = JSON.parse(await readFile(file, 'utf8'));
    const found = await read(file);
    expect(found).toMatchObject({
      labels: { ...labels, 'What is 1 / 0?': '-' },
      ...{ models: ['fake-small'], remarks: [MODEL_FAILED] },
      categories: expect.arrayContaining(['addition', 'multiplication', 'subtraction']),
    });
    expect(found.accuracy).toBe(summary.scores.ExactMatch.score);
  });

  it('are read as LangSmith returns them', async () => {
    expect(await read(fixture('langsmith-evaluate.json'))).toMatchObject({
      labels: { ...labels, 'What is 1 / 0?': '-' },
      ...{ models: ['fake-small'], accuracy: 0.75, remarks: [MODEL_FAILED] },
    });
  });

  it('are read as DeepEval returns them, which names no model', async () => {
    const file = fixture('deepeval-evaluate.json');
    await expect(read(file)).rejects.toThrow(/does not name the model/);
    expect(await read(file, { model: 'fake-small' })).toMatchObject({
      ...{ labels, models: ['fake-small'], accuracy: 0.75 },
    });
  });
});

it('reads an experiment of LangSmith', async () => {
  const row = (question: string, score: number | null, error: string | null = null) => ({
    run: {
      ...{ id: question, inputs: { question }, outputs: error ? null : { answer: 'x' }, error },
      extra: { metadata: { ls_model_name: 'gpt-4o' } },
    },
    example: { id: `e-${question}`, inputs: { question }, outputs: { answer: 'y' } },
    evaluation_results: { results: [{ key: 'correct', score, comment: 'c' }] },
  });
  const rows = [row('Why?', 1), row('Who?', 0), row('How?', null, 'Timeout'), row('When?', null)];
  const wanted = { labels: { 'Why?': '1', 'Who?': '0', 'How?': '-', 'When?': '-' }, accuracy: 0.5 };
  expect(await read(await write('langsmith.jsonl', lines(...rows)))).toMatchObject({
    ...{ ...wanted, models: ['gpt-4o'], remarks: [MODEL_FAILED, JUDGE_FAILED] },
  });
  const typescript = rows.map(({ evaluation_results, ...rest }) => ({
    ...{ ...rest, evaluationResults: evaluation_results },
  }));
  expect(await read(await write('langsmith.json', typescript))).toMatchObject(wanted);
});

describe('an export of Langfuse', () => {
  it('has scores of traces, and leaves out what is not scored', async () => {
    const trace = (id: string, question: string, scores: unknown) => ({
      ...{ id, name: 'support', sessionId: null, projectId: 'p', output: 'x', scores },
      input: { messages: [{ role: 'user', content: question }] },
      observations: [
        { type: 'SPAN', name: 's' },
        { type: 'GENERATION', model: 'gpt-4o' },
      ],
    });
    const score = (value: number) => [
      { id: 's', traceId: 't', name: 'correct', value, dataType: 'BOOLEAN', source: 'EVAL' },
    ];
    const file = await write('langfuse.json', {
      data: [
        trace('1', 'Why?', score(1)),
        trace('2', 'Who?', { correct: [0] }),
        trace('3', 'How?', []),
      ],
      meta: { page: 1 },
    });
    expect(await read(file)).toMatchObject({
      labels: { 'Why?': '1', 'Who?': '0' },
      ...{ models: ['gpt-4o'], categories: ['support'], accuracy: 0.5 },
    });
  });

  it('is refused where it has scores alone', async () => {
    const score = { id: 's', traceId: 't', name: 'correct', value: 1, dataType: 'NUMERIC' };
    await expect(read(await write('scores.jsonl', lines(score)))).rejects.toThrow(
      /row 1: has Langfuse scores without the questions/,
    );
  });
});

describe('a run of HELM', () => {
  const instance = (id: string, text: string) => ({
    ...{ id, split: 'test', input: { text } },
    references: [
      { output: { text: 'four' }, tags: ['correct'] },
      { output: { text: 'five' }, tags: [] },
    ],
  });
  const stat = (name: string, mean: number) => ({
    name: { name, split: 'test' },
    count: 1,
    sum: mean,
    mean,
  });
  const spec = (model: string) => ({
    name: `mmlu:subject=algebra,method=joint,model=${model}`,
    adapter_spec: { method: 'multiple_choice_joint', model },
  });
  const prediction = (instance_id: string, exact_match: number, more: object = {}) => ({
    ...{ instance_id, train_trial_index: 0, predicted_text: ' A', stats: { exact_match } },
    ...more,
  });
  const first = 'helm/runs/v1/mmlu:model=a';
  const second = 'helm/runs/v1/mmlu:model=b';

  it('is found in its folders, with the accuracy of its stats.json', async () => {
    const instances = [
      instance('id1', '2 + 2?'),
      instance('id2', '1 + 3?'),
      instance('id3', '0 + 4?'),
    ];
    await write(`${first}/run_spec.json`, spec('org/a'));
    await write(`${first}/instances.json`, instances);
    await write(`${first}/display_predictions.json`, [
      ...[prediction('id1', 1), prediction('id2', 0), prediction('id3', 1)],
      prediction('id1', 0, { perturbation: { name: 'typos' } }),
    ]);
    await write(`${first}/stats.json`, [{ ...stat('exact_match', 2 / 3), count: 3, sum: 2 }]);
    await write(`${second}/run_spec.json`, spec('org/b'));
    await write(`${second}/scenario_state.json`, {
      adapter_spec: spec('org/b').adapter_spec,
      request_states: instances.map((each) => ({
        ...{ instance: each, train_trial_index: 0, result: { completions: [{ text: ' A' }] } },
      })),
    });
    await write(`${second}/per_instance_stats.json`, [
      {
        instance_id: 'id1',
        train_trial_index: 0,
        stats: [stat('exact_match', 0), stat('num_bytes', 9)],
      },
      { instance_id: 'id2', train_trial_index: 0, stats: [stat('exact_match', 1)] },
      { instance_id: 'id3', train_trial_index: 0, stats: [] },
    ]);
    const found = await readEvaluations(join(folder, 'helm'));
    expect(found.models.map(({ name }) => name)).toEqual(['org/a', 'org/b']);
    expect([...found.correctness.labels]).toEqual([1, 0, 0, 1, 1, 255]);
    expect(found.questions[0]).toEqual({
      ...{
        id: 'mmlu:subject=algebra,method=joint id1',
        category: 'mmlu:subject=algebra,method=joint',
      },
      prompt: '2 + 2?\nA. four\nB. five',
    });
    const { accuracy } = await read(join(folder, first, 'display_predictions.json'));
    expect(accuracy).toBeCloseTo(2 / 3, 12);
    const state = await read(join(folder, second, 'scenario_state.json'));
    expect(state).toMatchObject({ accuracy: 0.5, remarks: [MODEL_FAILED] });
    await expect(
      read(join(folder, first, 'display_predictions.json'), { scoreColumn: 'f1' }),
    ).rejects.toThrow(/has no f1, but the metrics exact_match/);
  });

  it('is refused without its questions', async () => {
    const alone = await write('helm-alone/display_predictions.json', [prediction('id1', 1)]);
    await expect(read(alone)).rejects.toThrow(/no instances\.json or scenario_state\.json/);
  });
});

describe('Parquet', () => {
  const parquet = async (name: string, query: string, options = ''): Promise<string> => {
    const file = await write(name, '');
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    await connection.run(`COPY (${query}) TO '${file}' (FORMAT parquet${options})`);
    connection.closeSync();
    return file;
  };
  const time = '2024-01-02T03-04-05.678901';

  it('of lighteval is read by task and model, with the mean of its metric', async () => {
    const file = `lighteval/details/org/m-7b/${time}/details_leaderboard|arc:challenge|25_${time}.parquet`;
    await parquet(
      file,
      `SELECT * FROM (VALUES ('2 + 2?', 'Q: 2 + 2?', {'acc': 1, 'acc_norm': 0}, ['4']),
       ('1 + 3?', 'Q: 1 + 3?', {'acc': 1, 'acc_norm': 1}, ['5']), ('0 + 4?', 'Q: 0 + 4?', {'acc': 0, 'acc_norm': 0}, ['4']))
       AS t(example, full_prompt, metrics, predictions)`,
    );
    const found = await readEvaluations(join(folder, 'lighteval'));
    expect(found.models).toEqual([{ name: 'org/m-7b' }]);
    expect(found.questions[0]).toMatchObject({ prompt: '2 + 2?', category: 'arc:challenge' });
    expect([...found.correctness.labels]).toEqual([1, 1, 0]);
    expect(await read(join(folder, file), { scoreColumn: 'acc_norm', model: 'm' })).toMatchObject({
      labels: { '2 + 2?': '0', '1 + 3?': '1', '0 + 4?': '0' },
      models: ['m'],
    });
    const printed = await parquet(
      `details_org__n/${time}/details_harness|gsm8k|5_${time}.parquet`,
      `SELECT 'x' AS example, 'y' AS full_prompt, '{''acc'': 1.0, ''note'': None}' AS metrics`,
    );
    expect(await read(printed)).toMatchObject({
      models: ['org/n'],
      accuracy: 1,
      categories: ['gsm8k'],
    });
  });

  it.each(['snappy', 'gzip', 'zstd', 'brotli', 'uncompressed'])(
    'is a table too, %s',
    async (codec) => {
      const file = await parquet(
        `table-${codec}.parquet`,
        `SELECT 'q' || i AS question_id, 'Why ' || i || '?' AS prompt, 'm' AS model, (i % 2)::BIGINT AS correct,
       10::BIGINT AS output_tokens FROM range(5000) t(i)`,
        `, CODEC '${codec}', ROW_GROUP_SIZE 2048`,
      );
      const { questions, models, correctness } = await readEvaluations(file);
      expect(questions).toHaveLength(5000);
      expect(models).toEqual([{ name: 'm', meanOutputTokens: 10 }]);
      expect(correctness.get(1, 0)).toBe(1);
    },
  );

  it('is refused where two columns are damaged, and the process continues', async () => {
    const query = "SELECT 'q' || range AS question, 'm' AS model, 1 AS correct, 'c' AS category";
    const file = await parquet('two-faults.parquet', `${query} FROM range(9)`);
    const bytes = await readFile(file);
    // Behind the schema: the type of one column becomes unknown, the name of the next another.
    bytes[bytes.lastIndexOf('correct') - 7] = 0x14;
    bytes.write('X', bytes.lastIndexOf('category'));
    await writeFile(file, bytes);
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    try {
      await expect(read(file)).rejects.toThrow(/is not a readable Parquet file/);
      await new Promise((resolve) => setTimeout(resolve, 50));
    } finally {
      process.off('unhandledRejection', unhandled);
    }
    expect(unhandled).not.toHaveBeenCalled();
  });

  it('is refused where it is damaged', async () => {
    const cut = await write('cut.parquet', 'PAR1 and then nothing');
    await expect(read(cut)).rejects.toThrow(/cut\.parquet: is not a readable Parquet file/);
  });
});

describe('tables of routing benchmarks and RAGAS', () => {
  it('are read with their own names of columns', async () => {
    const bench = await write(
      'routerbench.csv',
      `sample_id,prompt,eval_name,gpt-4,mistralai/mixtral-8x7b-chat,gpt-4|model_response,mistralai/mixtral-8x7b-chat|model_response,gpt-4|total_cost,mistralai/mixtral-8x7b-chat|total_cost,oracle_model_to_route_to
mmlu.1,"['Why?']",mmlu-law,1.0,0.0,A,B,0.001,0.0001,gpt-4
mmlu.2,"['Who?']",mmlu-law,0.0,1.0,C,B,0.002,0.0002,mistralai/mixtral-8x7b-chat
`,
    );
    const found = await read(bench);
    expect(found).toMatchObject({
      models: ['gpt-4', 'mistralai/mixtral-8x7b-chat'],
      categories: ['mmlu-law'],
    });
    expect(Object.values(found.labels)).toEqual(['10', '01']);
    const router = await write(
      'llmrouter.jsonl',
      lines(
        ...[1, 0].map((performance, i) => ({
          ...{ task_name: 'gsm8k', query: 'How many?', ground_truth: '4', metric: 'gsm8k' },
          ...{
            model_name: `m${i}`,
            response: '4',
            token_num: 90,
            input_tokens: 50,
            output_tokens: 40,
          },
          ...{ response_time: 1.2, performance, embedding_id: 0 },
        })),
      ),
    );
    expect(await read(router)).toMatchObject({
      ...{ labels: { 'How many?': '10' }, models: ['m0', 'm1'], categories: ['gsm8k'] },
    });
    const ragas = await write(
      'ragas.csv',
      'user_input,retrieved_contexts,response,reference,faithfulness,answer_relevancy\nWhy?,"[\'c\']",x,y,1.0,0.91\nWho?,"[\'c\']",x,y,0.25,\n',
    );
    expect(
      await read(ragas, { model: 'mine', scoreColumn: 'faithfulness', threshold: 0.5 }),
    ).toMatchObject({ labels: { 'Why?': '1', 'Who?': '0' }, models: ['mine'] });
  });
});
