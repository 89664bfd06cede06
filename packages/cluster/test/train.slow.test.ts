import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Cluster,
  type ClusterWorker,
  connectCluster,
  partsOf,
  startWorker,
  writeTrainingSet,
} from '@embedllm/cluster';
import { type ObjectStore, openObjectStore } from '@embedllm/cluster/storage';
import { type RedisServer, startRedis } from '@embedllm/cluster/testing';
import {
  createLocalShard,
  createTypeScriptEngine,
  type DirectTraining,
  type ShardedSet,
  trainDirect,
} from '@embedllm/trainer';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hashOf, randomSet } from './support/problem.js';
import { hasRedis, type SpawnedProcess, spawnWorker } from './support/spawn-worker.js';

const engine = createTypeScriptEngine();
const PARTS = 4;

const set = randomSet(400, 6, 10);
const settings = { engine, ridges: [1], poolings: [0.5], ranks: [3], tolerance: 1e-6 };

/** The same parts in this process. */
async function trainHere(): Promise<DirectTraining> {
  const shards = [...partsOf(set, PARTS)].map((part) => createLocalShard({ ...part, engine }));
  const train: ShardedSet = { models: set.correctness.models, shards, fingerprint: 'x' };
  return trainDirect({ train, ...settings });
}

describe.skipIf(!hasRedis)('training on a cluster', () => {
  let redis: RedisServer;
  let folder: string;
  let storage: ObjectStore;
  let cluster: Cluster;
  const workers: ClusterWorker[] = [];
  const spawned: SpawnedProcess[] = [];

  const start = async (memoryBytes?: number): Promise<ClusterWorker> => {
    const place = { redis: redis.url, storage, leaseMs: 1000 };
    const worker = await startWorker({ ...place, memoryBytes });
    workers.push(worker);
    return worker;
  };

  beforeAll(async () => {
    redis = await startRedis();
    folder = await mkdtemp(join(tmpdir(), 'embedllm-train-'));
    storage = await openObjectStore(folder);
    cluster = await connectCluster({ redis: redis.url, storage });
    await writeTrainingSet({ storage, prefix: 'train/', parts: partsOf(set, PARTS) });
  });

  afterEach(async () => {
    for (const worker of spawned.splice(0)) await worker.end('SIGKILL');
    await Promise.all(workers.splice(0).map((worker) => worker.close()));
  });

  afterAll(async () => {
    await cluster?.close();
    await redis?.stop();
    await rm(folder, { recursive: true });
  });

  const open = (id: string) => cluster.training({ set: 'train/', id, engine: 'typescript' });

  it('is bit-identical to one process, each part held once, and leaves nothing', async () => {
    const [first, second] = [await start(), await start()];
    const train = await open('plain');
    const training = await trainDirect({ train, ...settings });
    expect(hashOf(training)).toBe(hashOf(await trainHere()));
    const held = [...first.status().parts, ...second.status().parts].sort();
    expect(held).toEqual([0, 1, 2, 3].map((part) => `plain/${part}`));
    expect(train.rounds.replayed).toBe(0);
    await train.finish();
    for await (const { key } of storage.list('trainings/')) expect.fail(`${key} is left`);
    await expect.poll(() => [...first.status().parts, ...second.status().parts]).toEqual([]);
  });

  it('continues after the coordinator and a worker are gone, with the same bits', async () => {
    spawned.push(
      await spawnWorker({ redis: redis.url, storage: folder, leaseMs: 1000, memoryBytes: 3e8 }),
    );
    const stopping = new AbortController();
    const before = await open('twice');
    const stopped = trainDirect({
      ...{ train: before, ...settings, signal: stopping.signal },
      onProgress: ({ iteration }) => iteration === 3 && stopping.abort(new Error('gone')),
    });
    await expect(stopped).rejects.toThrow('gone');
    // Its connections end without a word, as those of a process that is killed.
    await cluster.close();
    for (const worker of spawned.splice(0)) await worker.end('SIGKILL');
    await start();
    cluster = await connectCluster({ redis: redis.url, storage });
    const train = await open('twice');
    const training = await trainDirect({ train, ...settings });
    expect(hashOf(training)).toBe(hashOf(await trainHere()));
    expect(train.rounds.replayed).toBe(4);
    expect(train.rounds.computed).toBeGreaterThan(2);

    // Other settings would take other steps.
    await train.close();
    const other = await open('twice');
    await expect(trainDirect({ train: other, ...settings, ridges: [2] })).rejects.toThrow(
      'has rounds of other data or settings',
    );
    await other.finish();
  });

  it('spreads parts over workers by the memory they may use', async () => {
    const part = 68e6;
    const [first, second] = [await start(part), await start(3.5 * part)];
    const train = await open('memory');
    await trainDirect({ train, ...settings });
    expect(first.status().parts).toHaveLength(1);
    expect(second.status().parts).toHaveLength(3);
    expect(first.status().heldBytes).toBeLessThanOrEqual(part);
    await train.finish();
  });

  it('resumes after it was closed while no worker held its parts', async () => {
    const before = await open('early');
    await before.close();
    await start();
    const train = await open('early');
    expect(hashOf(await trainDirect({ train, ...settings }))).toBe(hashOf(await trainHere()));
    await train.finish();
  });

  it('names the part that cannot be read', async () => {
    await start();
    const { parts } = await writeTrainingSet({ storage, prefix: 'bad/', parts: partsOf(set, 2) });
    await storage.put(parts[1]?.key ?? '', Buffer.from('not safetensors'));
    const train = await cluster.training({ set: 'bad/', id: 'bad', engine: 'typescript' });
    await expect(trainDirect({ train, ...settings })).rejects.toThrow(
      /bad\/part-000001\.safetensors/,
    );
    await train.finish();
  });
});
