import {
  type CorrectnessMatrix,
  evaluatePredictions,
  logLoss,
  type Matrix,
  type PredictionMetrics,
  Random,
} from '@embedllm/core';
import {
  bootstrapMean,
  type CategorizedSet,
  type Engine,
  fitCategoryMeans,
  fitKNearestNeighbours,
  fitModelMeans,
  type Interval,
  type Predictor,
} from '@embedllm/trainer';
import { measureRouting, type RoutingBaselines } from '../../routing/measure-routing.js';

/** What simple predictors come to on the validation questions; plain JSON. */
export interface TrainingBaselines {
  /** Model means, category means where categories are known, and k-NN, each with its figures. */
  readonly predictors: readonly { readonly name: string; readonly metrics: PredictionMetrics }[];
  readonly routing: RoutingBaselines;
  /** Log loss of the artifact less that of the model means, over questions; below 0 is better. */
  readonly logLossLessModelMeans: Interval & { readonly questions: number };
}

/** What `measureBaselines` takes. */
export interface BaselineStudy {
  readonly train: CategorizedSet;
  readonly validation: CategorizedSet;
  /** Of the artifact on the validation questions, shape [Q, M]. */
  readonly probabilities: Matrix;
  /** What the artifact routes by: the largest is chosen, shape [Q, M]. */
  readonly scores: Matrix;
  /** For k-NN. */
  readonly engine: Engine;
  readonly seed: number;
  readonly signal: AbortSignal;
}

/** How often the validation questions are redrawn for the interval. */
const RESAMPLES = 1000;

/**
 * Measures simple predictors on the validation questions, next to an artifact. The number of
 * neighbours is chosen on these questions, as the settings of the artifact are.
 */
export async function measureBaselines(study: BaselineStudy): Promise<TrainingBaselines> {
  const { train, validation, probabilities, scores, engine, seed, signal } = study;
  const { categories, correctness: truth } = validation;
  const predict = async (predictor: Predictor) => ({
    name: predictor.name,
    probabilities: await predictor.predictProbabilities(validation.embeddings, { categories }),
  });
  const means = await predict(fitModelMeans(train));
  const neighbours = await predict(
    await fitKNearestNeighbours({ train, validation, engine, signal }),
  );
  const known = new Set(train.categories).size > 1;
  const ofCategories = known
    ? [await predict(fitCategoryMeans({ train, categories: train.categories }))]
    : [];
  const losses = lossesByQuestion(probabilities, truth);
  const meanLosses = lossesByQuestion(means.probabilities, truth);
  const differences = losses.flatMap((loss, question) => {
    const other = meanLosses[question];
    return loss === undefined || other === undefined ? [] : [loss - other];
  });
  return {
    predictors: [means, ...ofCategories, neighbours].map((baseline) => ({
      name: baseline.name,
      metrics: evaluatePredictions(baseline.probabilities, truth),
    })),
    routing: await measureRouting({
      train: train.correctness,
      trainCategories: train.categories,
      truth,
      categories,
      scores,
      others: [neighbours],
    }),
    logLossLessModelMeans: {
      ...bootstrapMean(differences, RESAMPLES, new Random(seed)),
      questions: differences.length,
    },
  };
}

/** The log loss on each question; `undefined` where no model was asked, length Q. */
function lossesByQuestion(probabilities: Matrix, truth: CorrectnessMatrix): (number | undefined)[] {
  return truth.questions.map((_, question) => {
    const labels = truth.selectQuestions([question]);
    if (labels.countObserved() === 0) return undefined;
    return logLoss(probabilities.selectRows([question]), labels);
  });
}
