// Kills a worker, the coordinator and Redis in the middle of a training, and a worker in the middle of
// an encoding. Each run must end with the bits of one process, and each part be held once. Exits with 1
// where one does not. Needs redis-server.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectCluster, partsOf, writeTrainingSet } from '@embedllm/cluster';
import { openObjectStore } from '@embedllm/cluster/storage';
import { startRedis, startS3 } from '@embedllm/cluster/testing';
import { readSafetensors } from '@embedllm/core';
import { createHashingEncoder, encoderRecord } from '@embedllm/question-encoder';
import { createLocalShard, createTypeScriptEngine, trainDirect } from '@embedllm/trainer';
import { hashOf, randomSet, settings } from '../test/support/problem.js';
import { type SpawnedProcess, spawnProcess, spawnWorker } from '../test/support/spawn-worker.js';

const PARTS = 8;
const WORKERS = 3;
/** Short, so that a script need not wait for a lease to end. */
const LEASE_MS = 2000;
const set = randomSet(24_000, 24, 48);

const engine = createTypeScriptEngine();
const shards = [...partsOf(set, PARTS)].map((part) => createLocalShard({ ...part, engine }));
const { models } = set.correctness;
const alone = await trainDirect({
  ...{ train: { models, shards, fingerprint: 'x' }, ...settings, engine },
});
const expected = hashOf(alone);
console.log(`One process: ${expected}`);
let failures = 0;

for (const victim of ['none', 'worker', 'coordinator', 'redis'] as const) {
  await train(victim);
}
await encode();
console.log(failures === 0 ? 'All as one process.' : `${failures} FAILED`);
process.exit(failures === 0 ? 0 : 1);

function check(isRight: boolean, what: string): void {
  if (!isRight) failures++;
  console.log(`  ${isRight ? 'ok' : 'FAILED'}: ${what}`);
}

async function train(victim: 'none' | 'worker' | 'coordinator' | 'redis'): Promise<void> {
  console.log(`Training, killed: ${victim}`);
  const started = performance.now();
  const redis = await startRedis();
  const folder = await mkdtemp(join(tmpdir(), 'embedllm-kills-'));
  const storage = await openObjectStore(folder);
  await writeTrainingSet({ storage, prefix: 'train/', parts: partsOf(set, PARTS) });
  const place = { redis: redis.url, storage: folder, leaseMs: LEASE_MS, memoryBytes: 4e9 };
  const workers: SpawnedProcess[] = [];
  for (let index = 0; index < WORKERS; index++) workers.push(await spawnWorker(place));
  let coordinator = coordinate(redis.url, folder);
  await coordinator.printed('round 7');
  if (victim === 'worker') await workers[0]?.end('SIGKILL');
  if (victim === 'redis') {
    await redis.kill();
    await new Promise((resolve) => setTimeout(resolve, 5000));
    await redis.restart();
  }
  if (victim === 'coordinator') {
    await coordinator.end('SIGKILL');
    coordinator = coordinate(redis.url, folder);
  }
  const hash = await coordinator.value('hash');
  check(hash === expected, `the weights are those of one process (${hash.slice(0, 16)})`);
  const replayed = Number(await coordinator.value('replayed'));
  const isReplayed = victim === 'coordinator' ? replayed >= 7 : replayed === 0;
  check(isReplayed, `${replayed} rounds were taken from storage`);
  const cluster = await connectCluster({ redis: redis.url, storage });
  // Until each worker has said what it holds.
  await new Promise((resolve) => setTimeout(resolve, LEASE_MS + 4000));
  const held = (await cluster.status()).workers
    .filter(({ pid }) => victim !== 'worker' || pid !== workers[0]?.pid)
    .flatMap(({ parts }) => parts);
  const isOnce = held.length === PARTS && new Set(held).size === PARTS;
  check(isOnce, `each part is held once (${held.length} held, ${new Set(held).size} of ${PARTS})`);
  await cluster.close();
  coordinator.say('finish');
  await coordinator.gone();
  for (const worker of workers) await worker.end('SIGKILL');
  await redis.stop();
  await rm(folder, { recursive: true });
  console.log(`  ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

function coordinate(redis: string, storage: string): SpawnedProcess {
  const script = fileURLToPath(new URL('support/coordinator.ts', import.meta.url));
  const options = JSON.stringify({ redis, storage, id: 'kills' });
  return spawnProcess(['--import', 'tsx', script], { COORDINATOR: options });
}

async function encode(): Promise<void> {
  console.log('Encoding to S3, killed: worker');
  const redis = await startRedis();
  const s3 = await startS3();
  const storage = await openObjectStore(s3.address, { credentials: s3.credentials });
  const texts = Array.from({ length: 2000 }, (_, index) => `question ${index}`);
  const lines = texts.map((prompt) => `${JSON.stringify({ prompt })}\n`);
  await storage.put('texts/a.jsonl', Buffer.from(lines.join('')));
  const place = { redis: redis.url, storage: s3.address, leaseMs: LEASE_MS, encodeMs: 100 };
  const workers: SpawnedProcess[] = [];
  for (let index = 0; index < WORKERS; index++) workers.push(await spawnWorker(place, s3.env));
  const cluster = await connectCluster({ redis: redis.url, storage });
  const encoder = createHashingEncoder({ dimensions: 64 });
  const encoding = cluster.encode({
    ...{ texts: 'texts/', output: 'vectors/', encoder: encoderRecord(encoder) },
    bytesPerPart: 2000,
  });
  await workers[0]?.printed('encoding', 2);
  await workers[0]?.end('SIGKILL');
  const { parts } = await encoding;
  const vectors: Uint8Array[] = [];
  for (const { key } of parts) {
    const { tensors } = readSafetensors(await storage.get(key));
    const data = tensors.get('embeddings')?.data;
    if (data) vectors.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  const { data } = await encoder.encode(texts);
  const isEqual = Buffer.concat(vectors).equals(new Uint8Array(data.buffer));
  check(isEqual, `the vectors of ${texts.length} texts are those of one process`);
  const executions = workers.flatMap(({ lines: said }) =>
    said.filter((line) => line === 'encoding'),
  );
  const isThrifty = executions.length <= parts.length + 1;
  check(isThrifty, `${executions.length} executions for ${parts.length} parts`);
  await cluster.close();
  for (const worker of workers) await worker.end('SIGKILL');
  await redis.stop();
  await s3.stop();
}
