// Kills a worker, the coordinator and Redis in the middle of a training, cuts the network of a worker, and
// kills a worker in the middle of an encoding and of an import. Each run must end with the bits of one
// process, and each part be held once. Exits with 1 where one does not. Needs redis-server, and root for
// the network.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectCluster, partsOf, writeTrainingSet } from '@embedllm/cluster';
import { type ObjectStore, openObjectStore } from '@embedllm/cluster/storage';
import { startRedis, startS3 } from '@embedllm/cluster/testing';
import { readSafetensors } from '@embedllm/core';
import { createHashingEncoder, encoderRecord } from '@embedllm/question-encoder';
import { createLocalShard, createTypeScriptEngine, trainDirect } from '@embedllm/trainer';
import { harnessLogs, localRows, parquetRows } from '../test/support/logs.js';
import { hashOf, randomSet, settings } from '../test/support/problem.js';
import { type SpawnedProcess, spawnProcess, spawnWorker } from '../test/support/spawn-worker.js';
import { makeNetwork } from './support/network.js';

const PARTS = 8;
const WORKERS = 3;
/** Models of which logs are imported. */
const LOGS = 12;
/** Short, so that a script need not wait for a lease to end. */
const LEASE_MS = 2000;
/** Longer than a lease, so that the parts move while the worker still runs. */
const CUT_MS = 8000;
const PASSWORD = 'of the bench';
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

// Without an argument all of them: `tsx bench/kills.ts network`.
const only = process.argv[2];
for (const victim of ['none', 'worker', 'coordinator', 'redis', 'network'] as const) {
  if (only === undefined || only === victim) await train(victim);
}
if (only === undefined || only === 'encode') await encode();
if (only === undefined || only === 'import') await importRecords();
console.log(failures === 0 ? 'All as one process.' : `${failures} FAILED`);
process.exit(failures === 0 ? 0 : 1);

function check(isRight: boolean, what: string): void {
  if (!isRight) failures++;
  console.log(`  ${isRight ? 'ok' : 'FAILED'}: ${what}`);
}

async function train(
  victim: 'none' | 'worker' | 'coordinator' | 'redis' | 'network',
): Promise<void> {
  console.log(`Training, ${victim === 'network' ? 'cut' : 'killed'}: ${victim}`);
  const started = performance.now();
  const network = victim === 'network' ? makeNetwork() : undefined;
  if (victim === 'network' && !network) {
    console.log('  SKIPPED: this process may not make network namespaces');
    return;
  }
  const redis = await startRedis({ host: network?.host, password: network && PASSWORD });
  const folder = await mkdtemp(join(tmpdir(), 'embedllm-kills-'));
  const storage = await openObjectStore(folder);
  await writeTrainingSet({ storage, prefix: 'train/', parts: partsOf(set, PARTS) });
  const place = { redis: redis.url, storage: folder, leaseMs: LEASE_MS, memoryBytes: 4e9 };
  const workers: SpawnedProcess[] = [];
  if (network) {
    const url = redis.url.replace('127.0.0.1', network.host);
    workers.push(await spawnWorker({ ...place, redis: url }, {}, network.within));
  }
  while (workers.length < WORKERS) workers.push(await spawnWorker(place));
  let coordinator = coordinate(redis.url, folder);
  await coordinator.printed('round 7');
  if (victim === 'worker') await workers[0]?.end('SIGKILL');
  if (network) {
    const held = await partsOfWorker(redis.url, storage, workers[0]?.pid);
    check(held.length > 0, `the worker whose network is cut holds ${held.length} parts`);
    network.cut();
    setTimeout(() => network.heal(), CUT_MS);
  }
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
  network?.remove();
  await rm(folder, { recursive: true });
  console.log(`  ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

async function partsOfWorker(
  redis: string,
  storage: ObjectStore,
  pid: number | undefined,
): Promise<readonly string[]> {
  const cluster = await connectCluster({ redis, storage });
  const { workers } = await cluster.status();
  await cluster.close();
  return workers.find((worker) => worker.pid === pid)?.parts ?? [];
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

async function importRecords(): Promise<void> {
  console.log('Importing, killed: worker');
  const redis = await startRedis();
  const folder = await mkdtemp(join(tmpdir(), 'embedllm-kills-'));
  const storage = await openObjectStore(folder);
  const logs = harnessLogs(LOGS, 300);
  for (const [name, text] of logs) await storage.put(`logs/${name}`, Buffer.from(text));
  const place = { redis: redis.url, storage: folder, leaseMs: LEASE_MS };
  const workers: SpawnedProcess[] = [];
  for (let index = 0; index < WORKERS; index++) workers.push(await spawnWorker(place));
  const cluster = await connectCluster({ redis: redis.url, storage });
  let isKilled: Promise<void> | undefined;
  const { questions, responses } = await cluster.importRecords({
    ...{ records: 'logs/', output: 'pool/', parts: 4 },
    onProgress({ phase, done }) {
      if (phase === 'read' && done >= 3) isKilled ??= workers[0]?.end('SIGKILL');
    },
  });
  check(isKilled !== undefined, 'a worker was killed');
  const sources = [...new Set([...logs.keys()].map((name) => name.split('/')[0] ?? ''))].sort();
  const local = await localRows(sources.map((name) => join(folder, 'logs', name)));
  const found = await parquetRows(join(folder, 'pool/'));
  const isEqual = JSON.stringify(found) === JSON.stringify(local);
  check(isEqual, `${responses} responses to ${questions} questions are those of a local import`);
  await cluster.close();
  for (const worker of workers) await worker.end('SIGKILL');
  await redis.stop();
  await rm(folder, { recursive: true });
}
