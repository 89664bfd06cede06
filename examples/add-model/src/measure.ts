// How well a router knows the newcomer.
import { auroc, type CorrectnessMatrix, logLoss, Matrix } from '@embedllm/core';
import type { Router } from '@embedllm/router';

/** Figures on the test questions. */
export interface Measured {
  /** Mean predicted probability of a right answer. */
  readonly accuracy: number;
  readonly logLoss: number;
  readonly auroc: number;
}

/** What a router predicts of one model, held against its answers; `embeddings` is `[Q, D]`. */
export function measure(
  router: Router,
  name: string,
  embeddings: Matrix,
  truth: CorrectnessMatrix,
): Measured {
  const position = router.models.findIndex((model) => model.name === name);
  const { probabilities } = router.predict(embeddings);
  const data = Float32Array.from({ length: embeddings.rows }, (_, row) =>
    probabilities.at(row, position),
  );
  const own = new Matrix(embeddings.rows, 1, data);
  return {
    accuracy: data.reduce((sum, probability) => sum + probability, 0) / embeddings.rows,
    logLoss: logLoss(own, truth),
    auroc: auroc(own, truth) ?? Number.NaN,
  };
}

/** Prints a line of the table: the mean of some routers. */
export function show(what: string, values: readonly Measured[]): void {
  const mean = (key: keyof Measured) =>
    values.reduce((sum, value) => sum + value[key], 0) / values.length;
  const accuracy = (100 * mean('accuracy')).toFixed(1).padStart(12);
  const figures = [mean('logLoss').toFixed(4).padStart(8), mean('auroc').toFixed(4).padStart(6)];
  console.log(`   ${what.padEnd(32)} ${accuracy}%   ${figures.join('  ')}`);
}
