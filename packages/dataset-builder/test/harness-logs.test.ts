import { cp, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CorrectnessMatrix, EvaluationDataset } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { readHarnessLogs, readHarnessSamples } from '../src/index.js';
import { temporaryDirectory } from './temporary-directory.js';

const FIXTURES = fileURLToPath(new URL('./fixtures/harness', import.meta.url));
const POOL = join(FIXTURES, 'pool');
const GRADED = join(FIXTURES, 'graded');
const TINY = 'tiny-org/tiny-7b';
const CHAT = 'other/chat-13b';
const MATCHING = { filter: ['strict-match', 'none'] };
const directory = temporaryDirectory();

/** The labels of a model on the questions of a task, in order; `-` where there is none. */
function labels(dataset: EvaluationDataset, model: string, task: string): string {
  const {
    questions,
    correctness,
  }: { questions: EvaluationDataset['questions']; correctness: CorrectnessMatrix } = dataset;
  const column = correctness.models.indexOf(model);
  return questions
    .map(({ id }, row) =>
      id.startsWith(`${task}/`) ? `${correctness.get(row, column) ?? '-'}` : '',
    )
    .join('');
}

describe('readHarnessLogs', () => {
  it('reads multiple choice, generation with filters and groups of several models', async () => {
    const dataset = await readHarnessLogs(POOL, { ...MATCHING, category: 'group' });
    expect(dataset.models.map(({ name }) => name)).toEqual([CHAT, TINY]);
    // acc, not acc_norm.
    expect(labels(dataset, TINY, 'arc_challenge')).toBe('101');
    expect(labels(dataset, CHAT, 'arc_challenge')).toBe('011');
    expect(labels(dataset, TINY, 'mmlu_anatomy')).toBe('10');
    expect(labels(dataset, CHAT, 'mmlu_anatomy')).toBe('--');
    expect(labels(dataset, TINY, 'mmlu_philosophy')).toBe('11');
    // The newest run asked two of the three questions; the older one fills in the third.
    expect(labels(dataset, CHAT, 'gsm8k')).toBe('010');
    expect(labels(dataset, TINY, 'gsm8k')).toBe('100');
    const { report } = dataset;
    expect(report).toMatchObject({ questions: 10, models: 2, labels: 16 });
    expect(report.categories.map(({ category, questions }) => [category, questions])).toEqual([
      ['arc_challenge', 3],
      ['gsm8k', 3],
      ['mmlu', 4],
    ]);
  });

  it('takes another filter, another score and the task as category when asked', async () => {
    const dataset = await readHarnessLogs(POOL, {
      filter: (task) => (task === 'gsm8k' ? 'flexible-extract' : undefined),
      metric: ['acc_norm', 'acc', 'exact_match'],
    });
    expect(labels(dataset, TINY, 'arc_challenge')).toBe('110');
    expect(labels(dataset, TINY, 'gsm8k')).toBe('110');
    expect(labels(dataset, TINY, 'mmlu_anatomy')).toBe('10');
    expect(new Set(dataset.questions.map(({ category }) => category))).toEqual(
      new Set(['arc_challenge', 'gsm8k', 'mmlu_anatomy', 'mmlu_philosophy']),
    );
  });

  it('lets the newest of several runs win where asked, and reports the others', async () => {
    const newestOnly = await readHarnessLogs(POOL, { ...MATCHING, runs: 'newest' });
    expect(labels(newestOnly, CHAT, 'gsm8k')).toBe('01-');
    const { report } = newestOnly;
    const [newest, older] = report.runs.filter(
      ({ model, task }) => model === CHAT && task === 'gsm8k',
    );
    expect(newest).toMatchObject({ version: '3', labels: 2, supersededBy: undefined });
    expect(newest).toMatchObject({ filter: 'strict-match', metric: 'exact_match', shots: 1 });
    expect(older).toMatchObject({
      version: '2',
      samples: 3,
      labels: 0,
      repeated: 1,
      disagreements: 1,
      unused: 1,
      supersededBy: newest?.file,
    });
    expect(report.disagreements).toEqual([
      {
        model: CHAT,
        questionId: expect.stringMatching(/^gsm8k\/[0-9a-f]{64}$/),
        label: 0,
        file: older?.file,
        row: 1,
      },
    ]);
  });

  it('fills in from older runs, and refuses them when asked', async () => {
    const merged = await readHarnessLogs(POOL, { ...MATCHING, runs: 'merge' });
    expect(labels(merged, CHAT, 'gsm8k')).toBe('010');
    expect(merged.report).toEqual((await readHarnessLogs(POOL, MATCHING)).report);
    expect(merged.report.disagreements).toHaveLength(1);
    await expect(readHarnessLogs(POOL, { ...MATCHING, runs: 'refuse' })).rejects.toThrow(
      /another run of other\/chat-13b on gsm8k/,
    );
  });

  it('takes graded scores by a threshold, and only so', async () => {
    const options = { metric: ['acc', 'prompt_level_strict_acc'], threshold: 0.5 };
    const dataset = await readHarnessLogs(GRADED, options);
    expect(labels(dataset, 'graded__9b', 'truthfulqa_mc2')).toBe('10');
    expect(labels(dataset, 'graded__9b', 'ifeval')).toBe('10');
    expect(dataset.report.runs[0]).toMatchObject({ modelFrom: 'folder', version: undefined });
    await expect(readHarnessLogs(GRADED, { metric: options.metric })).rejects.toMatchObject({
      message: expect.stringMatching(/0\.83, a graded score.*threshold/),
      location: { row: 1, field: 'acc' },
    });
  });

  it('has the question with its choices as prompt, without what was shown before it', async () => {
    const { questions } = await readHarnessLogs(POOL, MATCHING);
    const prompts = questions.map(({ prompt }) => prompt);
    expect(prompts).toContain('Which bone is in the thigh?\nA. Femur\nB. Tibia\nC. Ulna\nD. Rib');
    expect(prompts).toContain('What melts at 0 °C?\nA. Iron\nB. Salt\nC. Ice\nD. Sand');
    expect(prompts).toContain('Tom has 3 apples and buys 4 more. How many has he?');
    const sent = await readHarnessLogs(POOL, { ...MATCHING, prompt: (_, text) => text ?? '' });
    expect(sent.questions.map(({ prompt }) => prompt)).toContain(
      'Question: How much is 1 + 1?\nAnswer: 2\n\nQuestion: Tom has 3 apples and buys 4 more. How many has he?\nAnswer:',
    );
  });

  it('names models as the caller says, and joins folders of one model', async () => {
    const { models, report } = await readHarnessLogs(POOL, {
      ...MATCHING,
      modelName: ({ resultsModelName, folder }) =>
        folder === 'other__chat-13b' ? 'chat' : resultsModelName,
    });
    expect(models.map(({ name }) => name)).toEqual(['chat', TINY]);
    expect(report.runs[0]?.modelFrom).toBe('caller');
  });

  it('takes files one by one, and follows links to files but not to folders', async () => {
    const copy = join(directory, 'linked');
    await cp(POOL, copy, { recursive: true });
    await symlink(copy, join(copy, 'circle'));
    expect((await readHarnessLogs(copy, MATCHING)).report.labels).toBe(16);
    const { report } = await readHarnessLogs(MATCHING_FILES, MATCHING);
    expect(report.runs.map(({ model }) => model)).toEqual(['tiny-org/tiny-7b']);
    await rm(copy, { recursive: true });
  });

  it('says how far it has come, and stops when asked', async () => {
    const seen: number[] = [];
    await readHarnessLogs(POOL, {
      ...MATCHING,
      onProgress: ({ done, total }) => seen.push(done / total),
    });
    expect(seen.at(-1)).toBe(1);
    expect([...seen].sort((a, b) => a - b)).toEqual(seen);
    const controller = new AbortController();
    const stopped = readHarnessLogs(POOL, {
      ...MATCHING,
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('enough')),
    });
    await expect(stopped).rejects.toThrow('enough');
  });
});

const MATCHING_FILES = [
  join(POOL, 'tiny-org__tiny-7b/samples_gsm8k_2024-06-25T12-30-00.123456.jsonl'),
];

describe('readHarnessSamples', () => {
  it('streams the samples of one file', async () => {
    const samples = [];
    for await (const sample of readHarnessSamples(MATCHING_FILES[0] as string, {
      filter: 'flexible-extract',
    })) {
      samples.push(sample);
    }
    expect(samples.map(({ correct, row, docId }) => [docId, row, correct])).toEqual([
      [0, 4, true],
      [1, 5, true],
      [2, 6, false],
    ]);
    expect(samples[0]).toMatchObject({
      task: 'gsm8k',
      filter: 'flexible-extract',
      metric: 'exact_match',
      score: 1,
      prompt: 'Tom has 3 apples and buys 4 more. How many has he?',
    });
    const { questions } = await readHarnessLogs(POOL, MATCHING);
    const ids = questions.map(({ id }) => id);
    for (const { questionId } of samples) expect(ids).toContain(questionId);
  });
});
