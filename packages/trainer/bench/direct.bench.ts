// The direct solver at the size of the published data, 20,000 questions x 768 x 112 models:
// time, FLOPs and test log loss, on each engine, with the ratio between them; then with all settings
// tried. CPU time is of all threads, and depends less on what else runs on the machine.
import { evaluatePredictions } from '@embedllm/core';
import {
  createOnnxRuntimeEngine,
  createTypeScriptEngine,
  type DirectTraining,
  type Engine,
  type LabelledSet,
  trainDirect,
} from '../src/index.js';
import { generateProblem } from './generated-problem.js';

const D = 768;
const M = 112;
const Q = 20_000;

const train = generateProblem({ questions: Q, dimensions: D, models: M });
const test = generateProblem({ questions: 3000, dimensions: D, models: M, part: 1 });

const validation = generateProblem({ questions: 2000, dimensions: D, models: M, part: 2 });

console.log(`${Q} questions x ${D} dimensions x ${M} models, generated, seed 1`);
const onnx = await measure('ridge 1, all ranks', await createOnnxRuntimeEngine(), 3);
const path = await measure(
  'settings on validation',
  await createOnnxRuntimeEngine(),
  2,
  validation,
);
console.log(`all settings / ridge 1: ${(path / onnx).toFixed(1)} x the time`);
if (!process.argv.includes('fast')) {
  const typescript = await measure('ridge 1, all ranks', createTypeScriptEngine(), 1);
  console.log(`typescript / onnxruntime: ${(typescript / onnx).toFixed(1)} x the time`);
}

/** Best wall time of some runs in seconds. */
async function measure(
  what: string,
  engine: Engine,
  runs: number,
  validation?: LabelledSet,
): Promise<number> {
  let best: DirectTraining | undefined;
  let cpu = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs; run++) {
    const before = process.cpuUsage();
    const training = await trainDirect({
      ...{ train, engine, tolerance: 1e-4 },
      ...(validation ? { validation } : { ridges: [1] }),
    });
    const { user, system } = process.cpuUsage(before);
    cpu = Math.min(cpu, (user + system) / 1e6);
    if (!best || training.seconds < best.seconds) best = training;
  }
  await engine.dispose();
  const { seconds, chosen, path, model } = best as DirectTraining;
  const gradients =
    path.reduce((sum, point) => sum + point.iterations, 0) +
    (path.length > 1 ? chosen.iterations : 0);
  const flops = 2 * Q * D * D + (8 / 3) * D ** 3 + gradients * (4 * Q * D * M + 4 * D * D * M);
  const { logLoss } = evaluatePredictions(
    model.predictProbabilities(test.embeddings),
    test.correctness,
  );
  console.log(
    `${what}, ${engine.name}: ${seconds.toFixed(2)} s, CPU ${cpu.toFixed(2)} s, ` +
      `${path.length === 1 ? '' : `${path.length} settings, `}${gradients} gradients, ` +
      `${(flops / 1e12).toFixed(3)} TFLOP (${(flops / 1e9 / seconds).toFixed(0)} GFLOP/s), ` +
      `test log loss ${logLoss.toFixed(4)}`,
  );
  return seconds;
}
