import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Cluster,
  connectCluster,
  partsOf,
  startWorker,
  writeTrainingSet,
} from '@embedllm/cluster';
import { type ObjectStore, openObjectStore } from '@embedllm/cluster/storage';
import { type RedisServer, startRedis } from '@embedllm/cluster/testing';
import { createHashingEncoder, encoderRecord } from '@embedllm/question-encoder';
import { createTypeScriptEngine, trainDirect } from '@embedllm/trainer';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { randomSet } from './support/problem.js';
import { hasRedis } from './support/spawn-worker.js';

const set = randomSet(60, 4, 6);
const encoder = encoderRecord(createHashingEncoder({ dimensions: 16 }));
const engine = createTypeScriptEngine();
const WAIT = { timeout: 20_000 };

describe.skipIf(!hasRedis)('a run without workers', () => {
  let redis: RedisServer;
  let client: Redis;
  let folder: string;
  let storage: ObjectStore;
  let cluster: Cluster;
  let notices: string[];
  const controller = { current: new AbortController() };

  beforeEach(async () => {
    redis = await startRedis();
    client = new Redis(redis.url, { maxRetriesPerRequest: null }).on('error', () => {});
    folder = await mkdtemp(join(tmpdir(), 'embedllm-interruption-'));
    storage = await openObjectStore(folder);
    notices = [];
    const onNotice = (text: string): unknown => notices.push(text);
    cluster = await connectCluster({ redis: redis.url, storage, onNotice });
    controller.current = new AbortController();
    await storage.put('texts/a.jsonl', Buffer.from('{"prompt":"a"}\n'.repeat(40)));
    await storage.put('logs/a/judged.csv', Buffer.from('question,model,score\nq,m,1\n'));
    await writeTrainingSet({ storage, prefix: 'train/', parts: partsOf(set, 3) });
  });

  afterEach(async () => {
    await cluster.close();
    client.disconnect();
    await redis.stop();
    await rm(folder, { recursive: true });
  });

  const train = async (): Promise<unknown> => {
    const training = await cluster.training({ set: 'train/', id: 't', engine: 'typescript' });
    const { signal } = controller.current;
    const settings = { ridges: [1], poolings: [0.5], ranks: [0] };
    return trainDirect({ train: training, engine, signal, ...settings }).finally(training.close);
  };
  const runs: Record<string, () => Promise<unknown>> = {
    encode: () =>
      cluster.encode({
        ...{ texts: 'texts/', encoder, output: 'vectors/', bytesPerPart: 100 },
        signal: controller.current.signal,
      }),
    import: () => {
      const { signal } = controller.current;
      return cluster.importRecords({ records: 'logs/', output: 'pool/', signal });
    },
    train,
    sweep: () => {
      const sweep = cluster.sweep({ id: 's', engine: 'typescript' });
      const { signal } = controller.current;
      return sweep.train({ ...set, validation: undefined, signal }).finally(sweep.close);
    },
  };

  /** Keys of jobs, of queues of parts, and of who coordinates. */
  const left = async (): Promise<string[]> => {
    const keys = await client.keys('*');
    return keys.filter(
      (key) => !/:(encode|import|sweep|hold|reduce):(meta|events|marker|id)$/.test(key),
    );
  };

  for (const [name, run] of Object.entries(runs)) {
    it(`says so, and leaves nothing in Redis when it is stopped: ${name}`, async () => {
      const running = run().catch((error: unknown) => error);
      await expect
        .poll(() => notices, WAIT)
        .toEqual([expect.stringMatching(/^No worker of version .* embedllm worker$/)]);
      expect((await left()).length).toBeGreaterThan(1);
      const reason = new Error('enough');
      controller.current.abort(reason);
      expect(await running).toBe(reason);
      expect(await left()).toEqual([]);
    });

    it(`ends when it is stopped while Redis is away: ${name}`, async () => {
      const running = run().catch((error: unknown) => error);
      await expect.poll(async () => (await left()).length, WAIT).toBeGreaterThan(1);
      await redis.kill();
      const reason = new Error('enough');
      controller.current.abort(reason);
      expect(await running).toBe(reason);
    });
  }

  it('is coordinated until the last of its coordinators ends', async () => {
    const key = 'embedllm:run:trainings/t/';
    const open = () => cluster.training({ set: 'train/', id: 't', engine: 'typescript' });
    const first = await open();
    const second = await open();
    await second.close();
    expect(await client.exists(key)).toBe(1);
    const third = await open();
    await first.close();
    expect(await client.exists(key)).toBe(1);
    await third.close();
    expect(await client.exists(key)).toBe(0);
  });

  it('is given up by the worker that comes after its coordinator was killed', async () => {
    const running = train().catch((error: unknown) => error);
    await expect.poll(async () => (await client.keys('*:hold:t-*')).length, WAIT).toBe(3);
    // As if the process were gone: it says no more that it is there, and asks for nothing.
    await cluster.close();
    await client.del('embedllm:run:trainings/t/');
    const worker = await startWorker({ redis: redis.url, storage, leaseMs: 500 });
    await expect.poll(async () => (await client.keys('*:hold:t-*')).length, WAIT).toBe(0);
    expect(worker.status().parts).toEqual([]);
    await worker.close();
    controller.current.abort(new Error('enough'));
    await running;
  });

  it('is found and removed afterwards, unless someone works on it', async () => {
    const running = train().catch((error: unknown) => error);
    const encoding = runs.encode?.().catch((error: unknown) => error);
    await expect.poll(async () => (await client.keys('*:encode:*-1')).length, WAIT).toBe(1);
    const other = await connectCluster({ redis: redis.url, storage });
    expect(await other.cleanUp({ olderThanMs: 0 })).toMatchObject({ runs: [] });
    await cluster.close();
    await client.del('embedllm:run:trainings/t/', 'embedllm:run:vectors/');
    await expect(other.cleanUp()).resolves.toEqual({ runs: [], jobs: 0, queues: 0 });
    const found = await other.cleanUp({ olderThanMs: 0, isDryRun: true });
    expect(found.runs).toMatchObject([
      { kind: 'training', folder: 'trainings/t/', objects: 1 },
      { kind: 'encoding', folder: 'vectors/', objects: 2 },
    ]);
    expect(found).toMatchObject({ queues: 3 });
    expect(found.jobs).toBeGreaterThan(3);
    expect(await other.cleanUp({ olderThanMs: 0 })).toEqual(found);
    expect(await left()).toEqual([]);
    const keys: string[] = [];
    for await (const { key } of storage.list('')) keys.push(key.split('/')[0] ?? '');
    expect([...new Set(keys)].sort()).toEqual(['logs', 'texts', 'train']);
    await other.close();
    controller.current.abort(new Error('enough'));
    await Promise.all([running, encoding]);
  });
});
