// The direct solver at the size of the published data, 20,000 questions x 768 x 112 models:
// time, FLOPs and test log loss, on each engine, with the ratio between them.
import { evaluatePredictions } from '@embedllm/core';
import {
  createOnnxRuntimeEngine,
  createTypeScriptEngine,
  type DirectTraining,
  type Engine,
  trainDirect,
} from '../src/index.js';
import { generateProblem } from './generated-problem.js';

const D = 768;
const M = 112;
const Q = 20_000;

const train = generateProblem({ questions: Q, dimensions: D, models: M });
const test = generateProblem({ questions: 3000, dimensions: D, models: M, part: 1 });

console.log(
  `${Q} questions x ${D} dimensions x ${M} models, generated, seed 1; ridge 1, all ranks`,
);
const onnx = await measure(await createOnnxRuntimeEngine(), 3);
const typescript = await measure(createTypeScriptEngine(), 1);
console.log(`typescript / onnxruntime: ${(typescript / onnx).toFixed(1)} x the time`);

/** Best wall time of some runs in seconds. */
async function measure(engine: Engine, runs: number): Promise<number> {
  let best: DirectTraining | undefined;
  for (let run = 0; run < runs; run++) {
    const training = await trainDirect({ train, engine, ridges: [1], tolerance: 1e-4 });
    if (!best || training.seconds < best.seconds) best = training;
  }
  await engine.dispose();
  const { seconds, chosen, model } = best as DirectTraining;
  const perIteration = 4 * Q * D * M + 4 * D * D * M;
  const factorisation = 2 * Q * D * D + (8 / 3) * D ** 3;
  const flops = factorisation + chosen.iterations * perIteration;
  const { logLoss } = evaluatePredictions(
    model.predictProbabilities(test.embeddings),
    test.correctness,
  );
  console.log(
    `${engine.name}: ${seconds.toFixed(2)} s, ${chosen.iterations} iterations, ` +
      `${(flops / 1e12).toFixed(3)} TFLOP (${(flops / 1e9 / seconds).toFixed(0)} GFLOP/s), ` +
      `test log loss ${logLoss.toFixed(4)}`,
  );
  return seconds;
}
