// The published training on ZeroEval, in both forms: test figures next to those of the published
// Python code (reference.json), and what an epoch costs. Usage:
//   tsx bench/zeroeval-adam.bench.ts [dense|pairwise] [learning rate] [seeds] [epochs]
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { evaluatePredictions } from '@embedllm/core';
import { resolveBackend, trainAdam } from '../src/tfjs.js';
import { readZeroEval, ZEROEVAL } from '../test/zeroeval.js';

const [form = 'dense', rate = '', seeds = '3', epochs = '50'] = process.argv.slice(2);
if (form !== 'dense' && form !== 'pairwise') throw new Error(`No form ${form}.`);
const reference: Record<string, Record<string, number>> = JSON.parse(
  readFileSync(join(ZEROEVAL, 'reference.json'), 'utf8'),
);
const { parts } = await readZeroEval();
const { train, validation, test } = parts();
const backend = await resolveBackend({ prefer: ['tfjs-node-gpu', 'tfjs-node', 'wasm', 'cpu'] });
console.log(`${backend.name}, ${form}, fixed split and embeddings, ${epochs} epochs, last epoch`);

for (const learningRate of rate ? [Number(rate)] : [1e-4, 1e-3]) {
  const official = Object.entries(reference)
    .filter(([name]) => name.startsWith(`official_mf_lr${learningRate}_`))
    .map(([, figures]) => figures);
  const published = (name: string): number =>
    official.reduce((sum, figures) => sum + (figures[name] ?? Number.NaN), 0) / official.length;
  const means = { accuracy: 0, auroc: 0, brier: 0, log_loss: 0, routing_accuracy: 0 };
  for (let seed = 0; seed < Number(seeds); seed++) {
    const cpu = process.cpuUsage();
    const { model, history, seconds } = await trainAdam({
      train,
      validation,
      backend,
      form,
      learningRate,
      seed,
      epochs: Number(epochs),
    });
    const { user, system } = process.cpuUsage(cpu);
    const metrics = evaluatePredictions(
      model.predictProbabilities(test.embeddings),
      test.correctness,
    );
    const curve = [1, 2, 5, 10, 20, 50].map((epoch) => history[epoch - 1]?.loss.toFixed(4) ?? '');
    console.log(
      `  seed ${seed}: accuracy ${metrics.accuracy.toFixed(4)}, AUROC ${metrics.auroc?.toFixed(4)}, ` +
        `Brier ${metrics.brierScore.toFixed(4)}, log loss ${metrics.logLoss.toFixed(4)}, routing ` +
        `${metrics.routingAccuracy.toFixed(4)}; ${seconds.toFixed(0)} s, ${((user + system) / 1e6).toFixed(0)} s of CPU; ` +
        `training loss at epochs 1, 2, 5, 10, 20, 50: ${curve.join(' ')}`,
    );
    means.accuracy += metrics.accuracy / Number(seeds);
    means.auroc += (metrics.auroc ?? Number.NaN) / Number(seeds);
    means.brier += metrics.brierScore / Number(seeds);
    means.log_loss += metrics.logLoss / Number(seeds);
    means.routing_accuracy += metrics.routingAccuracy / Number(seeds);
  }
  console.log(
    `learning rate ${learningRate}, mean of ${seeds} seeds | here | published | difference`,
  );
  for (const [name, value] of Object.entries(means)) {
    const other = published(name);
    console.log(
      `  ${name} | ${value.toFixed(4)} | ${other.toFixed(4)} | ${(value - other).toFixed(4)}`,
    );
  }
}
