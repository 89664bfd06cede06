import {
  type CorrectnessMatrix,
  compareWithModel,
  evaluateByCategory,
  evaluatePredictions,
  type Matrix,
  oracleAccuracy,
  outcomes,
  Random,
  randomAccuracy,
  routeAll,
  singleBest,
} from '@embedllm/core';
import { rareRightRecall } from '@embedllm/router/evaluation';
import { bootstrapMean, fitCategoryMeans, type Predictor } from '@embedllm/trainer';
import type {
  BenchmarkEvaluation,
  EvaluationContent,
  EvaluationRow,
} from '../content/evaluation-content.js';
import type { TestStudy } from './test-study.js';

const RESAMPLES = 2000;
/** Of a benchmark's questions that a model must have been asked to be compared on them. */
const MINIMUM_SHARE = 0.95;

/** Another predictor with embeddings of the test questions. */
export interface MeasuredPredictor {
  readonly predictor: Predictor;
  readonly embeddings: Matrix;
}

/**
 * Measures the artifact, other predictors and the fixed ways to choose on the test questions.
 * Intervals of routing accuracy come from resampling questions (percentile bootstrap).
 *
 * @param options.categories - Of the test questions.
 * @param options.trainCategories - Of the training questions.
 */
export async function collectEvaluation(options: {
  readonly study: TestStudy;
  readonly predictors: readonly MeasuredPredictor[];
  readonly categories: readonly string[];
  readonly trainCategories: readonly string[];
  readonly trainingData: EvaluationContent['trainingData'];
  readonly unknownModels: readonly string[];
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
}): Promise<EvaluationContent> {
  const { study, categories, seed, signal } = options;
  const { train, test } = study;
  const truth = test.correctness;
  const best = train.countObserved() > 0 ? singleBest(train).model : undefined;
  const interval = (values: readonly number[]) =>
    bootstrapMean(values, RESAMPLES, new Random(seed));
  const row = (
    name: string,
    kind: EvaluationRow['kind'],
    chosen: ArrayLike<number>,
    metrics?: EvaluationRow['metrics'],
  ): EvaluationRow => {
    const routing = interval(outcomes(truth, chosen).filter((value) => value !== undefined));
    const comparison =
      best === undefined ? undefined : compareWithModel({ chosen, truth, model: best });
    return {
      name,
      kind,
      metrics,
      routingAccuracy: routing,
      differenceToSingleBest: comparison?.difference,
      gapClosed: comparison?.gapClosed,
      rareRightRecall: rareRightRecall({ chosen, truth }).recall,
    };
  };
  const rows = [
    row(
      `EmbedLLM artifact (${study.artifact.training.solver})`,
      'artifact',
      routeAll(test.scores, truth),
      evaluatePredictions(test.probabilities, truth),
    ),
  ];
  for (const { predictor, embeddings } of options.predictors) {
    signal?.throwIfAborted();
    const all = await predictor.predictProbabilities(embeddings, { categories, truth });
    const probabilities =
      all.cols === truth.modelCount ? all : all.selectColumns(study.dataColumns);
    rows.push(
      row(
        predictor.name,
        'predictor',
        routeAll(probabilities, truth),
        evaluatePredictions(probabilities, truth),
      ),
    );
  }
  if (best !== undefined) {
    const means = await fitCategoryMeans({
      train: { correctness: train },
      categories: options.trainCategories,
    }).predictProbabilities(test.embeddings, { categories });
    rows.push(
      row(
        'category means, category known',
        'reference',
        routeAll(means, truth),
        evaluatePredictions(means, truth),
      ),
      // It has no difference to itself.
      {
        ...row(`single best on training (${truth.models[best]})`, 'reference', always(best, truth)),
        differenceToSingleBest: undefined,
      },
    );
  }
  rows.push(
    {
      name: 'random model',
      kind: 'reference',
      routingAccuracy: { mean: randomAccuracy(truth) },
    },
    row('oracle', 'reference', oracleChoice(truth)),
  );
  return {
    questions: truth.questionCount,
    models: truth.modelCount,
    labels: truth.countObserved(),
    rows,
    rareRightQuestions: rareRightRecall({ chosen: oracleChoice(truth), truth }).questions,
    benchmarks: benchmarkFigures(study, categories, best),
    unseen: unseenFigures(study.artifact.metrics),
    trainingData: options.trainingData,
    unknownModels: options.unknownModels,
    unmeasuredModels: study.router.models
      .map(({ name }) => name)
      .filter((name) => !truth.models.includes(name)),
  };
}

/** What `embedllm train` recorded of categories that it left out. */
function unseenFigures(metrics: Readonly<Record<string, number>>): EvaluationContent['unseen'] {
  const routing = metrics['unseen.routingAccuracy'];
  const single = metrics['unseen.single-best.routingAccuracy'];
  if (routing === undefined || single === undefined) return undefined;
  return { categories: metrics['unseen.categories'] ?? 0, routing, singleBest: single };
}

function benchmarkFigures(
  { test }: TestStudy,
  categories: readonly string[],
  best: number | undefined,
): BenchmarkEvaluation[] {
  const figures = evaluateByCategory(test.probabilities, test.correctness, categories);
  return Array.from(figures, ([benchmark, metrics]) => {
    const members = categories.flatMap((category, index) =>
      category === benchmark ? [index] : [],
    );
    const truth = test.correctness.selectQuestions(members);
    return {
      benchmark,
      questions: members.length,
      metrics,
      singleBest: best === undefined ? undefined : accuracyOf(best, truth),
      oracle: oracleAccuracy(truth),
    };
  });
}

/** The same model for every question. */
function always(model: number, { questionCount }: CorrectnessMatrix): Int32Array {
  return new Int32Array(questionCount).fill(model);
}

/** Models that are right where one is; -1 where none was asked. */
function oracleChoice(truth: CorrectnessMatrix): Int32Array {
  return Int32Array.from(truth.questions, (_, question) => {
    const labels = truth.row(question);
    const right = labels.indexOf(1);
    return right >= 0 ? right : labels.indexOf(0);
  });
}

/** `undefined` for a model that was asked too few of the questions to be compared on them. */
function accuracyOf(model: number, truth: CorrectnessMatrix): number | undefined {
  const known = outcomes(truth, always(model, truth)).filter((value) => value !== undefined);
  if (known.length < MINIMUM_SHARE * truth.questionCount) return undefined;
  return known.reduce<number>((sum, value) => sum + value, 0) / known.length;
}
