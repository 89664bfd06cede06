/** Files in the shape that true ones of their tools were seen to have, with content of our own. */
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, it } from 'vitest';
import { resultsFolder } from '../../test/results-folder.js';
import { readAnswers } from '../answers/read-answers.js';
import { readEvaluations } from '../evaluations/read-evaluations.js';
import { type ReadTablesOptions, readTables } from '../tables/read-tables.js';

const { folder, write } = resultsFolder();
const lines = (...rows: object[]): string => rows.map((row) => JSON.stringify(row)).join('\n');

/** Labels by question, one character for each model. */
async function read(file: string, options: ReadTablesOptions = {}) {
  const { questions, models, correctness, tables } = await readTables(file, options);
  const labels = questions.map(({ prompt }, q) => [
    prompt,
    models.map((_, m) => correctness.get(q, m) ?? '-').join(''),
  ]);
  return { labels: Object.fromEntries(labels), questions, models, table: tables[0] };
}

describe('a test run of DeepEval for Python', () => {
  const metric = (name: string, success: boolean) => ({
    ...{ name, threshold: 0.5, success, score: success ? 1 : 0.2, reason: 'r', strictMode: false },
    ...{ evaluationModel: 'judge', evaluationCost: 0.001, verboseLogs: 'Steps: …' },
  });
  const testRunData = {
    testFile: 'test_sums.py',
    testCases: ['1 + 1?', '2 + 2?', '3 + 3?'].map((input, order) => ({
      ...{ name: `test_case_${order}`, input, actualOutput: 'x', expectedOutput: 'y' },
      ...{ success: order > 0, metricsData: [metric('Correctness [GEval]', order > 0)] },
      ...{ runDuration: 0.5, evaluationCost: 0.001, order },
    })),
    conversationalTestCases: [],
    metricsScores: [
      { metric: 'Correctness [GEval]', scores: [0.2, 1, 1], passes: 2, fails: 1, errors: 0 },
    ],
    ...{ prompts: [], testPassed: 2, testFailed: 1, runDuration: 1.5, evaluationCost: 0.003 },
  };

  it('counts what its metricsScores count, and says which score that is', async () => {
    const file = await write('.deepeval/.latest_test_run.json', { testRunData });
    const { labels, table } = await read(file, { model: 'mine' });
    expect(labels).toEqual({ '1 + 1?': '0', '2 + 2?': '1', '3 + 3?': '1' });
    expect(table?.understood).toMatch(/DeepEval results.*, label=success$/);
  });

  it('has answers of a model that is named elsewhere', async () => {
    const file = await write('answers/.latest_test_run.json', { testRunData });
    const answers = await readAnswers(file);
    expect(answers).toHaveLength(3);
    expect(answers[1]).toMatchObject({ prompt: '2 + 2?', outcome: 1, model: undefined });
  });

  it('that is kept on its server is refused with what writes it into a folder', async () => {
    const file = await write('linked/.latest_test_run.json', {
      testRunLink: 'https://example.com/project/p/test-runs/r/test-cases',
    });
    await expect(read(file, { model: 'mine' })).rejects.toThrow(
      /field testRunLink: has the link to a test run .* Set DEEPEVAL_RESULTS_FOLDER/,
    );
  });
});

it('reads a log of OpenAI Evals whose report stands before its events', async () => {
  const event = (event_id: number, sample_id: string, type: string, data: object) => ({
    ...{ run_id: '2304', event_id, sample_id, type, data, created_by: '' },
    created_at: '2023-04-17 22:10:13.127375+00:00',
  });
  const sample = (at: number, question: string, correct: boolean) => [
    event(2 * at, `sums.s1.${at}`, 'sampling', {
      prompt: `Be brief.\nUser: ${question}\nAssistant: `,
      sampled: 'x',
    }),
    event(2 * at + 1, `sums.s1.${at}`, 'match', {
      ...{ correct, expected: '4', picked: correct ? '4' : null, sampled: 'x', options: ['4'] },
    }),
  ];
  const file = await write(
    'evals.jsonl',
    lines(
      {
        spec: {
          ...{ completion_fns: ['gpt-4'], eval_name: 'sums.s1.v0', base_eval: 'sums', split: 's1' },
          ...{ run_config: { seed: 1, max_samples: null }, created_by: '', run_id: '2304' },
        },
      },
      { final_report: { accuracy: 1 / 3 } },
      ...[sample(2, '1 + 3?', false), sample(1, '2 + 2?', true), sample(0, '3 + 1?', false)].flat(),
    ),
  );
  const { labels, models, table } = await read(file);
  expect(models).toEqual([{ name: 'gpt-4' }]);
  expect(Object.values(labels)).toEqual(['0', '1', '0']);
  expect(table?.understood).toMatch(/label=correct$/);
});

describe('a table of RAGAS', () => {
  const contexts = '"[\'One passage\\n\\nof two.\', \\"It\'s another.\\"]"'.replaceAll('\\"', '""');

  it('has a model and a metric to name, and misses what its judge did not give', async () => {
    const file = await write(
      'ragas_results.csv',
      `user_input,retrieved_contexts,response,reference,faithfulness,answer_relevancy\nWhy?,${contexts},x,y,1.0,0.91\nWho?,${contexts},x,y,,0.5\nHow?,${contexts},x,y,0.25,\n`,
    );
    await expect(read(file, { scoreColumn: 'faithfulness', threshold: 0.5 })).rejects.toThrow(
      /does not name the model. Name it with model/,
    );
    await expect(read(file, { model: 'mine' })).rejects.toThrow(
      /has the scores "faithfulness", "answer_relevancy"\. Choose one with scoreColumn/,
    );
    await expect(read(file, { model: 'mine', scoreColumn: 'faithfulness' })).rejects.toThrow(
      /the score 0\.25 is neither right .* threshold/,
    );
    const options = { model: 'mine', scoreColumn: 'faithfulness', threshold: 0.5 };
    const { labels, table } = await read(file, options);
    expect(labels).toEqual({ 'Why?': '1', 'Who?': '-', 'How?': '0' });
    expect(table).toMatchObject({
      remarks: ['1 answer is missing because the judge failed.'],
      understood: expect.stringMatching(/RAGAS results, question=user_input, label=faithfulness$/),
    });
  });

  it('may have chats as Python prints them, and the names of its first version', async () => {
    const chats = await write(
      'ragas-chats.csv',
      `user_input,response,synthesizer_name,goal_accuracy\n"[{'content': 'Book a ""table"".', 'type': 'human'}, {'content': 'Where?', 'type': 'ai'}, {'content': 'At Noma\\'s.', 'type': 'human'}]",x,multi,1\n`,
    );
    const found = await read(chats, { model: 'mine' });
    expect(found.labels).toEqual({ 'Book a "table".\n\nWhere?\n\nAt Noma\'s.': '1' });
    expect(found.questions[0]?.category).toBe('multi');
    const first = await write(
      'ragas-0.1.csv',
      `question,answer,contexts,ground_truth,context_recall\nWhy?,x,${contexts},y,1.0\nWho?,x,${contexts},y,nan\n`,
    );
    expect((await read(first, { model: 'mine' })).labels).toEqual({ 'Why?': '1', 'Who?': '-' });
  });

  it('is a table of its own where it names the models', async () => {
    const file = await write(
      'ragas-models.csv',
      'user_input,response,llm,correct\nWhy?,x,a,1\nWhy?,x,b,0\n',
    );
    expect((await read(file)).labels).toEqual({ 'Why?': '10' });
  });
});

it('reads a run of HELM by the splits whose accuracies its stats.json states', async () => {
  const run = 'helm/runs/v1/mmlu:subject=logic,model=openai_gpt2';
  const model = { model: 'openai/gpt2', model_deployment: 'huggingface/gpt2' };
  const name = 'mmlu:subject=logic,method=multiple_choice_joint,model=openai_gpt2';
  const ids = ['id147', 'id281', 'id12', 'id5'];
  const splitOf = (at: number): string => (at === 3 ? 'valid' : 'test');
  await write(`${run}/run_spec.json`, { name, adapter_spec: { method: 'joint', ...model } });
  await write(`${run}/scenario_state.json`, {
    adapter_spec: { method: 'joint', ...model },
    request_states: ids.map((id, at) => ({
      instance: {
        ...{ input: { text: `Which of these follows, ${at}?` }, split: splitOf(at), id },
        references: [
          { output: { text: 'This' }, tags: [] },
          { output: { text: 'That' }, tags: ['correct'] },
        ],
      },
      ...{ request_mode: 'original', train_trial_index: 0, num_train_instances: 0 },
      output_mapping: { A: 'This', B: 'That' },
      result: { success: true, completions: [{ text: ' A', logprob: -1, tokens: [] }] },
    })),
  });
  const stat = (stat: string, mean: number, at: number) => ({
    ...{ name: { name: stat, split: splitOf(at) }, count: 1, sum: mean, sum_squared: mean },
    ...{ min: mean, max: mean, mean, variance: 0, stddev: 0 },
  });
  await write(
    `${run}/per_instance_stats.json`,
    ids.map((instance_id, at) => ({
      ...{ instance_id, train_trial_index: 0 },
      stats: [
        ...[stat('num_references', 4, at), stat('exact_match', at === 0 ? 1 : 0, at)],
        ...[stat('quasi_exact_match', at === 0 ? 1 : 0, at), stat('num_bytes', 2, at)],
      ],
    })),
  );
  const { models, correctness, questions } = await readEvaluations(join(folder, 'helm'));
  expect(models).toEqual([{ name: 'openai/gpt2' }]);
  expect([...correctness.labels]).toEqual([1, 0, 0, 0]);
  expect(questions[0]).toMatchObject({
    prompt: 'Which of these follows, 0?\nA. This\nB. That',
    category: 'mmlu:subject=logic,method=multiple_choice_joint',
  });
});

it('reads details of lighteval by task, with a suite before it and without', async () => {
  const time = '2026-01-02T14-43-47.148527';
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const detail = (query: string, acc: number): string =>
    `({'query': '${query}', 'choices': [' A', ' B'], 'gold_index': [0], 'specific': NULL, 'num_samples': 1}, {'acc': ${acc}.0},
      {'input': '${query} Answer:', 'text': [' A'], 'logprobs': [-0.1, -2.0]})`;
  const tasks = ['agieval:aqua-rat|0', 'lighteval|gsm8k|5', 'leaderboard|arc:challenge|25|0'];
  for (const [at, task] of tasks.entries()) {
    const file = await write(`new/details/org/m/${time}/details_${task}_${time}.parquet`, '');
    await connection.run(
      `COPY (SELECT * FROM (VALUES ${detail(`1 + ${at}?`, 1)}, ${detail(`2 + ${at}?`, 0)}) AS t(doc, metric, model_response))
       TO '${file}' (FORMAT parquet)`,
    );
  }
  connection.closeSync();
  const { questions, models, correctness } = await readEvaluations(join(folder, 'new'));
  expect(models).toEqual([{ name: 'org/m' }]);
  const of = (wanted: string) =>
    questions.flatMap(({ category }, q) => (category === wanted ? [correctness.get(q, 0)] : []));
  expect(questions).toHaveLength(6);
  for (const task of ['agieval:aqua-rat', 'gsm8k', 'arc:challenge']) {
    expect(of(task)).toEqual([1, 0]);
  }
});

it('reads the prompts of RouterBench as they were asked, not as Python prints their list', async () => {
  const file = await write(
    'routerbench.csv',
    `sample_id,prompt,eval_name,gpt-4,org/small,gpt-4|model_response,org/small|model_response,gpt-4|total_cost,org/small|total_cost,oracle_model_to_route_to
law.val.1,"['Answer with ""A"" or ""B"".\\n\\nWhose is it?\\nA) mine\\nB) yours']",law,1.0,0.0,['A'],['B'],7.5e-05,1e-06,gpt-4
chat.2,"[""Name a river that doesn't freeze."", 'Why?']",chat,1.0,1.0,['x'],['y'],7.5e-05,1e-06,org/small
list.3,[1] or [2]?,chat,0.0,1.0,['x'],['y'],7.5e-05,1e-06,org/small
`,
  );
  const { labels, questions } = await read(file);
  expect(labels).toEqual({
    'Answer with "A" or "B".\n\nWhose is it?\nA) mine\nB) yours': '10',
    "Name a river that doesn't freeze.\n\nWhy?": '11',
    '[1] or [2]?': '01',
  });
  expect(questions.map(({ id }) => id)).toEqual(['law.val.1', 'chat.2', 'list.3']);
});

it('knows questions of LLMRouter by their texts, where only tasks of code have ids', async () => {
  const row = (query: string, task_id: string, model: string, performance: number): string =>
    `code,"${query}",4,em,,${task_id},${model},x,90,50,40,1.2,${performance}`;
  const file = await write(
    'llmrouter.csv',
    [
      'task_name,query,gt,metric,choices,task_id,model_name,response,token_num,input_tokens,output_tokens,response_time,performance',
      ...[row('Add two.', 'HumanEval/0', 'a', 1), row('Add two.', 'HumanEval/0', 'b', 0)],
      ...[row('2 + 2?', '', 'a', 0), row('2 + 2?', '', 'b', 1)],
    ].join('\n'),
  );
  const { labels, table, models } = await read(file);
  expect(labels).toEqual({ 'Add two.': '10', '2 + 2?': '01' });
  expect(table?.remarks).toEqual([
    '"task_id" is empty in some records, so questions are identified by "query".',
  ]);
  expect(models[0]).toEqual({ name: 'a', meanOutputTokens: 40 });
});
