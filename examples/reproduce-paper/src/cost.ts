import { Matrix } from '@embedllm/core';
import type { Experiment } from './experiment.js';
import { markdownTable } from './markdown-table.js';
import { ROUTING_SECONDS, TRAINING_TFLOP } from './published-figures.js';

const PUBLISHED_DIMENSIONS = 232;
const PUBLISHED_EPOCHS = 50;

/** FLOPs and seconds of the trainings and of routing 3,000 questions, on these data. */
export function cost({ trained, train, test, engine }: Experiment): string {
  const { direct: training, published } = trained;
  const { rows: Q, cols: D } = train.embeddings;
  const M = train.correctness.modelCount;
  const d = PUBLISHED_DIMENSIONS;
  const pairs = train.correctness.countObserved();
  // Two products over all questions and two solves with the factor of the curvature an iteration.
  const iterations = training.path.reduce((sum, point) => sum + point.iterations, 0);
  const direct = 2 * Q * D * D + (8 / 3) * D ** 3 + iterations * 4 * D * M * (Q + D);
  const pairwise = PUBLISHED_EPOCHS * pairs * (4 * d * D + 6 * d);
  const dense = PUBLISHED_EPOCHS * Q * (4 * d * D + 6 * d * M);

  const questions = new Matrix(3000, D);
  for (let row = 0; row < 3000; row++) {
    questions.row(row).set(test.embeddings.row(row % test.embeddings.rows));
  }
  const folded = training.model.fold();
  const started = performance.now();
  const scores = folded.score(questions);
  let chosen = 0;
  for (let row = 0; row < 3000; row++) {
    const logits = scores.row(row);
    chosen += logits.indexOf(Math.max(...logits));
  }
  const routing = (performance.now() - started) / 1000;
  if (Number.isNaN(chosen)) throw new Error('A score is not a number.');
  return markdownTable(
    ['what', 'GFLOP', 'seconds', 'paper'],
    [
      [
        `direct solver, ${training.path.length} settings tried`,
        (direct / 1e9).toFixed(1),
        `${training.seconds.toFixed(2)} (${engine.name})`,
        '',
      ],
      [
        'published training, question by question',
        (dense / 1e9).toFixed(1),
        published && `${published.seconds.toFixed(1)} (${published.backend})`,
        '',
      ],
      [
        'published training, pair by pair',
        (pairwise / 1e9).toFixed(1),
        '',
        `${TRAINING_TFLOP} TFLOP, about 20,000 questions, 112 models`,
      ],
      [
        `route 3,000 questions among ${M} models`,
        ((3000 * 2 * D * M) / 1e9).toFixed(2),
        routing.toFixed(3),
        `${ROUTING_SECONDS.toFixed(2)} s among 112 models, A100`,
      ],
    ],
  );
}
