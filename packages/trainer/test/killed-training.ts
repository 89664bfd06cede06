// A training of its own process, so that it can be killed: keeps its state in the file that the
// first argument names, and prints each epoch.
import { createFileCheckpoint } from '../src/node.js';
import { resolveBackend, trainAdam } from '../src/tfjs.js';
import { KILLED_TRAINING } from './killed-training.fixture.js';

const [file] = process.argv.slice(2);
if (!file) throw new Error('A file is needed.');
await trainAdam({
  ...KILLED_TRAINING,
  backend: await resolveBackend({ prefer: ['wasm'] }),
  onCheckpoint: createFileCheckpoint(file).save,
  onProgress: ({ epoch, step, steps }) => {
    if (step === steps) process.stdout.write(`epoch ${epoch}\n`);
  },
});
