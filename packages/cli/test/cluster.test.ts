import { spawnSync } from 'node:child_process';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openObjectStore } from '@embedllm/cluster/storage';
import { type RedisServer, startRedis } from '@embedllm/cluster/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { embedllm, type Outcome, scratchFolder, writeSmallPool } from './command-line.js';

const hasRedis = spawnSync('redis-server', ['--version']).status === 0;

describe.skipIf(!hasRedis)('a cluster', () => {
  let folder: string;
  let remove: () => Promise<void>;
  let redis: RedisServer;
  let env: Record<string, string>;
  const stopping = new AbortController();
  let working: Promise<Outcome>;

  beforeAll(async () => {
    ({ folder, remove } = await scratchFolder());
    await mkdir(join(folder, 'dataset'));
    await writeSmallPool(join(folder, 'dataset'));
    redis = await startRedis({ password: 'secret' });
    // Passwords are not for command lines, which others see.
    env = { EMBEDLLM_CLUSTER: redis.url, EMBEDLLM_STORAGE: 'shared' };
    const { signal } = stopping;
    await new Promise<void>((resolve) => {
      const onError = (text: string): void => {
        if (text.includes('takes jobs')) resolve();
      };
      working = embedllm(folder, ['worker'], { env, signal, onError });
    });
  });

  afterAll(async () => {
    stopping.abort('SIGTERM');
    await working;
    await redis?.stop();
    await remove();
  });

  it('encodes a dataset to the file that one process writes', async () => {
    expect(await embedllm(folder, ['encode', '--output', 'one.safetensors'])).toMatchObject({
      code: 0,
    });
    const flags = ['--cluster', redis.url, '--storage', 'shared'];
    const outcome = await embedllm(folder, ['encode', '--output', 'many.safetensors', ...flags]);
    expect(outcome).toMatchObject({ code: 0 });
    expect(await readFile(join(folder, 'many.safetensors'))).toEqual(
      await readFile(join(folder, 'one.safetensors')),
    );
    const left = await readdir(join(folder, 'shared'), { recursive: true, withFileTypes: true });
    expect(left.filter((entry) => entry.isFile())).toEqual([]);
  });

  it('encodes texts in the storage', async () => {
    const storage = await openObjectStore(join(folder, 'shared'));
    await storage.put('texts/a.jsonl', Buffer.from('{"q":"one"}\n{"q":"two"}\n'));
    const flags = ['--texts', 'texts/', '--column', 'q', '--output', 'vectors/', '--json'];
    const { code, stdout } = await embedllm(
      folder,
      ['encode', '--encoder', 'hashing', '--cluster', redis.url, ...flags],
      { env },
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ output: 'vectors/', rows: 2, parts: 1 });
    expect(await storage.size('vectors/part-000000.safetensors')).toBeGreaterThan(0);
  });

  it('says who works', async () => {
    const { stdout } = await embedllm(folder, ['cluster', 'status', '--json'], { env });
    const { version, workers, queues } = JSON.parse(stdout);
    expect(workers).toMatchObject([{ pid: process.pid, version, failed: 0 }]);
    expect(queues.encode).toEqual({ waiting: 0, active: 0, failed: 0 });
    const text = await embedllm(folder, ['cluster', 'status'], { env });
    expect(text.stdout).toMatch(/worker +version +up/);
  });

  it('says what is missing', async () => {
    const none = await embedllm(folder, ['worker']);
    expect(none).toMatchObject({ code: 2 });
    expect(none.stderr).toContain('--cluster is missing, and EMBEDLLM_CLUSTER is not set.');
    const lsa = await embedllm(folder, ['encode', '--texts', 'texts/', '--output', 'x/'], { env });
    expect(lsa).toMatchObject({ code: 2 });
    expect(lsa.stderr).toContain('Name another --encoder.');
    const other = await embedllm(folder, ['worker', '--cluster', 'http://h', '--storage', 's']);
    expect(other).toMatchObject({ code: 2 });
  });

  it('stops a worker in order', async () => {
    stopping.abort('SIGTERM');
    const { code, stdout } = await working;
    expect(code).toBe(0);
    expect(stdout).toMatch(/2 jobs done, 0 failed/);
  });
});
