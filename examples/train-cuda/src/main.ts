// Training as published (Zhuang et al., ICLR 2025, arXiv 2410.02223): Adam over question-model
// pairs, on CUDA where `@tensorflow/tfjs-node-gpu` is installed.
//
//   pnpm start                          a small training, interrupted once and resumed
//   pnpm start -- --full --data FOLDER  all settings as published; Ctrl+C, then the same command,
//                                       resumes from the checkpoint
import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { applySplit, evaluatePredictions } from '@embedllm/core';
import { savePretrained } from '@embedllm/core/node';
import { embeddingsOf, readRecords, SAMPLE_FOLDER } from '@embedllm/example-data';
import { createFileCheckpoint } from '@embedllm/trainer/node';
import {
  type AdamTraining,
  resolveBackend,
  type TrainAdamOptions,
  trainAdam,
} from '@embedllm/trainer/tfjs';

const { values } = parseArgs({
  args: process.argv.slice(2).filter((argument) => argument !== '--'),
  options: { data: { type: 'string' }, full: { type: 'boolean', default: false } },
});

console.log('1. Where it runs');
const backend = await resolveBackend({ prefer: ['tfjs-node-gpu', 'tfjs-node', 'wasm', 'cpu'] });
for (const { kind, reason } of backend.unavailable) console.log(`   not ${kind}: ${reason}`);
console.log(`   chosen: ${backend.name}`);

const data = await readRecords(
  values.data === undefined ? SAMPLE_FOLDER : resolve(process.env.INIT_CWD ?? '.', values.data),
);
const { correctness } = data;
const { embeddings, encoder } = await embeddingsOf(data);
const { train, validation, test } = applySplit({ embeddings, correctness }, data.split);
const settings: TrainAdamOptions = {
  train,
  validation,
  backend,
  form: 'pairwise',
  seed: 0,
  // Everything else is as published: d = 232, 50 epochs, batches of 2,048, learning rate 1e-4.
  ...(values.full ? {} : { dimensions: 32, epochs: 6, learningRate: 1e-2 }),
};

console.log(
  `\n2. Train on ${data.name}: ${train.embeddings.rows} questions, ${data.models.length} models`,
);
const output = resolve('output');
await mkdir(output, { recursive: true });
const file = join(output, values.full ? 'training-full.safetensors' : 'training.safetensors');
const checkpoint = createFileCheckpoint(file);
const interruption = new AbortController();
process.once('SIGINT', () => interruption.abort(new Error('Interrupted.')));

if (!values.full) {
  // What an interruption does: this training stops after three epochs and continues below.
  await rm(file, { force: true });
  const stop = new AbortController();
  const stopped = run(stop.signal, (epoch) => {
    if (epoch === 3) stop.abort(new Error('stopped after epoch 3'));
  });
  await stopped.catch((error: unknown) => {
    if (error !== stop.signal.reason) throw error;
    console.log(`   ${stop.signal.reason.message}`);
  });
}
const training = await run(interruption.signal).catch((error: unknown) => {
  if (!interruption.signal.aborted) throw error;
  console.log('   interrupted; run the same command again to resume from the last finished epoch');
  process.exit(130);
});

console.log('\n3. Evaluate and save');
const predictions = training.model.predictProbabilities(test.embeddings);
const { accuracy, auroc, logLoss, routingAccuracy } = evaluatePredictions(
  predictions,
  test.correctness,
);
console.log(
  `   ${test.embeddings.rows} test questions: accuracy ${accuracy.toFixed(4)}, AUROC ${auroc?.toFixed(4)}, log loss ${logLoss.toFixed(4)}, routing ${routingAccuracy.toFixed(4)}`,
);
await savePretrained(join(output, 'artifact'), {
  model: training.model,
  models: data.models,
  encoder,
  training: training.record,
  metrics: { 'test.accuracy': accuracy, 'test.logLoss': logLoss },
});
console.log('   saved in output/artifact');
await rm(file);

/** Trains from the checkpoint on, where there is one. */
async function run(
  signal: AbortSignal,
  afterEpoch?: (epoch: number) => void,
): Promise<AdamTraining> {
  const resume = await checkpoint.load();
  if (resume) console.log('   resumed from the checkpoint');
  return trainAdam({
    ...settings,
    resume,
    signal,
    onCheckpoint: async (state, { epoch }) => {
      await checkpoint.save(state);
      afterEpoch?.(epoch);
    },
    onProgress: ({ detail, pairsPerSecond, validationLogLoss }) => {
      if (validationLogLoss === undefined) return;
      console.log(`   ${detail}, ${Math.round(pairsPerSecond)} pairs/s`);
    },
  });
}
