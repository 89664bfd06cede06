import { CorrectnessMatrix, type EvaluationDataset, Matrix, MISSING } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { inspectQuality } from './inspect-quality.js';
import { renderQualityReport } from './render-quality-report.js';

const fails = (code: string): unknown => expect.objectContaining({ code });
const long = Array.from({ length: 40 }, (_, index) => `word${index}`);

/** Rows of labels: 1, 0 or - for none. */
function datasetOf(rows: readonly (readonly [string, string, string])[]): EvaluationDataset {
  const models = [...(rows[0]?.[2] ?? '')].map((_, index) => ({ name: `m${index}` }));
  return {
    questions: rows.map(([category, prompt], index) => ({ id: `q${index}`, category, prompt })),
    models,
    correctness: new CorrectnessMatrix({
      questions: rows.map((_, index) => `q${index}`),
      models: models.map(({ name }) => name),
      labels: Uint8Array.from(
        rows.flatMap(([, , labels]) =>
          [...labels].map((label) => (label === '-' ? MISSING : Number(label))),
        ),
      ),
    }),
  };
}

const dataset = datasetOf([
  ['math', 'How much is 2 + 2?', '111-'],
  ['math', 'How  much is\n2 + 2?', '101-'],
  ['math', 'How much is 2 + 3?', '0000'],
  ['code', long.join(' '), '1-0-'],
  ['code', long.with(39, 'other').join(' '), '110-'],
  ['code', '', '-1--'],
  ['code', 'Something else.', '0110'],
]);
const split = { train: [0, 3, 5], validation: [2], test: [1, 4, 6] };
const options = { minimumModelLabels: 3, split };

describe('inspectQuality', () => {
  it('counts labels overall, by category and by model', async () => {
    const report = await inspectQuality(dataset, options);
    expect(report).toMatchObject({ questionCount: 7, modelCount: 4, labelCount: 20 });
    expect(report.coverage).toBeCloseTo(20 / 28);
    expect(report.accuracy).toBeCloseTo(11 / 20);
    expect(report.categories).toEqual([
      { category: 'math', questionCount: 3, labelCount: 10, coverage: 10 / 12, accuracy: 0.5 },
      { category: 'code', questionCount: 4, labelCount: 10, coverage: 10 / 16, accuracy: 0.6 },
    ]);
    expect(report.models[1]).toEqual({
      name: 'm1',
      labelCount: 6,
      coverage: 6 / 7,
      accuracy: 4 / 6,
    });
  });

  it('lists models, categories and questions with few labels', async () => {
    const report = await inspectQuality(dataset, options);
    expect(report.modelsWithFewLabels.listed.map(({ name }) => name)).toEqual(['m3']);
    expect(
      report.questionsWithFewLabels.listed.map(({ id, labelCount }) => [id, labelCount]),
    ).toEqual([
      ['q3', 2],
      ['q5', 1],
    ]);
    expect(report.gaps.listed).toEqual([
      { model: 'm3', category: 'math', labelCount: 1, questionCount: 3 },
      { model: 'm3', category: 'code', labelCount: 1, questionCount: 4 },
    ]);
    expect(report.emptyPrompts.listed.map(({ id }) => id)).toEqual(['q5']);
  });

  it('lists questions that all or none answer correctly, of those with enough labels', async () => {
    const report = await inspectQuality(dataset, options);
    expect(report.allCorrect.listed.map(({ id }) => id)).toEqual(['q0']);
    expect(report.noneCorrect.listed.map(({ id }) => id)).toEqual(['q2']);
  });

  it('finds texts that several questions have, and labels that contradict each other there', async () => {
    const { duplicates } = await inspectQuality(dataset, options);
    expect(duplicates.groups.total).toBe(1);
    expect(duplicates.groups.listed[0]).toMatchObject({
      questions: ['q0', 'q1'],
      categories: ['math'],
    });
    expect(duplicates).toMatchObject({ questionCount: 2, comparisons: 3 });
    expect(duplicates.conflicts).toEqual({
      total: 1,
      listed: [{ model: 'm1', correct: 'q0', incorrect: 'q1' }],
    });
  });

  it('finds similar questions, and what leaks from one part of the split to another', async () => {
    const { nearDuplicates, leakage, findings } = await inspectQuality(dataset, options);
    expect(nearDuplicates[0]?.pairs.listed).toMatchObject([
      { first: { id: 'q3' }, second: { id: 'q4' }, similarity: expect.closeTo(37 / 39) },
    ]);
    expect(nearDuplicates[0]).toMatchObject({ groupCount: 2, questionCount: 4 });
    expect(leakage?.counts).toEqual([
      { from: 'train', to: 'test', same: 1, near: 1, share: 2 / 3 },
      { from: 'train', to: 'validation', same: 0, near: 0, share: 0 },
      { from: 'validation', to: 'test', same: 0, near: 0, share: 0 },
    ]);
    expect(leakage?.questions.listed.map(({ question, other }) => [question.id, other.id])).toEqual(
      [
        ['q1', 'q0'],
        ['q4', 'q3'],
      ],
    );
    expect(findings.map(({ code }) => code)).toEqual([
      'leakage',
      'conflicts',
      'empty-prompts',
      'few-labels-model',
      'few-labels-question',
      'coverage-gap',
      'unanimous',
      'duplicates',
      'near-duplicates',
    ]);
  });

  it('finds a leak through a question of the same text, and counts each question once', async () => {
    const near = long.with(0, 'x').join(' ');
    const leaking = datasetOf([
      ['a', long.join(' '), '1'],
      ['a', long.join('  '), '1'],
      ['a', near, '1'],
      ['a', `${near} `, '1'],
    ]);
    // The first of each text is in validation; the pair of train and test is only known through them.
    const { leakage } = await inspectQuality(leaking, {
      split: { train: [1], validation: [0, 2], test: [3] },
    });
    expect(leakage?.counts).toEqual([
      { from: 'train', to: 'test', same: 0, near: 1, share: 1 },
      { from: 'train', to: 'validation', same: 1, near: 1, share: 1 },
      { from: 'validation', to: 'test', same: 1, near: 0, share: 1 },
    ]);
  });

  it('compares embeddings too where there are some', async () => {
    const embeddings = new Matrix(
      7,
      2,
      Float32Array.of(1, 0, 1, 0, 1, 0.1, 0, 1, -1, 0, 0, -1, 1, 1),
    );
    const { nearDuplicates, leakage } = await inspectQuality(dataset, { ...options, embeddings });
    expect(nearDuplicates[1]).toMatchObject({ measure: 'cosine', threshold: 0.95 });
    expect(
      nearDuplicates[1]?.pairs.listed.map(({ first, second }) => [first.id, second.id]),
    ).toEqual([['q0', 'q2']]);
    expect(leakage?.counts[1]).toMatchObject({ from: 'train', to: 'validation', same: 0, near: 1 });
  });

  it('cuts lists but not counts, and leaves templates out of excerpts', async () => {
    const template = 'Answer the following question as well as you possibly can: ';
    const many = datasetOf(
      Array.from({ length: 30 }, (_, index) => ['a', `${template}what is thing${index}?`, '1']),
    );
    const { questionsWithFewLabels } = await inspectQuality(many, { listed: 2 });
    expect(questionsWithFewLabels.total).toBe(30);
    expect(questionsWithFewLabels.listed.map(({ excerpt }) => excerpt)).toEqual([
      '… thing0?',
      '… thing1?',
    ]);
  });

  it('says so where there is nothing', async () => {
    const empty = datasetOf([]);
    const report = await inspectQuality(empty);
    expect(report).toMatchObject({ questionCount: 0, coverage: 0, accuracy: undefined });
    expect(report.findings.map(({ code }) => code)).toEqual(['no-labels']);
    expect(renderQualityReport(report)).toContain('No model has any labels');
  });

  it('refuses options that are out of range', async () => {
    const bad: Parameters<typeof inspectQuality>[1][] = [
      { listed: -1 },
      { minimumModelLabels: 0.5 },
      { minimumCategoryCoverage: 2 },
      { split: { train: [0, 7], validation: [], test: [] } },
      { split: { train: [0], validation: [], test: [0] } },
      { nearDuplicates: { threshold: 0 } },
    ];
    for (const options of bad) {
      await expect(inspectQuality(dataset, options)).rejects.toEqual(fails('invalid-argument'));
    }
    await expect(inspectQuality(dataset, { embeddings: new Matrix(2, 2) })).rejects.toEqual(
      fails('shape-mismatch'),
    );
  });

  it('stops on the signal', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(inspectQuality(dataset, { signal })).rejects.toThrow('enough');
  });
});

describe('renderQualityReport', () => {
  it('has a section for each kind of finding, in Markdown and in text', async () => {
    const report = await inspectQuality(dataset, options);
    const markdown = renderQualityReport(report);
    expect(markdown).toContain('| math | 3 | 10 | 83.3% | 50.0% |');
    expect(markdown).toContain('| test | train | 1 | 1 | 66.7% |');
    expect(markdown).toContain('## Texts shared by several questions: 1');
    const text = renderQualityReport(report, { format: 'text' });
    expect(text).toContain('math              3      10     83.3%    50.0%');
    expect(text).not.toContain('|');
  });

  it('lets names and texts add no markup', async () => {
    const hostile =
      '<img src=x onerror=alert(1)> | `code` **bold** [a](javascript:b)\u0000\n# heading';
    const report = await inspectQuality(
      datasetOf([
        [hostile, hostile, '0'],
        [hostile, hostile, '1'],
      ]),
    );
    const markdown = renderQualityReport(report);
    for (const markup of [
      /<img/,
      /\p{Cc}(?<!\n)/u,
      /^# heading/m,
      /[^\\]`/,
      /[^\\]\*/,
      /[^\\]\[a/,
    ]) {
      expect(markdown).not.toMatch(markup);
    }
    for (const row of markdown.split('\n').filter((line) => line.startsWith('| &lt;'))) {
      expect(row.replace(/\\\|/g, '').split('|')).toHaveLength(7);
    }
  });
});
