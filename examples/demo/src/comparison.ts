import {
  type CorrectnessMatrix,
  evaluatePredictions,
  gapClosed,
  type Matrix,
  oracleAccuracy,
  type PredictionMetrics,
  randomAccuracy,
  singleBest,
} from '@embedllm/core';
import type { Predictor } from '@embedllm/trainer';

/** One way to choose a model, with its figures on the test questions. */
export interface ComparisonRow {
  readonly name: string;
  /** Left out for routers that predict no probabilities. */
  readonly predictions?: PredictionMetrics;
  readonly routingAccuracy: number;
  /** Share of the way from the single best model to the oracle; left out for random choice. */
  readonly gapClosed: number | undefined;
}

/** Figures of all predictors and of the fixed ways to choose, on one set of test questions. */
export async function compareRouters(options: {
  predictors: readonly { predictor: Predictor; embeddings: Matrix }[];
  train: CorrectnessMatrix;
  test: CorrectnessMatrix;
}): Promise<ComparisonRow[]> {
  const { predictors, train, test } = options;
  const best = singleBest(train);
  const bestName = train.models[best.model] as string;
  const single = alwaysModel(test, best.model);
  const oracle = oracleAccuracy(test);
  const row = (name: string, routing: number): ComparisonRow => ({
    name,
    routingAccuracy: routing,
    gapClosed: gapClosed({ routing, singleBest: single, oracle }),
  });
  const rows: ComparisonRow[] = [];
  for (const { predictor, embeddings } of predictors) {
    const predictions = evaluatePredictions(await predictor.predictProbabilities(embeddings), test);
    rows.push({ ...row(predictor.name, predictions.routingAccuracy), predictions });
  }
  return [
    ...rows,
    row(`single best on train (${bestName})`, single),
    { name: 'random model', routingAccuracy: randomAccuracy(test), gapClosed: undefined },
    row('oracle', oracle),
  ];
}

/** Accuracy of one model over the questions that it was asked. */
function alwaysModel(test: CorrectnessMatrix, model: number): number {
  return singleBest(test.selectModels([model])).accuracy;
}

/** The rows as text cells under their headings: for the terminal and for the report. */
export function comparisonCells(rows: readonly ComparisonRow[]): {
  header: string[];
  cells: string[][];
} {
  const cells = rows.map(({ name, predictions, routingAccuracy, gapClosed: gap }) => [
    name,
    ...[
      predictions?.accuracy,
      predictions?.auroc,
      predictions?.brierScore,
      predictions?.logLoss,
      predictions?.expectedCalibrationError,
      routingAccuracy,
    ].map((value) => value?.toFixed(4) ?? ''),
    gap === undefined ? '' : `${(100 * gap).toFixed(1)} %`,
  ]);
  const header = [
    'router',
    'accuracy',
    'AUROC',
    'Brier',
    'log loss',
    'ECE',
    'routing',
    'gap closed',
  ];
  return { header, cells };
}
