// Trains on the CPU and on WebGPU and prints how far apart the two are, as JSON. In a process of its
// own, since the driver is chosen by the environment that a process starts with.
import { logLoss } from '@embedllm/core';
import { randomProblem } from '../src/direct/random-problem.fixture.js';
import { createOnnxRuntimeEngine, trainDirect } from '../src/index.js';
import { resolveBackend, trainAdam } from '../src/tfjs.js';

const sizes = { models: 12, dimensions: 33 };
const train = randomProblem({ seed: 1, questions: 700, ...sizes });
const test = randomProblem({ seed: 3, questions: 300, ...sizes });
const direct = [];
for (const device of ['cpu', 'webgpu'] as const) {
  const engine = await createOnnxRuntimeEngine({ device });
  const { model, chosen } = await trainDirect({ train, engine, ridges: [1] });
  const loss = logLoss(model.predictProbabilities(test.embeddings), test.correctness);
  direct.push({ engine: engine.name, converged: chosen.converged, loss });
  await engine.dispose();
}

const few = randomProblem({ seed: 1, questions: 60, models: 6, dimensions: 9 });
const adam = [];
for (const kind of ['cpu', 'webgpu'] as const) {
  const backend = await resolveBackend({ prefer: [kind] });
  for (const form of ['dense', 'pairwise'] as const) {
    const settings = { form, dimensions: 8, batchSize: 120, learningRate: 0.01, epochs: 2 };
    const { history } = await trainAdam({ train: few, backend, ...settings });
    adam.push({ backend: backend.name, form, losses: history.map(({ loss }) => loss) });
  }
}
console.log(JSON.stringify({ direct, adam, hasNavigator: 'navigator' in globalThis }));
