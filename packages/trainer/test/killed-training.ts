// Trains with a checkpoint in the file that the first argument names, and writes the final scores
// to the second. Run as a process of its own, so that it can be killed.
import { writeFileSync } from 'node:fs';
import { randomProblem } from '../src/direct/random-problem.fixture.js';
import { createFileCheckpoint } from '../src/node.js';
import { resolveBackend, trainAdam } from '../src/tfjs.js';

const [checkpointFile, scoresFile] = process.argv.slice(2);
if (!checkpointFile || !scoresFile) throw new Error('Two files are needed.');
const train = randomProblem({ seed: 1, questions: 100, models: 6, dimensions: 5 });
const checkpoint = createFileCheckpoint(checkpointFile);
const { model } = await trainAdam({
  train,
  backend: await resolveBackend({ prefer: ['wasm'] }),
  dimensions: 8,
  batchSize: 8,
  epochs: 40,
  resume: await checkpoint.load(),
  onCheckpoint: checkpoint.save,
  onProgress: ({ epoch, step, steps }) => {
    if (step === steps) process.stdout.write(`epoch ${epoch}\n`);
  },
});
writeFileSync(scoresFile, Buffer.from(model.score(train.embeddings).data.buffer));
