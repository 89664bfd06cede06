import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Cluster,
  type ClusterWorker,
  connectCluster,
  labelledRecords,
  readRecords,
  startWorker,
  writeTrainingSet,
} from '@embedllm/cluster';
import { type ObjectStore, openObjectStore } from '@embedllm/cluster/storage';
import { type RedisServer, startRedis } from '@embedllm/cluster/testing';
import type { Progress } from '@embedllm/core';
import { createHashingEncoder, encoderRecord } from '@embedllm/question-encoder';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { harnessLogs, localRows, parquetRows } from './support/logs.js';
import { hasRedis, type SpawnedProcess, spawnWorker } from './support/spawn-worker.js';

const MODELS = 4;

describe.skipIf(!hasRedis)('importing records on a cluster', () => {
  let redis: RedisServer;
  let folder: string;
  let storage: ObjectStore;
  let cluster: Cluster;
  let worker: ClusterWorker | undefined;
  let killed: SpawnedProcess | undefined;
  const notices: string[] = [];

  beforeAll(async () => {
    redis = await startRedis();
    folder = await mkdtemp(join(tmpdir(), 'embedllm-import-test-'));
    storage = await openObjectStore(folder);
    const onNotice = (text: string): unknown => notices.push(text);
    cluster = await connectCluster({ redis: redis.url, storage, onNotice });
    for (const [name, text] of harnessLogs(MODELS, 30)) {
      await storage.put(`logs/${name}`, Buffer.from(text));
    }
  });

  afterAll(async () => {
    await killed?.end('SIGKILL');
    await worker?.close();
    await cluster?.close();
    await redis?.stop();
    await rm(folder, { recursive: true });
  });

  const keysOf = async (prefix: string): Promise<string[]> => {
    const keys: string[] = [];
    for await (const { key } of storage.list(prefix)) keys.push(key);
    return keys;
  };
  const sources = () =>
    Array.from({ length: MODELS }, (_, model) => join(folder, `logs/model-0${model}`));

  it('says with which storage to start a worker that has another', async () => {
    const own = await startRedis();
    const elsewhere = await openObjectStore(join(folder, '..', `elsewhere-${Date.now()}`));
    const here = await connectCluster({ redis: own.url, storage });
    const astray = await startWorker({ redis: own.url, storage: elsewhere });
    try {
      const asked = here.importRecords({ records: 'logs/', output: 'astray/' });
      await expect(asked).rejects.toThrow(
        /There is no object logs\/.*Does the worker use the storage of this run, /,
      );
    } finally {
      await astray.close();
      await here.close();
      await own.stop();
    }
  });

  it('gives what importing the folders one after another gives, though a worker is killed', async () => {
    killed = await spawnWorker({ redis: redis.url, storage: folder, leaseMs: 500 });
    const progress: Progress[] = [];
    const importing = cluster.importRecords({
      ...{ records: 'logs/', output: 'pool/', parts: 3 },
      onProgress: (step) => void progress.push(step),
    });
    await expect
      .poll(async () => (await keysOf('pool/work/')).length, {
        timeout: 20_000,
      })
      .toBeGreaterThan(0);
    await killed.end('SIGKILL');
    worker = await startWorker({ redis: redis.url, storage, leaseMs: 500 });
    const set = await importing;
    expect(set).toMatchObject({ questions: 30, responses: 120, duplicates: 0, conflicts: 0 });
    expect(set.models.map(({ name }) => name)).toEqual(
      Array.from({ length: MODELS }, (_, model) => `model-0${model}`),
    );
    const rows = await parquetRows(join(folder, 'pool/'));
    expect(rows).toHaveLength(120);
    expect(rows).toEqual(await localRows(sources()));
    expect(progress.at(-1)).toMatchObject({ phase: 'merge', done: 3, total: 3, unit: 'parts' });
    // Nothing is left but the set, and the same call gives it again.
    expect(await keysOf('pool/work/')).toEqual([]);
    expect(await cluster.importRecords({ records: 'logs/', output: 'pool/', parts: 3 })).toEqual(
      set,
    );
    await expect(cluster.importRecords({ records: 'logs/', output: 'pool/' })).rejects.toThrow(
      'contains a set of other records',
    );
  });

  it('is encoded and trained on, and read into memory', async () => {
    const encoder = createHashingEncoder({ dimensions: 16 });
    await cluster.encode({
      ...{ texts: 'pool/questions/', encoder: encoderRecord(encoder), output: 'vectors/' },
      ...{ idColumn: 'question_id', rowsPerPart: 7 },
    });
    const options = { storage, records: 'pool/', vectors: 'vectors/' };
    const { parts, models, dimensions, labelCounts } = await writeTrainingSet({
      ...{ storage, prefix: 'train/', parts: labelledRecords(options) },
    });
    expect({ parts: parts.length, models: models.length, dimensions }).toEqual({
      ...{ parts: 3, models: MODELS, dimensions: 16 },
    });
    expect(labelCounts).toEqual(Array(MODELS).fill(30));
    const dataset = await readRecords({ storage, records: 'pool/' });
    const vectors = await encoder.encode(dataset.questions.map(({ prompt }) => prompt));
    let row = 0;
    for await (const part of labelledRecords(options)) {
      for (let index = 0; index < part.embeddings.rows; index++, row++) {
        expect(part.embeddings.row(index)).toEqual(vectors.row(row));
        expect(part.correctness.row(index)).toEqual(dataset.correctness.row(row));
      }
    }
    expect(row).toBe(30);
    await expect(readRecords({ storage, records: 'logs/' })).rejects.toThrow('records.json');
  });

  it('names the folder of what cannot be read', async () => {
    await storage.put('bad/a/judged.csv', Buffer.from('question,model,score\nq,m,1\n'));
    await storage.put('bad/b/judged.csv', Buffer.from('question,model,score\nr,m,2\n'));
    const bad = { records: 'bad/', output: 'bad-set/' };
    await expect(cluster.importRecords(bad)).rejects.toThrow(
      /^Importing bad\/b failed: b\/judged\.csv/,
    );
    const [done = ''] = (await keysOf('bad-set/')).filter((key) => key.endsWith('unit.json'));
    expect(done).toContain('work/unit-');

    // The same call after the file was mended: the other folder is not read again.
    await storage.put('bad/b/judged.csv', Buffer.from('question,model,score\nr,m,0.0\n'));
    const written: string[] = [];
    const { put } = storage;
    storage.put = (key, ...rest) => {
      written.push(key);
      return put(key, ...rest);
    };
    const set = await cluster.importRecords(bad);
    storage.put = put;
    expect(set).toMatchObject({ questions: 2, responses: 2 });
    expect(written.filter((key) => key.endsWith('unit.json'))).toHaveLength(1);
    expect(written).not.toContain(done);
    expect(notices.filter((text) => text.startsWith('bad-set/'))).toEqual([
      expect.stringContaining('contains the beginning of a set of other records'),
    ]);
    await storage.put('two/a/judged.csv', Buffer.from('question,model,score\nq,m,1\n'));
    await storage.put('two/b/judged.csv', Buffer.from('question,model,score\nq,m,0\n'));
    await expect(cluster.importRecords({ records: 'two/', output: 'two-set/' })).rejects.toThrow(
      /^Part 0 of two-set\/ failed: .*two\/b/,
    );
    const kept = await cluster.importRecords({
      ...{ records: 'two/', output: 'kept/', reading: { onConflict: 'keep' } },
    });
    expect(kept).toMatchObject({ responses: 1, conflicts: 1 });
    await expect(cluster.importRecords({ records: 'none/', output: 'x/' })).rejects.toThrow(
      'No object in',
    );
  });
});
