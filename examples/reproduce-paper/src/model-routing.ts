import {
  type CorrectnessMatrix,
  type Matrix,
  modelAccuracies,
  oracleAccuracy,
  randomAccuracy,
  routeAll,
  routingAccuracy,
  singleBest,
} from '@embedllm/core';
import type { Experiment } from './experiment.js';
import { markdownTable } from './markdown-table.js';

/**
 * Figure 4: how often the chosen model answers correctly, over all test questions and by benchmark.
 * The single best model is determined on training questions, anew for each benchmark; the weighted
 * router draws models as often as the router does, but without looking at the question.
 */
export async function modelRouting(experiment: Experiment): Promise<string> {
  const { train, test, trained } = experiment;
  const direct = trained.direct.model.predictProbabilities(test.embeddings);
  const neighbours = await trained.nearest.predictProbabilities(test.embeddings);
  const benchmarks = [...new Set(test.categories)].sort();
  const rows = [undefined, ...benchmarks].map((benchmark) => {
    const isIn = (category: string) => benchmark === undefined || category === benchmark;
    const rowsOf = (categories: readonly string[]) =>
      categories.flatMap((category, index) => (isIn(category) ? [index] : []));
    const own = rowsOf(test.categories);
    const truth = test.correctness.selectQuestions(own);
    const best = singleBest(train.correctness.selectQuestions(rowsOf(train.categories))).model;
    return [
      benchmark ?? '**all**',
      String(own.length),
      routingAccuracy(direct.selectRows(own), truth),
      routingAccuracy(neighbours.selectRows(own), truth),
      modelAccuracies(truth)[best],
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
      'single best',
      'weighted',
      'random',
      'oracle',
    ],
    rows,
  );
}

/** Sum over models of the share of questions that they get times their accuracy on all of them. */
function weightedAccuracy(scores: Matrix, truth: CorrectnessMatrix): number {
  const accuracies = modelAccuracies(truth);
  const chosen = [...routeAll(scores, truth)].filter((model) => model >= 0);
  return chosen.reduce((sum, model) => sum + (accuracies[model] ?? 0), 0) / chosen.length;
}
