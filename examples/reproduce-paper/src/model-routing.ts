import {
  type CorrectnessMatrix,
  compareWithModel,
  type Matrix,
  modelAccuracies,
  oracleAccuracy,
  type PairedDifference,
  randomAccuracy,
  routeAll,
  routingAccuracy,
  singleBest,
} from '@embedllm/core';
import { fitCategoryMeans } from '@embedllm/trainer';
import type { Experiment } from './experiment.js';
import { markdownTable } from './markdown-table.js';

/**
 * Figure 4: how often the chosen model answers correctly, over all test questions and by benchmark,
 * on those that the single best model was asked. That model is determined on training questions,
 * again for each benchmark; the weighted router draws models as often as the router does, but without
 * looking at the question. Category means are the models' accuracies on the question's benchmark.
 */
export async function modelRouting(experiment: Experiment): Promise<string> {
  const { train, test, trained } = experiment;
  const direct = trained.direct.model.predictProbabilities(test.embeddings);
  const neighbours = await trained.nearest.predictProbabilities(test.embeddings);
  const means = await fitCategoryMeans({
    train,
    categories: train.categories,
  }).predictProbabilities(test.embeddings, { categories: test.categories });
  const benchmarks = [...new Set(test.categories)].sort();
  const rows = [undefined, ...benchmarks].map((benchmark) => {
    const isIn = (category: string) => benchmark === undefined || category === benchmark;
    const rowsOf = (categories: readonly string[]) =>
      categories.flatMap((category, index) => (isIn(category) ? [index] : []));
    const best = singleBest(train.correctness.selectQuestions(rowsOf(train.categories))).model;
    const own = rowsOf(test.categories).filter(
      (question) => test.correctness.get(question, best) !== undefined,
    );
    const truth = test.correctness.selectQuestions(own);
    const chosen = routeAll(direct.selectRows(own), truth);
    return [
      benchmark ?? '**all**',
      String(own.length),
      routingAccuracy(direct.selectRows(own), truth),
      routingAccuracy(neighbours.selectRows(own), truth),
      routingAccuracy(means.selectRows(own), truth),
      modelAccuracies(truth)[best],
      formatDifference(compareWithModel({ chosen, truth, model: best })?.difference),
      weightedAccuracy(direct.selectRows(own), truth),
      randomAccuracy(truth),
      oracleAccuracy(truth),
    ];
  });
  return markdownTable(
    [
      'benchmark',
      'questions',
      'direct solver',
      'k-NN',
      'category means',
      'single best',
      'direct vs single best',
      'weighted',
      'random',
      'oracle',
    ],
    rows,
  );
}

/** The mean, its 95% interval and what that says. */
function formatDifference(difference: PairedDifference | undefined): string {
  if (!difference) return '';
  const { mean, lower, upper, verdict } = difference;
  return `${mean.toFixed(4)} [${lower.toFixed(3)}, ${upper.toFixed(3)}], ${verdict}`;
}

/** Sum over models of the share of questions that they get times their accuracy on all of them. */
function weightedAccuracy(scores: Matrix, truth: CorrectnessMatrix): number {
  const accuracies = modelAccuracies(truth);
  const chosen = [...routeAll(scores, truth)].filter((model) => model >= 0);
  return chosen.reduce((sum, model) => sum + (accuracies[model] ?? 0), 0) / chosen.length;
}
