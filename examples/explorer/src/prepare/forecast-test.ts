import { CorrectnessMatrix, type Matrix, MISSING } from '@embedllm/core';
import {
  type BenchmarkEstimate,
  fitItemResponse,
  forecastBenchmarks,
  type ItemResponsePool,
} from '@embedllm/forecaster';
import type { BenchmarkLine, Forecasts } from '../explorer-data.js';
import type { Evaluation } from './load-evaluation.js';

const CONFIDENCE = 0.95;
/** With fewer of its test questions asked, a model's share of right answers says little. */
const ASKED_SHARE = 0.9;

/**
 * Forecasts each model's accuracy on the test questions of each benchmark from its answers to
 * training questions; what was observed there stands next to it and plays no part.
 *
 * @param embeddings - Of all questions, shape [Q, D]: unanswered ones are known by their text.
 */
export async function forecastTest(
  { dataset, split }: Evaluation,
  embeddings: Matrix,
  seed: number,
): Promise<Forecasts> {
  const { questions, correctness } = dataset;
  const categories = questions.map(({ category }) => category);
  const pool = await fitItemResponse({
    correctness: onlyQuestions(correctness, split.train),
    categories,
    embeddings,
    seed,
  });
  const answers = countAnswers(pool, categories);
  const test = split.test.map((index) => questions[index]?.id as string);
  const lines = correctness.models.map((name, model): BenchmarkLine[] => {
    const { benchmarks } = forecastBenchmarks({
      pool,
      model: name,
      // A model without training answers is forecast from the pool alone.
      responses: [],
      questions: test,
      confidence: CONFIDENCE,
      draws: 128,
      seed,
    });
    return benchmarks.map((estimate) => ({
      ...shownPart(estimate),
      answers: answers[model]?.get(estimate.benchmark) ?? 0,
      observed: observedAccuracy(dataset, split.test, model, estimate.benchmark),
    }));
  });
  const compared = lines.flat().filter(({ observed }) => observed !== null);
  const inside = compared.filter(
    ({ observed, lower, upper }) => observed !== null && observed >= lower && observed <= upper,
  );
  return {
    abilities: pool.dimensions,
    confidence: CONFIDENCE,
    inside: inside.length,
    compared: compared.length,
    models: lines,
  };
}

function shownPart({
  benchmark,
  questions,
  accuracy,
  lower,
  upper,
}: BenchmarkEstimate): Pick<
  BenchmarkLine,
  'benchmark' | 'questions' | 'accuracy' | 'lower' | 'upper'
> {
  return { benchmark, questions, accuracy, lower, upper };
}

/** The same matrix with the labels of all other questions missing. */
function onlyQuestions(all: CorrectnessMatrix, kept: readonly number[]): CorrectnessMatrix {
  const labels = new Uint8Array(all.labels.length).fill(MISSING);
  for (const question of kept) labels.set(all.row(question), question * all.modelCount);
  return new CorrectnessMatrix({ questions: all.questions, models: all.models, labels });
}

/** Answers of each model that the pool was fitted to, by benchmark. */
function countAnswers(
  pool: ItemResponsePool,
  categories: readonly string[],
): ReadonlyMap<string, number>[] {
  return pool.models.map((model) => {
    const counts = new Map<string, number>();
    for (const { question } of pool.answersOf(model)) {
      const benchmark = categories[pool.questionIndex(question)] as string;
      counts.set(benchmark, (counts.get(benchmark) ?? 0) + 1);
    }
    return counts;
  });
}

function observedAccuracy(
  { questions, correctness }: Evaluation['dataset'],
  test: readonly number[],
  model: number,
  benchmark: string,
): number | null {
  const own = test.filter((question) => questions[question]?.category === benchmark);
  const labels = own
    .map((question) => correctness.row(question)[model] ?? MISSING)
    .filter((label) => label !== MISSING);
  if (labels.length === 0 || labels.length < ASKED_SHARE * own.length) return null;
  return labels.reduce((sum, label) => sum + label, 0) / labels.length;
}
