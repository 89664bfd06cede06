import { type FactorizationModel, modelAccuracies, type PredictionMetrics } from '@embedllm/core';
import { averageRanks, pearson } from '@embedllm/internals';
import {
  assertProbeData,
  benchmarksOf,
  modelsLabelledInAll,
  type ProbeData,
  type TrainingProbeOptions,
} from './probe-data.js';
import { TrainingRunner, testFigures } from './run-training.js';

/** Result of `transferMatrix`. */
export interface TransferMatrix {
  readonly benchmarks: readonly string[];
  /** Models with training labels in every benchmark: the figures are of these alone. */
  readonly models: readonly string[];
  /** For each pair; trained on `from` alone, tested on the test questions of `to`. */
  readonly cells: readonly TransferCell[];
}

/** How well one benchmark predicts another. */
export interface TransferCell {
  readonly from: string;
  readonly to: string;
  readonly accuracy: number;
  /** `undefined` when the labels are all correct or all incorrect. */
  readonly auroc: number | undefined;
  readonly logLoss: number;
  /**
   * Spearman correlation over models of the mean prediction and the observed accuracy: does the
   * ranking of the models carry over? `undefined` when either is the same for all models.
   */
  readonly rankCorrelation: number | undefined;
  readonly labels: number;
}

/**
 * Trains on each benchmark alone and tests on every benchmark: B trainings for B benchmarks. The
 * diagonal is what a benchmark knows of its own new questions.
 *
 * @throws EmbedLLMError as `ablateBenchmarks` does.
 *
 * @example
 * ```ts
 * const { cells } = await transferMatrix({ data, train });
 * ```
 */
export async function transferMatrix(options: TrainingProbeOptions): Promise<TransferMatrix> {
  const { data } = options;
  assertProbeData(data);
  const benchmarks = benchmarksOf(data);
  const of = (indices: readonly number[], benchmark: string): number[] =>
    indices.filter((question) => data.categories[question] === benchmark);
  const models = modelsLabelledInAll(
    data.correctness,
    benchmarks.map((benchmark) => of(data.split.train, benchmark)),
  );
  const runner = new TrainingRunner(options, benchmarks.length);
  const cells = await Promise.all(
    benchmarks.map(async (from) => {
      const { train, validation } = data.split;
      const plan = { train: of(train, from), validation: of(validation, from), models };
      const model = await runner.run(plan);
      return [...testFigures(data, model, models).benchmarks].map(([to, figures]) =>
        cellOf(from, to, figures, rankCorrelation(data, model, models, to)),
      );
    }),
  );
  return {
    benchmarks,
    models: models.map((model) => data.correctness.models[model] as string),
    cells: cells.flat(),
  };
}

function cellOf(
  from: string,
  to: string,
  { accuracy, auroc, logLoss, labels }: PredictionMetrics,
  correlation: number | undefined,
): TransferCell {
  return { from, to, accuracy, auroc, logLoss, rankCorrelation: correlation, labels };
}

function rankCorrelation(
  { embeddings, correctness, categories, split }: ProbeData,
  model: FactorizationModel,
  models: readonly number[],
  benchmark: string,
): number | undefined {
  const test = split.test.filter((question) => categories[question] === benchmark);
  const truth = correctness.selectQuestions(test).selectModels(models);
  const predictions = model.predictProbabilities(embeddings.selectRows(test));
  // Each model over the questions that it was asked, as its accuracy is.
  const forecast = models.map((_, m) => {
    let sum = 0;
    let count = 0;
    for (let q = 0; q < test.length; q++) {
      if (truth.get(q, m) === undefined) continue;
      sum += predictions.at(q, m);
      count++;
    }
    return sum / count;
  });
  const observed = [...modelAccuracies(truth)];
  const known = [...forecast.keys()].filter((m) => Number.isFinite(forecast[m]));
  return pearson(
    averageRanks(known.map((m) => forecast[m]!)),
    averageRanks(known.map((m) => observed[m]!)),
  );
}
