// Throughput of a transformers encoder with its batches of similar length against batches in the
// order of the texts, on a generated transformer that computes as much as a trained one of its size.
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Matrix } from '@embedllm/core';
import { createTransformersEncoder, type TransformersEncoder } from '../src/transformers.js';
import { VOCABULARY, writeTinyModel } from '../test/support/tiny-model.js';
import { flopsPerPosition, transformerGraph } from '../test/support/transformer-graph.js';
import { hasZeroEval, readZeroEval } from '../test/support/zeroeval.js';
import { bankTexts } from './bank-texts.js';

const SIZE = { vocabulary: VOCABULARY.length, hidden: 256, intermediate: 1024, layers: 4 };
const BATCH_SIZE = 32;
const RUNS = 3;

const pooling = {
  word_embedding_dimension: SIZE.hidden,
  pooling_mode_mean_tokens: true,
  pooling_mode_cls_token: false,
  pooling_mode_max_tokens: false,
};
const folder = await writeTinyModel({
  files: {
    'onnx/model.onnx': transformerGraph(SIZE),
    'config.json': {
      ...{ architectures: ['BertModel'], model_type: 'bert', hidden_size: SIZE.hidden },
      ...{ num_attention_heads: 1, num_hidden_layers: SIZE.layers, vocab_size: SIZE.vocabulary },
      max_position_embeddings: 384,
    },
    '1_Pooling/config.json': pooling,
    'sentence_bert_config.json': { max_seq_length: 384 },
  },
});
const encoder = await createTransformersEncoder({
  folder,
  batchSize: BATCH_SIZE,
  batchTokens: BATCH_SIZE * 384,
  maxTokens: 384,
});
try {
  console.log(
    `transformer of ${SIZE.layers} layers, width ${SIZE.hidden}: ${(flopsPerPosition(SIZE) / 1e6).toFixed(1)} MFLOP a position; batches of ${BATCH_SIZE}, at most 384 tokens; least of ${RUNS} runs`,
  );
  await compare('questions of MMLU-Pro', every(bankTexts(), 2));
  if (hasZeroEval) await compare('ZeroEval', every([...readZeroEval().prompts], 4));
  else console.log('ZeroEval: skipped, the data are not there (set EMBEDLLM_ZEROEVAL).');
} finally {
  await encoder.dispose();
  await rm(dirname(folder), { recursive: true });
}

function every<T>(items: readonly T[], step: number): T[] {
  return items.filter((_, index) => index % step === 0);
}

async function compare(name: string, texts: readonly string[]): Promise<void> {
  const inOrder: Measured[] = [];
  const sorted: Measured[] = [];
  // In turns, so that a busy machine is as unfair to the one as to the other.
  for (let run = 0; run < RUNS; run++) {
    inOrder.push(await measure(() => encodeInOrder(encoder, texts)));
    sorted.push(await measure(async () => [await encoder.encode(texts)]));
  }
  const least = (runs: readonly Measured[], of: 'wallMs' | 'cpuMs'): number =>
    Math.min(...runs.map((run) => run[of]));
  const rate = (runs: readonly Measured[]): string =>
    `${((1000 * texts.length) / least(runs, 'wallMs')).toFixed(0)} texts/s (${least(runs, 'cpuMs').toFixed(0)} ms of CPU time)`;
  console.log(
    `${name}, ${texts.length} texts: in order ${rate(inOrder)}; sorted by length ${rate(sorted)}; ratio ${(least(inOrder, 'wallMs') / least(sorted, 'wallMs')).toFixed(2)} by wall time, ${(least(inOrder, 'cpuMs') / least(sorted, 'cpuMs')).toFixed(2)} by CPU time; largest difference of a vector ${largestDifference(inOrder[0]?.vectors ?? [], sorted[0]?.vectors ?? []).toExponential(1)}`,
  );
}

/** One batch a call, so that texts are batched as they come. */
async function encodeInOrder(
  chosen: TransformersEncoder,
  texts: readonly string[],
): Promise<Matrix[]> {
  const parts: Matrix[] = [];
  for (let start = 0; start < texts.length; start += BATCH_SIZE) {
    parts.push(await chosen.encode(texts.slice(start, start + BATCH_SIZE)));
  }
  return parts;
}

interface Measured {
  readonly vectors: readonly Matrix[];
  readonly wallMs: number;
  readonly cpuMs: number;
}

async function measure(work: () => Promise<Matrix[]>): Promise<Measured> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  const vectors = await work();
  const wallMs = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return { vectors, wallMs, cpuMs: (user + system) / 1000 };
}

function largestDifference(a: readonly Matrix[], b: readonly Matrix[]): number {
  const left = a.flatMap(({ data }) => [...data]);
  const right = b.flatMap(({ data }) => [...data]);
  return left.reduce(
    (largest, value, i) => Math.max(largest, Math.abs(value - (right[i] ?? 0))),
    0,
  );
}
