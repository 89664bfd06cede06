// Trains on the CPU and on WebGPU and prints how far apart the two are, as JSON. In a process of its
// own, since the driver is chosen by the environment that a process starts with.
import { logLoss } from '@embedllm/core';
import { randomProblem } from '../src/direct/random-problem.fixture.js';
import { createOnnxRuntimeEngine, trainDirect } from '../src/index.js';

const sizes = { models: 12, dimensions: 33 };
const train = randomProblem({ seed: 1, questions: 700, ...sizes });
const test = randomProblem({ seed: 3, questions: 300, ...sizes });
const results = [];
for (const device of ['cpu', 'webgpu'] as const) {
  const engine = await createOnnxRuntimeEngine({ device });
  const { model, chosen } = await trainDirect({ train, engine, ridges: [1] });
  const loss = logLoss(model.predictProbabilities(test.embeddings), test.correctness);
  results.push({ engine: engine.name, converged: chosen.converged, loss });
  await engine.dispose();
}
console.log(JSON.stringify(results));
