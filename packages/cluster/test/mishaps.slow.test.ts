import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer, request, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type Cluster,
  connectCluster,
  partsOf,
  startWorker,
  writeTrainingSet,
} from '@embedllm/cluster';
import { type ObjectStore, openObjectStore } from '@embedllm/cluster/storage';
import { type RedisServer, startRedis, startS3 } from '@embedllm/cluster/testing';
import { createHashingEncoder, encoderRecord } from '@embedllm/question-encoder';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { harnessLogs, localRows, parquetRows } from './support/logs.js';
import { randomSet } from './support/problem.js';
import { hasRedis, type SpawnedProcess, spawnWorker } from './support/spawn-worker.js';

const WAIT = { timeout: 30_000 };
const encoder = encoderRecord(createHashingEncoder({ dimensions: 256 }));
/** Only root may mount a disk that is full. */
const mayMount = process.platform === 'linux' && process.getuid?.() === 0;

function mount(folder: string, ...flags: string[]): void {
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', ...flags, 'tmpfs', folder]);
  if (status !== 0) throw new Error(String(stderr));
}

describe.skipIf(!hasRedis)('what may go wrong with a worker', () => {
  let redis: RedisServer;
  let folder: string;
  let disk: string;
  let storage: ObjectStore;
  let cluster: Cluster;
  let notices: string[];
  const workers: SpawnedProcess[] = [];

  beforeEach(async () => {
    redis = await startRedis();
    folder = await mkdtemp(join(tmpdir(), 'embedllm-mishaps-'));
    disk = join(folder, 'disk');
    await mkdir(disk);
    storage = await openObjectStore(join(folder, 'storage'));
    notices = [];
    const onNotice = (text: string): unknown => notices.push(text);
    cluster = await connectCluster({ redis: redis.url, storage, onNotice });
  });

  afterEach(async () => {
    for (const worker of workers.splice(0)) await worker.end('SIGKILL');
    await cluster.close();
    await redis.stop();
    spawnSync('umount', [disk], { stdio: 'ignore' });
    await rm(folder, { recursive: true });
  });

  const spawn = async (env: Record<string, string> = {}): Promise<SpawnedProcess> => {
    const place = { redis: redis.url, storage: storage.address, leaseMs: 1000 };
    const worker = await spawnWorker(place, env);
    workers.push(worker);
    return worker;
  };
  const putLogs = async (models: number): Promise<void> => {
    for (const [name, text] of harnessLogs(models, 30)) {
      await storage.put(`logs/${name}`, Buffer.from(text));
    }
  };

  it('has another version: both sides say so, and the job waits', async () => {
    const other = fileURLToPath(new URL('../node_modules/.other-version', import.meta.url));
    await rm(other, { recursive: true, force: true });
    await cp(fileURLToPath(new URL('../dist', import.meta.url)), other, { recursive: true });
    for (const name of (await readdir(other)).filter((one) => one.endsWith('.js'))) {
      const code = await readFile(join(other, name), 'utf8');
      await writeFile(join(other, name), code.replace(/(var version = )"[^"]+"/, '$1"99.0.0"'));
    }
    await storage.put('texts/a.jsonl', Buffer.from('{"prompt":"a"}\n'));
    const worker = await spawn({ WORKER_MODULE: join(other, 'index.js') });
    const encoding = cluster.encode({ texts: 'texts/', encoder, output: 'vectors/' });
    await expect
      .poll(() => notices, WAIT)
      .toEqual([
        expect.stringMatching(
          /^No worker of version \S+ is connected \(1 worker of version 99\.0\.0\), so the work is waiting/,
        ),
      ]);
    expect(await worker.value('notice')).toMatch(
      /^A command of version \S+ waits .* This worker has version 99\.0\.0 and gets none of its jobs/,
    );
    await spawn();
    expect(await encoding).toMatchObject({ rows: 1 });
    expect(worker.lines.filter((line) => line.startsWith('error'))).toEqual([]);
    await rm(other, { recursive: true });
    // Only what all queues keep.
    const client = new Redis(redis.url);
    expect(await client.keys('embedllm:waiting')).toEqual([]);
    client.disconnect();
  });

  it('was killed: what it left on its disk is removed, unless it is in use', async () => {
    await putLogs(1);
    const importing = cluster.importRecords({ records: 'logs/', output: 'pool/' });
    const worker = await spawn({ TMPDIR: disk });
    await expect.poll(() => readdir(disk), { ...WAIT, interval: 5 }).toHaveLength(1);
    await worker.end('SIGKILL');
    const [left = ''] = await readdir(disk);
    const longAgo = new Date(Date.now() - 600_000);
    await utimes(join(disk, left), longAgo, longAgo);
    await mkdir(join(disk, 'embedllm-import-in-use'));
    await spawn({ TMPDIR: disk });
    await importing;
    expect(await readdir(disk)).toEqual(['embedllm-import-in-use']);
  });

  it.skipIf(!mayMount)('has a full disk: says so, and leaves the job to another', async () => {
    mount(disk, '-o', 'size=256k');
    await putLogs(2);
    const full = await spawn({ TMPDIR: disk });
    const settings = { records: 'logs/', output: 'pool/' };
    await expect(cluster.importRecords(settings)).rejects.toThrow(
      /^Importing logs\/model-0\d failed: The temporary folder .*disk of \S+ is full \(.*\)\. Make room/,
    );
    // It may have begun with another folder.
    await expect.poll(() => readdir(disk), WAIT).toEqual([]);
    await expect.poll(() => full.lines.join('\n'), WAIT).toMatch(/^error .*temporary folder/im);
    // The same call, with a worker that has room.
    await spawn();
    expect(await cluster.importRecords(settings)).toMatchObject({ responses: 60 });
    const sources = [0, 1].map((model) => join(storage.address, `logs/model-0${model}`));
    expect(await parquetRows(join(storage.address, 'pool/'))).toEqual(await localRows(sources));
  });

  it.skipIf(!mayMount)(
    'has a full storage: ends with its name, and resumes when there is room',
    async () => {
      mount(disk, '-o', 'size=600k');
      const onDisk = await openObjectStore(disk);
      const text = Array.from({ length: 800 }, (_, index) => `{"prompt":"question ${index}"}\n`);
      await onDisk.put('texts/a.jsonl', Buffer.from(text.join('')));
      const here = await connectCluster({ redis: redis.url, storage: onDisk });
      const worker = await startWorker({ redis: redis.url, storage: onDisk });
      const settings = { texts: 'texts/', encoder, output: 'vectors/', bytesPerPart: 3000 };
      await expect(here.encode(settings)).rejects.toThrow(
        /Encoding texts\/a\.jsonl, bytes \d+ to \d+, failed: vectors\/part-\S+ in .*disk: ENOSPC/,
      );
      mount(disk, '-o', 'remount,size=8m');
      const { rows, parts } = await here.encode(settings);
      expect(rows).toBe(800);
      const sizes = await Promise.all(parts.map(({ key }) => onDisk.size(key)));
      expect(sizes.every((size, index) => (size ?? 0) > 1024 * (parts[index]?.rows ?? 0))).toBe(
        true,
      );
      expect(
        (await readdir(join(disk, 'vectors'))).filter((name) => name.includes('writing')),
      ).toEqual([]);
      await worker.close();
      await here.close();
    },
  );

  it('cannot load a part: the coordinator says why, while it is tried again', async () => {
    await writeTrainingSet({ storage, prefix: 'train/', parts: partsOf(randomSet(60, 4, 6), 2) });
    for await (const { key } of storage.list('train/')) {
      if (key.includes('00001')) await storage.delete(key);
    }
    const training = await cluster.training({ set: 'train/', id: 't', engine: 'typescript' });
    await spawn();
    await expect
      .poll(() => notices.join('\n'), WAIT)
      .toMatch(/^A worker failed and the job is tried again: There is no object train\//m);
    await training.close();
  });

  it('is refused by a busy S3 server for 5 s: it tries again, and says so', async () => {
    const s3 = await startS3();
    let busyUntil = Number.POSITIVE_INFINITY;
    let refused = 0;
    const port = Number(/:(\d+)$/.exec(s3.address)?.[1]);
    const proxy: Server = createServer((incoming, outgoing) => {
      if (performance.now() < busyUntil) {
        refused++;
        incoming.resume();
        outgoing.writeHead(503, { 'content-type': 'application/xml' });
        outgoing.end(
          '<?xml version="1.0"?><Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>',
        );
        return;
      }
      const { method, url: path, headers } = incoming;
      const asked = request({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing);
      });
      incoming.pipe(asked);
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const address = proxy.address();
    const own = typeof address === 'object' ? address?.port : undefined;
    const bucket = await openObjectStore(s3.address.replace(String(port), String(own)), {
      credentials: s3.credentials,
      onNotice: (text) => void notices.push(text),
    });
    busyUntil = 0;
    await bucket.put('texts/a.jsonl', Buffer.from('{"prompt":"a"}\n'.repeat(40)));
    const here = await connectCluster({ redis: redis.url, storage: bucket });
    const worker = await startWorker({ redis: redis.url, storage: bucket });
    busyUntil = performance.now() + 5000;
    const { rows } = await here.encode({
      texts: 'texts/',
      encoder,
      output: 'v/',
      bytesPerPart: 99,
    });
    expect(rows).toBe(40);
    expect(refused).toBeGreaterThan(3);
    expect(notices).toEqual([
      'texts/ in s3://embedllm/test: SlowDown: Please reduce your request rate (HTTP 503). Trying again for up to 60 s.',
    ]);
    await worker.close();
    await here.close();
    await bucket.close();
    proxy.close();
    proxy.closeAllConnections();
    await s3.stop();
  });
});
