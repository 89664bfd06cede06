// The direct solver against the published training on fresh 80/10/10 splits of ZeroEval, and on
// the fixed split against the published runs of reference.json. Usage:
//   tsx bench/splits.bench.ts [splits] [learning rate] [first seed]
// The published training is the dense form here, 50 epochs, last epoch, as published.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type CorrectnessMatrix,
  evaluatePredictions,
  type FactorizationModel,
  type PredictionMetrics,
  type QuestionSplit,
  Random,
  splitQuestions,
} from '@embedllm/core';
import { type LabelledSet, resolveEngine, trainDirect } from '../src/index.js';
import { resolveBackend, trainAdam } from '../src/tfjs.js';
import { readZeroEval, ZEROEVAL } from '../test/zeroeval.js';

const splits = Number(process.argv[2] ?? 10);
const learningRate = Number(process.argv[3] ?? 1e-4);
const firstSeed = Number(process.argv[4] ?? 0);
const { folder, parts } = await readZeroEval();
const { correctness, embeddings, questions } = folder;
if (!embeddings) throw new Error('ZeroEval comes with embeddings.');
const allEmbeddings = embeddings;
const backend = await resolveBackend({ prefer: ['tfjs-node-gpu', 'tfjs-node', 'wasm', 'cpu'] });
const engine = await resolveEngine();

const fixed = parts();
const { model } = await trainDirect({ ...fixed, engine });
const direct = measure(model, fixed.test.embeddings, fixed.test.correctness);
const reference: Record<string, Record<string, number>> = JSON.parse(
  readFileSync(join(ZEROEVAL, 'reference.json'), 'utf8'),
);
const runs = Object.entries(reference).filter(([name]) => name.startsWith('official_mf'));
console.log('fixed split | direct | mean of the published runs | direct is worse by');
for (const [name, value, sign] of [
  ['accuracy', direct.accuracy, 1],
  ['auroc', direct.auroc ?? Number.NaN, 1],
  ['brier', direct.brierScore, -1],
  ['log_loss', direct.logLoss, -1],
] as const) {
  const mean = runs.reduce((sum, [, run]) => sum + (run[name] ?? Number.NaN), 0) / runs.length;
  const worse = sign * (mean - value);
  console.log(
    `  ${name} | ${value.toFixed(4)} | ${mean.toFixed(4)} | ${worse.toFixed(4)} ${worse <= 0.002 ? '(within 0.002)' : '(NOT within 0.002)'}`,
  );
}

const differences: number[] = [];
const categories = questions.map((question) => question.category);
for (let seed = firstSeed; seed < firstSeed + splits; seed++) {
  const split = splitQuestions(categories, { seed });
  const [train, validation, test] = setsOf(split);
  const ours = await trainDirect({ train, validation, engine });
  const published = await trainAdam({ train, backend, learningRate, seed });
  const a = measure(ours.model, test.embeddings, test.correctness);
  const b = measure(published.model, test.embeddings, test.correctness);
  differences.push(a.logLoss - b.logLoss);
  console.log(
    `split ${seed}: log loss direct ${a.logLoss.toFixed(4)}, published ${b.logLoss.toFixed(4)}; ` +
      `AUROC ${a.auroc?.toFixed(4)}, ${b.auroc?.toFixed(4)}; ${ours.seconds.toFixed(2)} s, ` +
      `${published.seconds.toFixed(1)} s (${(published.seconds / ours.seconds).toFixed(0)} x)`,
  );
}
const mean = average(differences);
const random = new Random(0);
const resampled = Array.from({ length: 10_000 }, () =>
  average(differences.map(() => random.pick(differences))),
).sort((x, y) => x - y);
console.log(
  `mean difference of log loss, direct - published at ${learningRate}, over ${splits} splits: ${mean.toFixed(4)}, ` +
    `95% bootstrap interval ${resampled[250]?.toFixed(4)} to ${resampled[9749]?.toFixed(4)}; ` +
    `lower on ${differences.filter((value) => value < 0).length} of ${splits}`,
);
await engine.dispose();

function setsOf(split: QuestionSplit): [LabelledSet, LabelledSet, LabelledSet] {
  const part = (indices: readonly number[]): LabelledSet => ({
    embeddings: allEmbeddings.selectRows(indices),
    correctness: correctness.selectQuestions(indices),
  });
  return [part(split.train), part(split.validation), part(split.test)];
}

function measure(
  trained: FactorizationModel,
  inputs: LabelledSet['embeddings'],
  truth: CorrectnessMatrix,
): PredictionMetrics {
  return evaluatePredictions(trained.predictProbabilities(inputs), truth);
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
