// What a round costs beyond its products: time, and processor time of the coordinator and of Redis, by
// the number of parts, with next to nothing to compute; then with wide gradients, where the coordinator
// must read as much however many parts there are. Needs redis-server.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectCluster, partsOf, writeTrainingSet } from '@embedllm/cluster';
import { openObjectStore } from '@embedllm/cluster/storage';
import { startRedis } from '@embedllm/cluster/testing';
import { Matrix, Random } from '@embedllm/core';
import { randomSet } from '../test/support/problem.js';
import { type SpawnedProcess, spawnWorker } from '../test/support/spawn-worker.js';

const ROUNDS = 12;
const WORKERS = 2;
const CASES = [
  { parts: 8, questions: 640, models: 8, dimensions: 16 },
  { parts: 32, questions: 640, models: 8, dimensions: 16 },
  { parts: 64, questions: 640, models: 8, dimensions: 16 },
  { parts: 4, questions: 128, models: 1000, dimensions: 768 },
  { parts: 16, questions: 128, models: 1000, dimensions: 768 },
];

console.log(
  'parts  models  dimensions  ms a round  coordinator CPU ms  Redis CPU ms  MB of gradients',
);
for (const { parts, questions, models, dimensions } of CASES) {
  const redis = await startRedis();
  const folder = await mkdtemp(join(tmpdir(), 'embedllm-rounds-'));
  const storage = await openObjectStore(folder);
  const set = randomSet(questions, models, dimensions);
  await writeTrainingSet({ storage, prefix: 'train/', parts: partsOf(set, parts) });
  const place = { redis: redis.url, storage: folder, memoryBytes: 64e9 };
  const workers: SpawnedProcess[] = [];
  for (let index = 0; index < WORKERS; index++) workers.push(await spawnWorker(place));
  const cluster = await connectCluster({ redis: redis.url, storage });
  const train = await cluster.training({ set: 'train/', id: 'rounds', engine: 'typescript' });
  const [shard] = train.shards;
  const random = new Random(3);
  const weights = new Matrix(models, dimensions);
  for (let index = 0; index < weights.data.length; index++) weights.data[index] = random.normal();
  const ask = async (): Promise<void> => {
    weights.data[0] = random.normal();
    await shard?.gradient({ weights, bias: new Float32Array(models) });
  };
  // Until all parts are held.
  await ask();
  await ask();
  const times: number[] = [];
  const before = { own: process.cpuUsage(), redis: await cpuMs(redis.pid) };
  for (let round = 0; round < ROUNDS; round++) {
    const started = performance.now();
    await ask();
    times.push(performance.now() - started);
  }
  const { user, system } = process.cpuUsage(before.own);
  const own = (user + system) / 1000 / ROUNDS;
  const server = ((await cpuMs(redis.pid)) - before.redis) / ROUNDS;
  times.sort((a, b) => a - b);
  const bytes = 8 * models * (dimensions + 1) * parts;
  const row = [
    ...[String(parts).padStart(5), String(models).padStart(6), String(dimensions).padStart(10)],
    ...[(times[ROUNDS / 2] ?? 0).toFixed(0).padStart(10), own.toFixed(0).padStart(18)],
    ...[server.toFixed(1).padStart(12), (bytes / 1e6).toFixed(1).padStart(15)],
  ];
  console.log(row.join('  '));
  await train.finish();
  await cluster.close();
  for (const worker of workers) await worker.end('SIGKILL');
  await redis.stop();
  await rm(folder, { recursive: true });
}

/** Processor time of a process on Linux, in milliseconds. */
async function cpuMs(pid: number | undefined): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return 10 * (Number(fields[11] ?? 0) + Number(fields[12] ?? 0));
}
