// Every p-value must be uniform where there is nothing to find, or at least not too often small.
import { CorrectnessMatrix, Matrix, Random } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import {
  duplicateModels,
  groupCloseness,
  modelDistances,
  probeAttribute,
  separatingQuestions,
  verifyModel,
} from '../src/index.js';
import { excessOfSmallPValues, kolmogorovStatistic } from '../src/statistics/uniformity.fixture.js';

/** Exceeded by one sample of uniform p-values in a thousand. */
const TWO_SIDED = 1.95;
const ONE_SIDED = 1.86;

function gaussian(random: Random, rows: number, cols: number): Matrix {
  return new Matrix(
    rows,
    cols,
    Float32Array.from({ length: rows * cols }, () => random.normal()),
  );
}

const namesOf = (count: number): string[] => Array.from({ length: count }, (_, i) => `model ${i}`);

describe('groupCloseness', () => {
  const random = new Random(11);
  const labels = Array.from({ length: 16 }, (_, i) => `group ${i % 5}`);
  const strata = Array.from({ length: 16 }, (_, i) => (i < 8 ? 'small' : 'large'));

  it.each([
    ['all permuted', undefined, 0],
    // Sizes differ between strata, and so do the vectors: only strata keep that out.
    ['permuted within strata', strata, 5],
  ])('gives uniform p-values when labels mean nothing, %s', (_, within, shift) => {
    const pValues: number[][] = [[], [], [], []];
    for (let run = 0; run < 500; run++) {
      const embeddings = gaussian(random, 16, 3);
      for (let i = 8; i < 16; i++) embeddings.row(i)[0]! += shift;
      // Shuffled where the null says that they are exchangeable.
      const half = (from: number): string[] => random.shuffle(labels.slice(from, from + 8));
      const drawn = within ? [...half(0), ...half(8)] : random.shuffle([...labels]);
      const { distances } = modelDistances({ embeddings, names: namesOf(16), metric: 'euclidean' });
      const result = groupCloseness({
        distances,
        labels: drawn,
        strata: within,
        permutations: 199,
        seed: run,
      });
      pValues[0]!.push(result.pValue);
      pValues[1]!.push(result.anosim.pValue);
      pValues[2]!.push(result.permanova.pValue);
      pValues[3]!.push(result.groups[0]!.pValue);
      expect(result.groups[0]!.adjustedPValue).toBeGreaterThanOrEqual(result.groups[0]!.pValue);
    }
    for (const list of pValues) expect(kolmogorovStatistic(list)).toBeLessThan(TWO_SIDED);
  });

  it('finds what strata would keep out', () => {
    const embeddings = gaussian(random, 16, 3);
    for (let i = 8; i < 16; i++) embeddings.row(i)[0]! += 5;
    const { distances } = modelDistances({ embeddings, names: namesOf(16), metric: 'euclidean' });
    const options = { distances, labels: strata, seed: 1 };
    expect(groupCloseness(options).pValue).toBe(0.001);
    expect(groupCloseness({ ...options, strata }).pValue).toBe(1);
  });
});

describe('probeAttribute', () => {
  const classes = Array.from({ length: 14 }, (_, i) => `class ${i % 3}`);
  const numbers = Array.from({ length: 14 }, (_, i) => Math.log(1 + i));

  it.each([
    ['ridge', 'classes', classes],
    ['ridge', 'numbers', numbers],
    ['nearest-neighbours', 'classes', classes],
    ['nearest-neighbours', 'numbers', numbers],
  ] as const)(
    'gives uniform p-values when %s has nothing to find in %s',
    async (probe, _, values) => {
      const random = new Random(21);
      const pValues: number[] = [];
      const balanced: number[] = [];
      for (let run = 0; run < 400; run++) {
        const result = await probeAttribute({
          embeddings: gaussian(random, 14, 3),
          names: namesOf(14),
          values: random.shuffle<string | number>([...values]),
          probe,
          permutations: 99,
          seed: run,
        });
        pValues.push(result.pValue);
        if (result.kind === 'classes') balanced.push(result.balancedPValue);
      }
      expect(kolmogorovStatistic(pValues)).toBeLessThan(TWO_SIDED);
      if (balanced.length > 0) expect(kolmogorovStatistic(balanced)).toBeLessThan(TWO_SIDED);
    },
  );
});

/** Answers of independent models of one ability each to questions of one difficulty each. */
function independentAnswers(random: Random, questions: number, models: number): CorrectnessMatrix {
  const abilities = Array.from({ length: models }, () => random.normal());
  const labels = new Uint8Array(questions * models);
  for (let q = 0; q < questions; q++) {
    const difficulty = 2 * random.normal();
    abilities.forEach((ability, m) => {
      labels[q * models + m] = random.uniform() < 1 / (1 + Math.exp(difficulty - ability)) ? 1 : 0;
    });
  }
  return new CorrectnessMatrix({
    questions: Array.from({ length: questions }, (_, q) => `question ${q}`),
    models: namesOf(models),
    labels,
  });
}

describe('duplicateModels', () => {
  it('gives p-values that are no smaller than they may be for independent models', async () => {
    const random = new Random(31);
    const pValues: number[] = [];
    for (let run = 0; run < 120; run++) {
      const correctness = independentAnswers(random, 250, 10);
      const pairs = await duplicateModels({ correctness, count: 45 });
      expect(pairs).toHaveLength(45);
      // One pair of each run, for independence.
      const pair = pairs.find(({ first, second }) => first === 'model 2' && second === 'model 7');
      pValues.push(pair!.pValue);
    }
    expect(excessOfSmallPValues(pValues)).toBeLessThan(ONE_SIDED);
    expect(kolmogorovStatistic(pValues)).toBeLessThan(TWO_SIDED);
  });
});

describe('verifyModel', () => {
  /** Stored labels, a rerun and the API's answers, all drawn from the same probabilities. */
  function threeRuns(random: Random): {
    correctness: CorrectnessMatrix;
    answers: { question: string; outcome: number }[];
    rerun: { question: string; outcome: number }[];
  } {
    const correctness = independentAnswers(random, 120, 6);
    const { questions, models, labels } = correctness;
    const answers = [];
    const rerun = [];
    for (const [q, question] of questions.entries()) {
      const p = random.uniform() ** 0.3;
      const draw = (): number => (random.uniform() < p ? 1 : 0);
      labels[q * models.length] = draw();
      answers.push({ question, outcome: draw() });
      rerun.push({ question, outcome: draw() });
    }
    return { correctness, answers, rerun };
  }

  it('rarely accuses the model that it is, by any test', () => {
    const random = new Random(41);
    const pValues: Record<string, number[]> = {};
    const overall: number[] = [];
    for (let run = 0; run < 600; run++) {
      const { correctness, answers, rerun } = threeRuns(random);
      const options = { claimed: 'model 0', correctness, permutations: 99, seed: run };
      const paired = verifyModel({ ...options, answers, rerun });
      const halves = verifyModel({
        ...options,
        answers: answers.slice(0, 60),
        rerun: rerun.slice(60),
      });
      overall.push(paired.pValue);
      for (const { test, pValue } of paired.tests) {
        pValues[test] ??= [];
        pValues[test].push(pValue);
      }
      const fisher = halves.tests.find(({ test }) => test === 'agreement');
      pValues.fisher ??= [];
      pValues.fisher.push(fisher!.pValue);
    }
    expect(Object.keys(pValues).sort()).toEqual(['accuracy', 'agreement', 'alternative', 'fisher']);
    for (const [test, list] of Object.entries(pValues)) {
      expect(excessOfSmallPValues(list), test).toBeLessThan(ONE_SIDED);
      // Conservative, but of use.
      expect(list.filter((p) => p <= 0.1).length, test).toBeGreaterThan(12);
    }
    expect(excessOfSmallPValues(overall)).toBeLessThan(ONE_SIDED);
  });

  it('with an assumed rate stays conservative where questions differ in it', () => {
    const random = new Random(43);
    const pValues: number[] = [];
    const questions = Array.from({ length: 100 }, (_, q) => `question ${q}`);
    const rates = questions.map((_, q) => (q % 2 ? 0.02 : 0.18));
    for (let run = 0; run < 1000; run++) {
      const labels = Uint8Array.from(questions, () => random.integer(2));
      const correctness = new CorrectnessMatrix({ questions, models: ['model 0'], labels });
      const answers = questions.map((question, q) => ({
        question,
        outcome: random.uniform() < rates[q]! ? 1 - labels[q]! : labels[q]!,
      }));
      const { tests } = verifyModel({
        claimed: 'model 0',
        correctness,
        answers,
        selfAgreement: 0.9,
      });
      pValues.push(tests[1]!.pValue);
    }
    expect(pValues.filter((p) => p <= 0.05).length).toBeLessThanOrEqual(50 + 21);
  });
});

describe('separatingQuestions', () => {
  it('compares two equally able models without false alarms', () => {
    const random = new Random(51);
    const pValues: number[] = [];
    const questions = Array.from({ length: 60 }, (_, q) => ({
      id: `${q}`,
      category: 'all',
      prompt: '',
    }));
    for (let run = 0; run < 1000; run++) {
      const labels = Uint8Array.from({ length: 120 }, () => random.integer(2));
      const models = ['a', 'b'];
      const correctness = new CorrectnessMatrix({
        questions: questions.map(({ id }) => id),
        models,
        labels,
      });
      const { benchmarks } = separatingQuestions({
        first: 'a',
        second: 'b',
        models,
        questions,
        correctness,
      });
      pValues.push(benchmarks[0]!.pValue);
    }
    expect(excessOfSmallPValues(pValues)).toBeLessThan(ONE_SIDED);
    expect(pValues.filter((p) => p <= 0.1).length).toBeGreaterThan(25);
  });
});
