// Write an encoder, check it, train on it, save the artifact, load it and route with it. Everything
// that makes the encoder is in trigram-encoder.ts; the rest is what one does with any encoder.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  applySplit,
  compareWithModel,
  describeVerdict,
  EmbedLLMError,
  evaluatePredictions,
  type Matrix,
  oracleAccuracy,
  type PredictionMetrics,
  type QuestionEncoder,
  randomAccuracy,
  routeAll,
  singleBest,
} from '@embedllm/core';
import { fromPretrained, savePretrained } from '@embedllm/core/node';
import { readSample, SAMPLE_NAME } from '@embedllm/example-data';
import { encoderRecord, fitLsaEncoder } from '@embedllm/question-encoder';
import { encoderConformance } from '@embedllm/question-encoder/testing';
import { Router } from '@embedllm/router';
import { type DirectTraining, resolveEngine, trainDirect } from '@embedllm/trainer';
import { TrigramEncoder } from './trigram-encoder.js';

const { questions, models, correctness, split } = await readSample();
const prompts = questions.map(({ prompt }) => prompt);

console.log('1. Check the encoder');
const encoder = new TrigramEncoder();
const checks = encoderConformance(() => new TrigramEncoder(), { restore: TrigramEncoder.restore });
for (const { name, run } of checks) {
  await run();
  console.log(`   passed: ${name}`);
}

console.log('\n2. Train on it, and on LSA for comparison');
const engine = await resolveEngine();
const lsa = await fitLsaEncoder({ texts: split.train.map((i) => prompts[i] as string) });
const best = singleBest(correctness.selectQuestions(split.train)).model;
const own = await trainOn(encoder);
const compared = await trainOn(lsa);
await engine.dispose();
const test = correctness.selectQuestions(split.test);
const single = randomAccuracy(test.selectModels([best]));
const oracle = oracleAccuracy(test);
console.log(
  `   ${SAMPLE_NAME}: ${split.train.length} training, ${split.validation.length} validation, ${split.test.length} test questions`,
);
for (const [name, { metrics, verdict }] of [
  [`${encoder.id} (${encoder.dimensions})`, own],
  [`${lsa.id} (${lsa.dimensions})`, compared],
] as const) {
  const { routingAccuracy: routing, accuracy, auroc } = metrics;
  console.log(
    `   ${name.padEnd(24)} accuracy ${accuracy.toFixed(4)}  AUROC ${auroc?.toFixed(4)}  routing ${routing.toFixed(4)}: ${verdict}`,
  );
}
console.log(
  `   ${'single best on train'.padEnd(24)} routing ${single.toFixed(4)} (${correctness.models[best]}); oracle ${oracle.toFixed(4)}`,
);

console.log('\n3. Save, load and route');
const folder = await mkdtemp(join(tmpdir(), 'custom-encoder-'));
try {
  await savePretrained(folder, {
    model: own.training.model,
    models,
    encoder: encoderRecord(encoder),
    training: own.training.record,
    metrics: { 'test.routingAccuracy': own.metrics.routingAccuracy },
  });
  const artifact = await fromPretrained(folder);
  const router = Router.fromArtifact(artifact, {
    encoder: TrigramEncoder.restore(artifact.encoder),
  });
  for (const question of [
    'A shop sells 14 boxes of 36 pencils each and gives away 57. How many are left?',
    'What does this Python code print? print([x * x for x in range(5) if x % 2])',
  ]) {
    const { candidates } = await router.route(question, { top: 2 });
    const named = candidates.map(
      ({ model, probability }) => `${model.name} ${(100 * probability).toFixed(1)}%`,
    );
    console.log(`   ${question}\n     -> ${named.join(', ')}`);
  }
  console.log(
    `   with another encoder: ${refusalOf(() => Router.fromArtifact(artifact, { encoder: lsa }))}`,
  );
} finally {
  await rm(folder, { recursive: true });
}

interface TrainedEncoder {
  readonly training: DirectTraining;
  /** On the test questions. */
  readonly metrics: PredictionMetrics;
  /** Of routing, against the single best model. */
  readonly verdict: string;
}

async function trainOn(chosen: QuestionEncoder): Promise<TrainedEncoder> {
  const embeddings: Matrix = await chosen.encode(prompts);
  const { train, validation, test } = applySplit({ embeddings, correctness }, split);
  const training = await trainDirect({ train, validation, engine });
  const predictions = training.model.predictProbabilities(test.embeddings);
  const routed = routeAll(predictions, test.correctness);
  const comparison = compareWithModel({ chosen: routed, truth: test.correctness, model: best });
  return {
    training,
    metrics: evaluatePredictions(predictions, test.correctness),
    verdict: describeVerdict(comparison?.difference.verdict ?? 'no better', 'the single best'),
  };
}

/** An artifact's router takes the encoder of its training only. */
function refusalOf(build: () => unknown): string {
  try {
    build();
  } catch (error) {
    if (error instanceof EmbedLLMError && error.code === 'encoder-mismatch') {
      return `refused (${error.code})`;
    }
    throw error;
  }
  throw new Error('The router took an encoder that it was not trained with.');
}
