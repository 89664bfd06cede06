// The direct solver on few labels of many: 1% of 50,000 questions x 1,000 models, kept sparse and
// as a table, in turn on the same numbers. Prints times, test log loss, and the ratios.
import { CorrectnessMatrix, evaluatePredictions, MISSING, Random } from '@embedllm/core';
import { createOnnxRuntimeEngine, type LabelledSet, trainDirect } from '../src/index.js';
import { generateProblem } from './generated-problem.js';

const sizes = { dimensions: 64, models: 1000 };
const OBSERVED = 0.01;

const full = generateProblem({ questions: 50_000, ...sizes });
const test = generateProblem({ questions: 1000, ...sizes, part: 1 });
const kept = keepSome(full.correctness);
const engine = await createOnnxRuntimeEngine();
const seconds: Record<string, number> = {};
for (let run = 0; run < 2; run++) {
  for (const storage of ['sparse', 'dense'] as const) {
    const train: LabelledSet = {
      embeddings: full.embeddings,
      correctness: new CorrectnessMatrix({ ...kept, storage }),
    };
    const training = await trainDirect({ train, engine, ridges: [1], tolerance: 1e-4 });
    seconds[storage] = Math.min(seconds[storage] ?? Number.POSITIVE_INFINITY, training.seconds);
    const predictions = training.model.predictProbabilities(test.embeddings);
    const { logLoss } = evaluatePredictions(predictions, test.correctness);
    console.log(
      `${storage}: ${training.seconds.toFixed(2)} s, ${training.chosen.iterations} iterations, test log loss ${logLoss.toFixed(6)}`,
    );
  }
}
await engine.dispose();
const { questions, models, labels } = kept;
const bytes = 5 * labels.labels.length + 4 * questions.length;
console.log(
  `sparse / table: ${((seconds.sparse ?? 0) / (seconds.dense ?? 1)).toFixed(2)} x the time, ${(bytes / questions.length / models.length).toFixed(3)} x the bytes of labels`,
);

function keepSome({ questions, models, labels }: CorrectnessMatrix): {
  questions: readonly string[];
  models: readonly string[];
  labels: { questions: Uint32Array; models: Uint32Array; labels: Uint8Array };
} {
  const random = new Random(7);
  const cells: number[] = [];
  labels.forEach((label, cell) => {
    if (label !== MISSING && random.uniform() < OBSERVED) cells.push(cell);
  });
  return {
    questions,
    models,
    labels: {
      questions: Uint32Array.from(cells, (cell) => Math.floor(cell / models.length)),
      models: Uint32Array.from(cells, (cell) => cell % models.length),
      labels: Uint8Array.from(cells, (cell) => labels[cell]!),
    },
  };
}
