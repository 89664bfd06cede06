import { type Answer, CorrectnessMatrix, Random } from '@embedllm/core';
import { simulatePool } from '@embedllm/simulated-pool';
import { fitItemResponse } from './fit-item-response.js';
import type { ItemResponsePool } from './item-response-pool.js';

/** A simulated pool whose last models are new to the fitted one. */
export interface PoolFixture {
  readonly pool: ItemResponsePool;
  readonly categories: readonly string[];
  readonly questions: readonly string[];
  /** Names of the models that the fit has not seen. */
  readonly newModels: readonly string[];
  /** What a new model answers to the questions of these indices. */
  respond(model: string, questions: Iterable<number>): Answer[];
  /** Accuracy of a new model on a benchmark, over all its questions. */
  accuracy(model: string, benchmark: string): number;
}

/** Ten benchmarks of 40 questions; 30 models, of which every fifth is new. No label is missing. */
export async function poolFixture(
  options: { readonly dimensions?: number; readonly seed?: number } = {},
): Promise<PoolFixture> {
  const { dimensions = 2, seed = 5 } = options;
  const { dataset } = simulatePool({
    seed,
    models: 30,
    questionsPerBenchmark: 40,
    missingRate: 0,
  });
  const { correctness } = dataset;
  const categories = dataset.questions.map(({ category }) => category);
  const columns = [...correctness.models.keys()];
  const known = correctness.selectModels(columns.filter((m) => m % 5 !== 4));
  const pool = await fitItemResponse({
    correctness: known,
    categories,
    dimensions,
    folds: 2,
    iterations: 12,
  });
  const respond = (model: string, questions: Iterable<number>): Answer[] => {
    const column = correctness.models.indexOf(model);
    return [...questions].map((q) => ({
      question: correctness.questions[q] as string,
      outcome: correctness.get(q, column) ?? 0,
    }));
  };
  return {
    pool,
    categories,
    questions: correctness.questions,
    newModels: correctness.models.filter((_, m) => m % 5 === 4),
    respond,
    accuracy: (model, benchmark) => {
      const own = respond(
        model,
        [...categories.keys()].filter((q) => categories[q] === benchmark),
      );
      return own.filter(({ outcome }) => outcome === 1).length / own.length;
    },
  };
}

/** Indices of n questions in random order. */
export function randomQuestions(count: number, n: number, seed: number): number[] {
  return new Random(seed).shuffle(Array.from({ length: count }, (_, q) => q)).slice(0, n);
}

/** Two models and three questions of two benchmarks. */
export function tinyCorrectness(labels: readonly number[] = [1, 0, 1, 1, 0, 0]): CorrectnessMatrix {
  return new CorrectnessMatrix({
    questions: ['a', 'b', 'c'],
    models: ['large', 'small'],
    labels: Uint8Array.from(labels),
  });
}
