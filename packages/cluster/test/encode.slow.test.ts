import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { type Cluster, type ClusterWorker, connectCluster, startWorker } from '@embedllm/cluster';
import { type ObjectStore, openObjectStore } from '@embedllm/cluster/storage';
import { type RedisServer, startRedis, startS3 } from '@embedllm/cluster/testing';
import { type Progress, readSafetensors, tensorToMatrix } from '@embedllm/core';
import { createHashingEncoder, encoderRecord } from '@embedllm/question-encoder';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasRedis, type SpawnedProcess, spawnWorker } from './support/spawn-worker.js';

const encoder = createHashingEncoder({ dimensions: 32 });
const record = encoderRecord(encoder);
const texts = Array.from(
  { length: 300 },
  (_, index) => `question ${index}: ${'é'.repeat(index % 7)}?`,
);

async function vectorsOf(storage: ObjectStore, keys: readonly string[]) {
  const rows: number[][] = [];
  const ids: string[] = [];
  for (const key of keys) {
    const { tensors, metadata } = readSafetensors(await storage.get(key));
    const matrix = tensorToMatrix(tensors.get('embeddings') ?? expect.fail(`${key} is empty`));
    for (let row = 0; row < matrix.rows; row++) rows.push([...matrix.row(row)]);
    ids.push(...JSON.parse(metadata.ids ?? '[]'));
  }
  return { rows, ids };
}

async function localVectors(): Promise<number[][]> {
  const matrix = await encoder.encode(texts);
  return texts.map((_, row) => [...matrix.row(row)]);
}

describe.skipIf(!hasRedis)('encoding on a cluster', () => {
  let redis: RedisServer;
  let folder: string;
  let storage: ObjectStore;
  let cluster: Cluster;
  let worker: ClusterWorker | undefined;
  let killed: SpawnedProcess | undefined;
  let encoded = 0;

  /** A worker in this process, which counts what it does. */
  const start = (on: ObjectStore): Promise<ClusterWorker> =>
    startWorker({
      ...{ redis: redis.url, storage: on, leaseMs: 500 },
      openEncoder: async () => ({
        ...encoder,
        encode: (...given) => {
          encoded++;
          return encoder.encode(...given);
        },
      }),
    });

  beforeAll(async () => {
    redis = await startRedis({ password: 'open sesame' });
    folder = await mkdtemp(join(tmpdir(), 'embedllm-encode-'));
    storage = await openObjectStore(folder);
    cluster = await connectCluster({ redis: redis.url, storage });
    const lines = texts.map((prompt, index) => JSON.stringify({ id: index, prompt }));
    await storage.put('texts/b.jsonl', Buffer.from(`${lines.slice(0, 200).join('\n')}\n\n`));
    await storage.put('texts/c.jsonl', Buffer.from(lines.slice(200).join('\r\n')));
  });

  afterAll(async () => {
    await killed?.end('SIGKILL');
    await worker?.close();
    await cluster?.close();
    await storage?.close();
    await redis?.stop();
    await rm(folder, { recursive: true });
  });

  it('gives the vectors of one process, each part once, though a worker is killed', async () => {
    killed = await spawnWorker({ redis: redis.url, storage: folder, leaseMs: 500, encodeMs: 1e6 });
    const progress: Progress[] = [];
    const encoding = cluster.encode({
      ...{ texts: 'texts/', encoder: record, output: 'vectors/', idColumn: 'id' },
      bytesPerPart: 1000,
      onProgress: (step) => void progress.push(step),
    });
    await killed.printed('encoding');
    await killed.end('SIGKILL');
    worker = await start(storage);
    const manifest = await encoding;

    const keys = manifest.parts.map(({ key }) => key);
    const { rows, ids } = await vectorsOf(storage, keys);
    expect(rows).toEqual(await localVectors());
    expect(ids).toEqual(texts.map((_, index) => String(index)));
    expect(manifest.rows).toBe(texts.length);
    const total = keys.length;
    expect(total).toBeGreaterThan(10);
    // Each once, that of the killed worker too.
    expect(encoded).toBe(total);
    expect(progress.at(-1)).toMatchObject({ phase: 'encode', done: total, total, unit: 'parts' });
    const stored = JSON.parse(Buffer.from(await storage.get('vectors/manifest.json')).toString());
    expect(stored).toEqual(manifest);

    // Again: everything is there.
    const again = { texts: 'texts/', encoder: record, output: 'vectors/', idColumn: 'id' };
    expect(await cluster.encode({ ...again, bytesPerPart: 1000 })).toEqual(manifest);
    expect(encoded).toBe(total);

    // Only what is missing.
    await storage.delete(keys[3] ?? '');
    expect(await cluster.encode({ ...again, bytesPerPart: 1000 })).toEqual(manifest);
    expect(encoded).toBe(total + 1);

    // One that was cut off is made again.
    await storage.put(keys[2] ?? '', new Uint8Array());
    expect(await cluster.encode({ ...again, bytesPerPart: 1000 })).toEqual(manifest);
    expect(encoded).toBe(total + 2);

    // Other parts would leave some of the old ones between them.
    await expect(cluster.encode({ ...again, bytesPerPart: 999 })).rejects.toThrow(
      'contains vectors of other texts',
    );
  });

  it('reads Parquet by rows, from S3', async () => {
    await worker?.close();
    const s3 = await startS3();
    const bucket = await openObjectStore(s3.address, { credentials: s3.credentials });
    const onS3 = await connectCluster({ redis: redis.url, storage: bucket });
    worker = await start(bucket);
    const path = join(folder, 'texts.parquet');
    const connection = await (await DuckDBInstance.create()).connect();
    await connection.run('CREATE TABLE t (number BIGINT, question VARCHAR)');
    const values = texts.map((text, index) => `(${index}, '${text}')`).join(',');
    await connection.run(`INSERT INTO t VALUES ${values}`);
    await connection.run(`COPY t TO '${path}' (FORMAT parquet)`);
    connection.closeSync();
    await bucket.put('tables/t.parquet', await storage.get('texts.parquet'));
    const { parts } = await onS3.encode({
      ...{ texts: 'tables/', encoder: record, output: 'vectors/', rowsPerPart: 120 },
      ...{ column: 'question', idColumn: 'number' },
    });
    expect(parts.map(({ rows }) => rows)).toEqual([120, 120, 60]);
    const keys = parts.map(({ key }) => key);
    const { rows, ids } = await vectorsOf(bucket, keys);
    expect(rows).toEqual(await localVectors());
    expect(ids.at(-1)).toBe('299');
    await worker.close();
    await onS3.close();
    await bucket.close();
    await s3.stop();
    worker = await start(storage);
  });

  it('names the object, the place and the field of a text that is missing', async () => {
    await storage.put('bad/a.jsonl', Buffer.from('{"prompt":"a"}\n{"prompt":7}\n'));
    const bad = { texts: 'bad/', encoder: record, output: 'bad-vectors/' };
    await expect(cluster.encode(bad)).rejects.toThrow(
      /Encoding bad\/a\.jsonl, bytes 0 to 28, failed: bad\/a\.jsonl, byte 15, field prompt: .* number/,
    );
    // The same call after the object was mended.
    await storage.put('bad/a.jsonl', Buffer.from('{"prompt":"a"}\n{"prompt":"b"}\n'));
    const { rows, parts } = await cluster.encode(bad);
    expect(rows).toBe(2);
    const keys: string[] = [];
    for await (const { key } of storage.list('bad-vectors/part-')) keys.push(key);
    expect(keys).toEqual(parts.map(({ key }) => key));
  });

  it('stops with the reason of its signal', async () => {
    const reason = new Error('enough');
    const controller = new AbortController();
    const encoding = cluster.encode({
      ...{ texts: 'texts/', encoder: record, output: 'stopped/', bytesPerPart: 500 },
      signal: controller.signal,
      onProgress: ({ done }) => done > 2 && controller.abort(reason),
    });
    await expect(encoding).rejects.toBe(reason);
  });
});

describe.skipIf(!hasRedis)('a worker or a cluster at a wrong place', () => {
  it('says what is wrong with the password, the bucket and the storage of workers', async () => {
    const redis = await startRedis({ password: 'right' });
    const s3 = await startS3();
    const { credentials } = s3;
    const storage = await openObjectStore(s3.address, { credentials });
    for (const secret of [':wrong@', '']) {
      const address = redis.url.replace(':right@', secret);
      await expect(connectCluster({ redis: address, storage })).rejects.toThrow(
        /^Redis at redis:\/\/127\.0\.0\.1:\d+ rejected the password\./,
      );
    }
    const none = await openObjectStore(s3.address.replace('embedllm', 'none'), { credentials });
    await expect(startWorker({ redis: redis.url, storage: none })).rejects.toThrow(
      'The specified bucket does not exist',
    );
    const folder = await mkdtemp(join(tmpdir(), 'embedllm-elsewhere-'));
    const worker = await startWorker({ redis: redis.url, storage: await openObjectStore(folder) });
    await storage.put('texts/a.jsonl', Buffer.from('{"prompt":"a"}\n'));
    const cluster = await connectCluster({ redis: redis.url, storage });
    await expect(
      cluster.encode({ texts: 'texts/', encoder: record, output: 'vectors/' }),
    ).rejects.toThrow(/Does the worker use the storage of this run, s3:\/\/embedllm\/test\?/);
    await worker.close();
    await cluster.close();
    for (const each of [storage, none]) await each.close();
    await s3.stop();
    await redis.stop();
    await rm(folder, { recursive: true });
  });

  it('refuses a part that a worker found in another storage', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'embedllm-encode-'));
    const storage = await openObjectStore(join(folder, 'here'));
    const elsewhere = await openObjectStore(join(folder, 'elsewhere'));
    for (const place of [storage, elsewhere]) {
      await place.put('texts/a.jsonl', Buffer.from('{"prompt":"Why?"}'));
    }
    const own = await startRedis();
    const [there, here] = await Promise.all(
      [elsewhere, storage].map((on) => connectCluster({ redis: own.url, storage: on })),
    );
    const astray = await startWorker({
      ...{ redis: own.url, storage: elsewhere, leaseMs: 500 },
      openEncoder: async () => encoder,
    });
    try {
      const given = { texts: 'texts/', encoder: record, output: 'astray/' };
      await there?.encode(given);
      await expect(here?.encode(given)).rejects.toThrow(/it is not in .*Start workers with/);
      expect(await storage.size('astray/manifest.json')).toBeUndefined();
    } finally {
      await astray.close();
      await there?.close();
      await here?.close();
      await elsewhere.close();
      await storage.close();
      await own.stop();
      await rm(folder, { recursive: true });
    }
  });
});

describe('connectCluster', () => {
  it('says what cannot be reached, without the password', async () => {
    const storage = await openObjectStore(tmpdir());
    await expect(
      connectCluster({ redis: 'redis://:secret@127.0.0.1:1', storage }),
    ).rejects.toMatchObject({
      code: 'io',
      message: expect.stringMatching(
        /^Redis at redis:\/\/127\.0\.0\.1:1 cannot be reached: .*ECONNREFUSED/,
      ),
    });
  });

  it('refuses an address of another kind', async () => {
    const storage = await openObjectStore(tmpdir());
    await expect(connectCluster({ redis: 'http://:secret@host', storage })).rejects.toThrow(
      '"http://host" is not a Redis address.',
    );
  });
});
