import {
  type CorrectnessMatrix,
  evaluateByCategory,
  evaluatePredictions,
  gapClosed,
  type Matrix,
  oracleAccuracy,
  Random,
  randomAccuracy,
  routeAll,
  singleBest,
} from '@embedllm/core';
import { bootstrapMean, type Predictor } from '@embedllm/trainer';
import type {
  BenchmarkEvaluation,
  EvaluationContent,
  EvaluationRow,
} from '../content/evaluation-content.js';
import type { TestStudy } from './test-study.js';

const RESAMPLES = 2000;

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
 */
export async function collectEvaluation(options: {
  readonly study: TestStudy;
  readonly predictors: readonly MeasuredPredictor[];
  readonly categories: readonly string[];
  readonly trainingData: EvaluationContent['trainingData'];
  readonly unknownModels: readonly string[];
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
}): Promise<EvaluationContent> {
  const { study, categories, seed, signal } = options;
  const { train, test } = study;
  const truth = test.correctness;
  const best = train.countObserved() > 0 ? singleBest(train).model : undefined;
  const single = best === undefined ? undefined : outcomesOf(truth, () => best);
  const oracle = oracleAccuracy(truth);
  const interval = (values: readonly number[]) =>
    bootstrapMean(values, RESAMPLES, new Random(seed));
  const singleMean = single && mean(single);
  const row = (
    name: string,
    kind: EvaluationRow['kind'],
    outcomes: readonly (number | undefined)[],
    metrics?: EvaluationRow['metrics'],
  ): EvaluationRow => {
    const known = outcomes.filter((value) => value !== undefined);
    const routing = interval(known);
    // Only questions on which both chose a model that was asked.
    const differences = outcomes.flatMap((value, question) => {
      const other = single?.[question];
      return value === undefined || other === undefined ? [] : [value - other];
    });
    return {
      name,
      kind,
      metrics,
      routingAccuracy: routing,
      differenceToSingleBest:
        single && outcomes !== single && differences.length > 0 ? interval(differences) : undefined,
      gapClosed:
        singleMean === undefined || outcomes === single
          ? undefined
          : gapClosed({ routing: routing.mean, singleBest: singleMean, oracle }),
    };
  };
  const rows = [
    row(
      `EmbedLLM artifact (${study.artifact.training.solver})`,
      'artifact',
      routed(test.probabilities, truth),
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
        routed(probabilities, truth),
        evaluatePredictions(probabilities, truth),
      ),
    );
  }
  if (best !== undefined && single) {
    rows.push(row(`single best on training (${truth.models[best]})`, 'reference', single));
  }
  rows.push(
    {
      name: 'random model',
      kind: 'reference',
      routingAccuracy: { mean: randomAccuracy(truth) },
    },
    row('oracle', 'reference', outcomesOf(truth, oracleChoice(truth))),
  );
  return {
    questions: truth.questionCount,
    models: truth.modelCount,
    labels: truth.countObserved(),
    rows,
    benchmarks: benchmarkFigures(study, categories, best),
    trainingData: options.trainingData,
    unknownModels: options.unknownModels,
    unmeasuredModels: study.router.models
      .map(({ name }) => name)
      .filter((name) => !truth.models.includes(name)),
  };
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
    const single = best === undefined ? [] : outcomesOf(truth, () => best);
    return {
      benchmark,
      questions: members.length,
      metrics,
      singleBest: mean(single),
      oracle: oracleAccuracy(truth),
    };
  });
}

/** Whether the model that a router chooses, among those that were asked, answered correctly. */
function routed(scores: Matrix, truth: CorrectnessMatrix): (number | undefined)[] {
  const chosen = routeAll(scores, truth);
  return outcomesOf(truth, (question) => chosen[question] as number);
}

/** The label of the chosen model on each question; `undefined` where it was not asked. */
function outcomesOf(
  truth: CorrectnessMatrix,
  choose: (question: number) => number,
): (number | undefined)[] {
  return truth.questions.map((_, question) => {
    const model = choose(question);
    return model < 0 ? undefined : truth.get(question, model);
  });
}

function oracleChoice(truth: CorrectnessMatrix): (question: number) => number {
  return (question) => {
    const labels = truth.row(question);
    const right = labels.indexOf(1);
    return right >= 0 ? right : labels.indexOf(0);
  };
}

function mean(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, v) => sum + v, 0) / known.length;
}
