import {
  EmbedLLMError,
  type EvaluationDataset,
  type Matrix,
  MISSING,
  type QuestionSplit,
} from '@embedllm/core';
import { forecastFromEmbeddings } from '@embedllm/forecaster';
import { type Engine, trainDirect } from '@embedllm/trainer';
import type { EmbeddingForecastContent, ForecastContent } from '../content/forecast-content.js';

/** An accuracy of fewer labels is too uncertain to judge a forecast by. */
const MINIMUM_LABELS = 20;
/** The regression's p-value can then be as small as 0.005. */
const PERMUTATIONS = 199;

/** What `collectEmbeddingForecasts` takes. */
export interface EmbeddingForecastOptions {
  readonly dataset: EvaluationDataset;
  readonly embeddings: Matrix;
  readonly split: QuestionSplit;
  /** How many benchmarks, largest first. */
  readonly limit: number;
  readonly engine: Engine;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress: (done: number, total: number) => void;
}

/**
 * For each benchmark: the direct solver trains model embeddings without it, and a linear
 * regression forecasts the models' accuracies on it, each model left out in turn.
 */
export async function collectEmbeddingForecasts(
  options: EmbeddingForecastOptions,
): Promise<Pick<ForecastContent, 'fromEmbeddings' | 'notes'>> {
  const { dataset, limit, signal, onProgress } = options;
  const categories = dataset.questions.map(({ category }) => category);
  const sizes = new Map<string, number>();
  for (const category of categories) sizes.set(category, (sizes.get(category) ?? 0) + 1);
  if (limit === 0)
    return { fromEmbeddings: [], notes: ['Forecasts from embeddings were not requested.'] };
  if (sizes.size < 2) {
    return {
      fromEmbeddings: [],
      notes: [
        'Forecasts from embeddings need two benchmarks: one to forecast, others to train on.',
      ],
    };
  }
  const benchmarks = [...sizes].sort(([, a], [, b]) => b - a).map(([name]) => name);
  const notes: string[] = [];
  const fromEmbeddings: EmbeddingForecastContent[] = [];
  const asked = benchmarks.slice(0, limit);
  for (const [index, benchmark] of asked.entries()) {
    signal?.throwIfAborted();
    try {
      fromEmbeddings.push(await forecastHeldOut(benchmark, categories, options));
    } catch (error) {
      if (!(error instanceof EmbedLLMError)) throw error;
      notes.push(`${benchmark} cannot be forecast from embeddings: ${error.message}`);
    }
    onProgress(index + 1, asked.length);
  }
  if (benchmarks.length > limit) {
    notes.push(
      `Only the ${limit} largest of ${benchmarks.length} benchmarks were forecast from embeddings.`,
    );
  }
  return { fromEmbeddings, notes };
}

async function forecastHeldOut(
  benchmark: string,
  categories: readonly string[],
  { dataset, embeddings, split, engine, seed, signal }: EmbeddingForecastOptions,
): Promise<EmbeddingForecastContent> {
  const { correctness } = dataset;
  const others = (indices: readonly number[]): number[] =>
    indices.filter((question) => categories[question] !== benchmark);
  const [train, validation] = [others(split.train), others(split.validation)];
  // A model that was only asked the held-out benchmark has no embedding to forecast from.
  const known = correctness.models.flatMap((_, model) =>
    train.some((question) => correctness.get(question, model) !== undefined) ? [model] : [],
  );
  const part = (indices: readonly number[]) => ({
    embeddings: embeddings.selectRows(indices),
    correctness: correctness.selectQuestions(indices).selectModels(known),
  });
  const { model } = await trainDirect({
    train: part(train),
    ...(validation.length > 0 ? { validation: part(validation) } : {}),
    engine,
    signal,
  });
  const accuracies = accuraciesOn(benchmark, categories, dataset);
  const values = known.map((index) => accuracies[index]);
  const { models, predictions, rSquared, meanAbsoluteError, spearman, pValues } =
    forecastFromEmbeddings({
      embeddings: model.modelDirections,
      accuracies: values,
      permutations: PERMUTATIONS,
      seed,
    });
  return {
    benchmark,
    rSquared,
    meanAbsoluteError,
    spearman,
    pValue: pValues?.rSquared,
    pairs: models.map((index, position) => ({
      model: model.models[index] as string,
      forecast: predictions[position]!,
      observed: values[index]!,
    })),
  };
}

/** Accuracy of each model on all questions of a benchmark; `undefined` for too few labels. */
function accuraciesOn(
  benchmark: string,
  categories: readonly string[],
  { correctness }: EvaluationDataset,
): (number | undefined)[] {
  const right = new Float64Array(correctness.modelCount);
  const counts = new Float64Array(correctness.modelCount);
  categories.forEach((category, question) => {
    if (category !== benchmark) return;
    correctness.row(question).forEach((label, model) => {
      if (label === MISSING) return;
      right[model] = right[model]! + label;
      counts[model] = counts[model]! + 1;
    });
  });
  return Array.from(counts, (count, model) =>
    count >= MINIMUM_LABELS ? right[model]! / count : undefined,
  );
}
