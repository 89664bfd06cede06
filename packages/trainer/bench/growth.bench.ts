// How the direct solver's time and memory grow with the numbers of questions and models.
// Each case runs in a process of its own; memory is what its peak adds to the input data.
// Ten iterations each, so that time a question-model pair can be compared.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { trainDirect } from '../src/index.js';
import { generateProblem } from './generated-problem.js';

const D = 768;
const CASES = [
  { questions: 10_000, models: 112 },
  { questions: 40_000, models: 112 },
  { questions: 160_000, models: 112 },
  { questions: 1_000_000, models: 112 },
  { questions: 10_000, models: 1000 },
  { questions: 10_000, models: 10_000 },
];

const [questions, models] = process.argv.slice(2).map(Number);
if (questions && models) await runCase(questions, models);
else {
  console.log(`D = ${D}, 10 iterations, ridge 1; generated, seed 1`);
  for (const size of CASES) {
    spawnSync(
      process.execPath,
      [...process.execArgv, fileURLToPath(import.meta.url), `${size.questions}`, `${size.models}`],
      { stdio: 'inherit' },
    );
  }
}

async function runCase(Q: number, M: number): Promise<void> {
  const train = generateProblem({ questions: Q, dimensions: D, models: M });
  const inputMegabytes = (4 * Q * D + Q * M) / 2 ** 20;
  const before = process.memoryUsage().rss / 2 ** 20;
  const { seconds, engine } = await trainDirect({
    train,
    ridges: [1],
    ranks: [12],
    // Never reached, so that all cases take ten gradients.
    tolerance: 1e-12,
    maxIterations: 10,
  });
  const peak = process.resourceUsage().maxRSS / 2 ** 10;
  console.log(
    `Q = ${Q}, M = ${M}: ${seconds.toFixed(2)} s, ${((1e9 * seconds) / (Q * M)).toFixed(0)} ns a pair; ` +
      `input ${inputMegabytes.toFixed(0)} MB, peak ${(peak - before).toFixed(0)} MB above it (${engine})`,
  );
}
