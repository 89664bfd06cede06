import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { modelAccuracies, type Progress } from '@embedllm/core';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, it } from 'vitest';
import { type EvaluationFolder, inspectQuality, readEvaluationFolder } from '../src/index.js';

const directory =
  process.env.EMBEDLLM_ZEROEVAL ??
  fileURLToPath(new URL('../../../../shared/data/zeroeval', import.meta.url));

describe.skipIf(!existsSync(directory))('reading the ZeroEval folder', () => {
  let folder: EvaluationFolder;
  const progress: Progress[] = [];

  beforeAll(async () => {
    folder = await readEvaluationFolder(directory, { onProgress: (p) => progress.push(p) });
  });

  it('finds all questions, models and labels', () => {
    expect(folder.report).toMatchObject({
      rows: 128_465,
      duplicates: 0,
      questions: 2840,
      models: 55,
      labels: 128_465,
      questionsWithoutPrompt: [],
      questionsWithoutResponse: [],
      modelsWithoutResponse: [],
    });
    expect(folder.report.coverage).toBeCloseTo(128_465 / (2840 * 55), 12);
    expect(folder.correctness.countObserved()).toBe(128_465);
    const sizes = folder.report.categories.map(({ category, questions }) => [category, questions]);
    expect(new Map(sizes as [string, number][])).toEqual(
      new Map([
        ['crux', 800],
        ['gsm', 1319],
        ['math-l5', 721],
      ]),
    );
  });

  it('reads the fixed split and one embedding per question', () => {
    const { train, validation, test } = folder.split ?? { train: [], validation: [], test: [] };
    expect([train.length, validation.length, test.length]).toEqual([2272, 284, 284]);
    expect(new Set([...train, ...validation, ...test]).size).toBe(2840);
    expect([folder.embeddings?.rows, folder.embeddings?.cols]).toEqual([2840, 256]);
  });

  it('agrees with the accuracy and the response count that models.csv states', async () => {
    const stated: Record<string, string>[] = parse(await readFile(`${directory}/models.csv`), {
      columns: true,
    });
    const accuracies = modelAccuracies(folder.correctness);
    expect(folder.models.map(({ name }) => name)).toEqual(stated.map((row) => row.model_name));
    for (const [index, row] of stated.entries()) {
      expect(Math.abs((accuracies[index] as number) - Number(row.accuracy))).toBeLessThan(
        0.5001e-4,
      );
      const answered = folder.questions.filter(
        (_, question) => folder.correctness.get(question, index) !== undefined,
      ).length;
      expect(answered).toBe(Number(row.responses));
    }
  });

  it('keeps what is known about each model', () => {
    const athene = folder.models.find(({ name }) => name === 'Athene-70B');
    expect(athene).toMatchObject({
      family: 'llama',
      parametersBillion: 70,
      pricePerMillionOutputTokens: 0.9,
    });
  });

  it('gives the mean output length of each model', async () => {
    const records: Record<string, string>[] = parse(
      gunzipSync(await readFile(`${directory}/responses.csv.gz`)),
      { columns: true },
    );
    for (const { name, metadata } of folder.models) {
      const lengths = records
        .filter((record) => record.model_name === name && record.output_chars !== '')
        .map((record) => Number(record.output_chars));
      const mean = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
      expect(metadata?.meanOutputChars).toBeCloseTo(mean, 6);
    }
  });

  it('reports every byte', () => {
    const last = progress.at(-1);
    expect(last?.done).toBeGreaterThan(0);
    expect(last?.done).toBe(last?.total);
  });
});

describe.skipIf(!existsSync(directory))('the quality of the ZeroEval data', () => {
  it('has no duplicates, four pairs of similar questions, and one that leaks into validation', async () => {
    const folder = await readEvaluationFolder(directory);
    const report = await inspectQuality(folder, { split: folder.split });
    expect(report.labelCount).toBe(128_465);
    expect(report.duplicates.groups.total).toBe(0);
    const pairs = report.nearDuplicates[0]?.pairs.listed ?? [];
    expect(pairs.map(({ first, second }) => `${first.id} ${second.id}`).sort()).toEqual([
      '2367 2392',
      '2425 2432',
      '2425 2481',
      '2432 2481',
    ]);
    expect(report.leakage?.counts.map(({ same, near }) => [same, near])).toEqual([
      [0, 0],
      [0, 1],
      [0, 0],
    ]);
  });
});
