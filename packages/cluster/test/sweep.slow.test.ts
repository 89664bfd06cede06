import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Cluster, type ClusterWorker, connectCluster, startWorker } from '@embedllm/cluster';
import { type ObjectStore, openObjectStore } from '@embedllm/cluster/storage';
import { type RedisServer, startRedis } from '@embedllm/cluster/testing';
import { splitQuestions } from '@embedllm/core';
import { fitItemResponse, serializeItemResponsePool } from '@embedllm/forecaster';
import { dimensionSweep, type ProbeData, seedStability, type Train } from '@embedllm/probes';
import { createTypeScriptEngine, trainDirect } from '@embedllm/trainer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomSet } from './support/problem.js';
import { hasRedis } from './support/spawn-worker.js';

const { embeddings, correctness } = randomSet(240, 9, 6);
const categories = Array.from({ length: 240 }, (_, question) => (question % 2 ? 'odd' : 'even'));
const data: ProbeData = {
  ...{ embeddings, correctness, categories },
  split: splitQuestions(categories, { seed: 0 }),
};
const settings = { ridges: [0.1, 1], poolings: [0.5] };

describe.skipIf(!hasRedis)('sweeps on a cluster', () => {
  let redis: RedisServer;
  let folder: string;
  let storage: ObjectStore;
  let cluster: Cluster;
  const workers: ClusterWorker[] = [];

  beforeAll(async () => {
    redis = await startRedis();
    folder = await mkdtemp(join(tmpdir(), 'embedllm-sweep-'));
    storage = await openObjectStore(folder);
    cluster = await connectCluster({ redis: redis.url, storage });
    for (let index = 0; index < 2; index++) {
      workers.push(await startWorker({ redis: redis.url, storage }));
    }
  });

  afterAll(async () => {
    await Promise.all(workers.map((worker) => worker.close()));
    await cluster?.close();
    await redis?.stop();
    await rm(folder, { recursive: true });
  });

  const keysOf = async (prefix: string): Promise<string[]> => {
    const keys: string[] = [];
    for await (const { key } of storage.list(prefix)) keys.push(key);
    return keys;
  };
  const local: Train = async ({ dimensions, validation, signal, ...train }) => {
    const ranks = dimensions === undefined ? undefined : [dimensions];
    const engine = createTypeScriptEngine();
    return (await trainDirect({ ...settings, train, validation, ranks, engine, signal })).model;
  };

  it('give what one process gives, over dimensions and seeds', async () => {
    const sweep = cluster.sweep({ id: 'dimensions', engine: 'typescript', settings });
    const over = { data, dimensions: [0, 1, 3] };
    const found = await dimensionSweep({ ...over, train: sweep.train, concurrency: 8 });
    expect(found).toEqual(await dimensionSweep({ ...over, train: local }));
    const seeds = { data, seeds: [0, 1, 2], share: 0.6 };
    expect(await seedStability({ ...seeds, train: sweep.train, concurrency: 8 })).toEqual(
      await seedStability({ ...seeds, train: local }),
    );
    await sweep.close();
    // Again under the same name: it is there.
    const again = cluster.sweep({ id: 'dimensions', engine: 'typescript', settings });
    await dimensionSweep({ ...over, train: again.train, concurrency: 8 });
    expect(await keysOf('sweeps/dimensions/result-')).toHaveLength(6);
    await again.finish();
    expect(await keysOf('sweeps/')).toEqual([]);
  });

  it('give what one process gives, leaving models out of forecasts', async () => {
    const sweep = cluster.sweep({ id: 'forecasts' });
    const pool = { correctness, categories, embeddings, dimensions: 'auto' as const, folds: 9 };
    let steps = 0;
    const found = await fitItemResponse({
      ...{ ...pool, checkFolds: sweep.checkFolds },
      onProgress: () => steps++,
    });
    const alone = await fitItemResponse(pool);
    expect(serializeItemResponsePool(found)).toEqual(serializeItemResponsePool(alone));
    expect(found.calibration).toEqual(alone.calibration);
    expect(steps).toBeGreaterThan(18);
    await sweep.finish();
  });

  it('name what is wrong', async () => {
    expect(() => cluster.sweep({ id: 'a/b' })).toThrow('"a/b" is not a valid name for a sweep.');
    const sweep = cluster.sweep({ id: 'bad', engine: 'typescript', settings: { ridges: [-1] } });
    await expect(sweep.train({ embeddings, correctness, validation: undefined })).rejects.toThrow(
      /ridges/,
    );
    await sweep.finish();
  });
});
