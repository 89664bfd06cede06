import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type CorrectnessMatrix,
  compareWithModel,
  correctnessFromRecords,
  estimateAccuracies,
  evaluateByCategory,
  evaluatePredictions,
  Matrix,
  modelAccuracies,
  oracleAccuracy,
  randomAccuracy,
  routeAll,
  singleBest,
  splitQuestions,
} from '../src/index.js';

const folder =
  process.env.EMBEDLLM_ZEROEVAL ??
  fileURLToPath(new URL('../../../../shared/data/zeroeval', import.meta.url));

/** The rows of a CSV text below its header. The files read here hold no quotes. */
function rowsOf(text: string): string[][] {
  const lines = text.trim().split('\n').slice(1);
  return lines.map((line) => line.split(','));
}

interface Reference {
  readonly references: {
    readonly oracle: number;
    readonly random: number;
    readonly best_on_train: string;
    readonly single_best: {
      readonly model: string;
      readonly test_accuracy: number;
      readonly test_questions_asked: number;
    };
    readonly model_mean: Readonly<Record<string, number>>;
  };
}

describe.skipIf(!existsSync(folder))('the metrics on ZeroEval', () => {
  let train: CorrectnessMatrix;
  let test: CorrectnessMatrix;
  let testCategories: string[];
  let categories: string[];
  let categoryOf: ReadonlyMap<string, string>;
  let references: Reference['references'];

  beforeAll(() => {
    const read = (file: string): Buffer => readFileSync(`${folder}/${file}`);
    const splits = rowsOf(read('splits.csv').toString());
    const responses = rowsOf(gunzipSync(read('responses.csv.gz')).toString());
    const { correctness, duplicates } = correctnessFromRecords(
      responses.map(([question, , , label, model], index) => ({
        question: question!,
        model: model!,
        label: Number(label),
        location: { file: 'responses.csv.gz', row: index + 2 },
      })),
      { questions: splits.map(([id]) => id!) },
    );
    expect(duplicates).toBe(0);
    expect(correctness.countObserved()).toBe(128_465);
    expect([correctness.questionCount, correctness.modelCount]).toEqual([2840, 55]);
    const part = (name: string): number[] =>
      splits.flatMap(([, split], index) => (split === name ? [index] : []));
    train = correctness.selectQuestions(part('train'));
    test = correctness.selectQuestions(part('test'));
    categoryOf = new Map(responses.map(([question, , category]) => [question!, category!]));
    categories = correctness.questions.map((id) => categoryOf.get(id)!);
    testCategories = test.questions.map((id) => categoryOf.get(id)!);
    const reference: Reference = JSON.parse(read('reference.json').toString());
    references = reference.references;
  });

  it('agree with the published accuracies of oracle, random choice and best model', () => {
    expect(oracleAccuracy(test)).toBeCloseTo(references.oracle, 6);
    expect(randomAccuracy(test)).toBeCloseTo(references.random, 6);
    const best = singleBest(train);
    const { single_best: expected } = references;
    expect(train.models[best.model]).toBe(expected.model);
    expect(modelAccuracies(test)[best.model]).toBeCloseTo(expected.test_accuracy, 4);
    expect(test.selectModels([best.model]).countObserved()).toBe(expected.test_questions_asked);
  });

  it('do not rank first a model that only answered GSM8K', () => {
    const raw = modelAccuracies(train);
    const leader = train.models[raw.indexOf(Math.max(...raw))]!;
    expect(leader).toBe(references.best_on_train);
    const estimates = estimateAccuracies(train);
    const of = (name: string) => estimates[train.models.indexOf(name)]!;
    const best = of(references.single_best.model);
    expect(of(leader).accuracy).toBeLessThan(best.accuracy);
    expect(of(leader).upper - of(leader).lower).toBeGreaterThan(best.upper - best.lower);
  });

  it('find that category means are no better than the single best', () => {
    const byCategory = new Map(
      [...new Set(categories)].map((category) => {
        const members = train.questions.flatMap((id, q) =>
          categoryOf.get(id) === category ? [q] : [],
        );
        // A model without labels in the category comes last.
        const means = modelAccuracies(train.selectQuestions(members));
        return [category, means.map((mean) => (Number.isNaN(mean) ? 0 : mean))];
      }),
    );
    const scores = Matrix.fromRows(testCategories.map((category) => byCategory.get(category)!));
    const comparison = compareWithModel({
      chosen: routeAll(scores, test),
      truth: test,
      model: singleBest(train).model,
    })!;
    expect(comparison).toMatchObject({ questions: 284, gapClosed: undefined });
    expect(comparison.fixed).toBeCloseTo(0.9296, 4);
    expect(comparison.oracle).toBeCloseTo(references.oracle, 6);
    expect(comparison.difference.verdict).toBe('no better');
  });

  it('agree with the published figures of predicting each model by its training mean', () => {
    const means = modelAccuracies(train);
    const predictions = Matrix.fromRows(test.questions.map(() => means));
    const metrics = evaluatePredictions(predictions, test);
    const published = references.model_mean;
    // The reference gives four digits.
    expect(metrics.accuracy.toFixed(4)).toBe(published.accuracy!.toFixed(4));
    expect(metrics.auroc?.toFixed(4)).toBe(published.auroc!.toFixed(4));
    expect(metrics.logLoss.toFixed(4)).toBe(published.log_loss!.toFixed(4));
    expect(metrics.routingAccuracy.toFixed(4)).toBe(published.routing_accuracy!.toFixed(4));
    expect(metrics.brierScore.toFixed(4)).toBe(published.brier!.toFixed(4));
    expect(metrics.labels).toBe(test.countObserved());
  });

  it('add up over categories', () => {
    const predictions = Matrix.fromRows(test.questions.map(() => modelAccuracies(train)));
    const whole = evaluatePredictions(predictions, test);
    const parts = [...evaluateByCategory(predictions, test, testCategories).values()];
    expect(parts).toHaveLength(3);
    const weighted = parts.reduce((sum, part) => sum + part.labels * part.brierScore, 0);
    expect(weighted / whole.labels).toBeCloseTo(whole.brierScore, 10);
  });

  it('can be measured on a fresh split of the published size', () => {
    const split = splitQuestions(categories, { seed: 1 });
    expect([split.train, split.validation, split.test].map((part) => part.length)).toEqual([
      2272, 284, 284,
    ]);
  });
});
