import { spawnSync } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openObjectStore } from '@embedllm/cluster/storage';
import { type RedisServer, startRedis } from '@embedllm/cluster/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { embedllm, type Outcome, scratchFolder, writeSmallPool } from './command-line.js';

const hasRedis = spawnSync('redis-server', ['--version']).status === 0;

describe.skipIf(!hasRedis)('a cluster', () => {
  const folder = scratchFolder();
  let redis: RedisServer;
  let env: Record<string, string>;
  const stopping = new AbortController();
  let metrics = '';
  let working: Promise<Outcome>;

  beforeAll(async () => {
    await mkdir(join(folder, 'dataset'));
    await mkdir(join(folder, 'elsewhere'));
    await writeSmallPool(join(folder, 'dataset'));
    redis = await startRedis({ password: 'secret' });
    // Passwords are not for command lines, which others see.
    env = { EMBEDLLM_CLUSTER: redis.url, EMBEDLLM_STORAGE: 'shared' };
    const { signal } = stopping;
    await new Promise<void>((resolve) => {
      const onError = (text: string): void => {
        metrics = /http:\S+metrics/.exec(text)?.[0] ?? metrics;
        if (text.includes('takes jobs')) resolve();
      };
      const flags = ['--metrics-port', '0', '--memory', '200'];
      working = embedllm(folder, ['worker', ...flags], { env, signal, onError });
    });
  });

  afterAll(async () => {
    stopping.abort('SIGTERM');
    await working;
    await redis?.stop();
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

  it('trains to the weights of one process, where there is one part', async () => {
    const settings = [
      '--engine',
      'typescript',
      '--ridges',
      '1',
      '--poolings',
      '0.5',
      '--no-unseen',
    ];
    const alone = ['train', '--output', 'here', '--categories', 'never', ...settings];
    const here = await embedllm(folder, alone);
    expect(here).toMatchObject({ code: 0 });
    const flags = ['--cluster', redis.url, '--storage', 'shared', '--parts', '1'];
    const there = await embedllm(folder, ['train', '--output', 'there', ...settings, ...flags]);
    expect(there).toMatchObject({ code: 0 });
    for (const name of ['model.safetensors', 'config.json']) {
      const [one, other] = [join(folder, 'here', name), join(folder, 'there', name)];
      expect(await readFile(other), name).toEqual(await readFile(one));
    }
    const refused = await embedllm(folder, ['train', ...flags, '--categories']);
    expect(refused.stderr).toContain('--categories cannot be used with --cluster');
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
    const listed = Buffer.from(await storage.get('vectors/manifest.json')).toString();
    const manifest = JSON.parse(listed);
    expect(await storage.size(manifest.parts[0].key)).toBeGreaterThan(0);
  });

  it('imports records in the storage to a set that is trained on', async () => {
    const storage = await openObjectStore(join(folder, 'shared'));
    const names = await readdir(join(folder, 'dataset'));
    for (const name of names.filter((each) => each.endsWith('.csv') && each !== 'splits.csv')) {
      await storage.put(`records/pool/${name}`, await readFile(join(folder, 'dataset', name)));
    }
    const build = ['build', 'records', '--output', 'set', '--parts', '2', '--json'];
    const built = await embedllm(folder, [...build, '--cluster', redis.url], { env });
    expect(built).toMatchObject({ code: 0 });
    const summary = JSON.parse(built.stdout);
    expect(summary).toMatchObject({ output: 'set/', parts: 2, duplicates: 0 });
    const settings = ['--engine', 'typescript', '--ridges', '1', '--poolings', '0.5'];
    const flags = ['--cluster', redis.url, '--parts', '2', '--no-unseen', ...settings];
    const data = ['--data', 'shared/set', '--output', 'of-set'];
    const trained = await embedllm(folder, ['train', ...data, ...flags], { env });
    expect(trained).toMatchObject({ code: 0, stderr: expect.stringContaining('shared/set: ') });
    const refused = await embedllm(folder, [...build, '--quality', '--cluster', redis.url], {
      env,
    });
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.stderr).toContain('--quality cannot be used with --cluster');
  });

  it('sweeps and leaves models out as one process does', async () => {
    for (const command of [
      ['probe', 'dimensions', '--ranks', '0,2'],
      ['forecast', '--next', '3', '--abilities', '1'],
    ]) {
      const here = await embedllm(folder, [...command, '--json']);
      const there = await embedllm(folder, [...command, '--json', '--cluster', redis.url], { env });
      expect(there).toMatchObject({ code: 0 });
      expect(JSON.parse(there.stdout)).toEqual(JSON.parse(here.stdout));
    }
    const left = await readdir(join(folder, 'shared'), { recursive: true, withFileTypes: true });
    expect(left.filter(({ name }) => name.startsWith('result-'))).toEqual([]);
  });

  it('says who works', async () => {
    const { stdout } = await embedllm(folder, ['cluster', 'status', '--json'], { env });
    const { version, workers, queues } = JSON.parse(stdout);
    expect(workers).toMatchObject([{ pid: process.pid, version, failed: 0 }]);
    expect(queues.encode).toEqual({ waiting: 0, active: 0, failed: 0 });
    const text = await embedllm(folder, ['cluster', 'status'], { env });
    // The same of a configuration file.
    const file = 'of-cluster.config.json';
    const settings = { redis: redis.url, storage: 'shared' };
    await writeFile(join(folder, file), JSON.stringify(settings));
    const configured = await embedllm(folder, ['cluster', 'status', '--config', file]);
    expect(configured).toMatchObject({ code: 0, stdout: expect.stringContaining('waiting') });
    expect(text.stdout).toMatch(/worker +version +up/);
  });

  it('removes what abandoned runs left', async () => {
    const storage = await openObjectStore(join(folder, 'shared'));
    await storage.put('trainings/left/models.json', Buffer.from('{"models":[]}'));
    const cleanup = ['cluster', 'cleanup', '--older-than'];
    const young = await embedllm(folder, [...cleanup, '1'], { env });
    expect(young.stdout).toBe('Nothing is left that is older than 1 day.\n');
    const listed = await embedllm(folder, [...cleanup, '0', '--dry-run'], { env });
    expect(listed.stdout).toMatch(/^trainings\/left\/ +training +1 +0\.0 /m);
    expect(listed.stdout).toContain('To remove: 1 object in ');
    expect(await storage.size('trainings/left/models.json')).toBe(13);
    const removed = await embedllm(folder, [...cleanup, '0', '--json'], { env });
    expect(JSON.parse(removed.stdout)).toMatchObject({
      runs: [{ folder: 'trainings/left/', kind: 'training', objects: 1, bytes: 13 }],
      isDryRun: false,
    });
    expect(await storage.size('trainings/left/models.json')).toBeUndefined();
    // Vectors that are complete are nobody's rest.
    expect(await storage.size('vectors/manifest.json')).toBeGreaterThan(0);
  });

  it('is measured by Prometheus, and ends when there is no work', async () => {
    const text = await (await fetch(metrics)).text();
    expect(text).toMatch(/^embedllm_worker_jobs_done_total [1-9]/m);
    expect(text).toContain(`embedllm_worker_memory_bytes ${200 * 2 ** 20}\n`);
    expect((await fetch(metrics.replace('metrics', 'healthz'))).status).toBe(200);
    expect(await embedllm(folder, ['worker', '--idle', '1'], { env })).toMatchObject({ code: 0 });
  });

  it('works on the cluster only where the command line or its section says so', async () => {
    const encode = ['encode', '--encoder', 'hashing', '--output', 'x.npy'];
    // The environment says where a cluster is, not that it is to be used.
    const nowhere = { EMBEDLLM_CLUSTER: 'redis://127.0.0.1:1', EMBEDLLM_STORAGE: 'shared' };
    expect(await embedllm(folder, encode, { env: nowhere })).toMatchObject({ code: 0 });
    for (const flags of [['--cluster'], ['--storage', 'shared']]) {
      const tried = await embedllm(folder, [...encode, ...flags], { env: nowhere });
      expect(tried.stderr, flags[0]).toContain('Redis at redis://127.0.0.1:1 cannot be reached');
      const done = await embedllm(folder, [...encode, ...flags], { env });
      expect(done, flags[0]).toMatchObject({ code: 0 });
    }
    const storage = ['--storage', 'shared'];
    const build = ['build', 'records', '--output', 'y', ...storage];
    const probe = ['probe', 'dimensions', '--ranks', '0', '--encoder', 'hashing', ...storage];
    for (const command of [
      build,
      probe,
      ['train', ...storage],
      ['forecast', '--next', '1', ...storage],
    ]) {
      const refused = await embedllm(folder, command);
      expect(refused, command[0]).toMatchObject({ code: 2 });
      expect(refused.stderr).toContain(
        'This needs the address of Redis. Pass --cluster redis://HOST:6379, or set EMBEDLLM_CLUSTER.',
      );
    }
    expect((await embedllm(folder, ['train', '--parts', '2'])).stderr).toContain(
      '--parts requires --cluster.',
    );
    const slip = await embedllm(folder, ['build', '--cluster', 'records']);
    expect(slip).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("'records' is invalid"),
    });
    // The same of a configuration file, whose folder the storage starts from.
    const file = join(folder, 'elsewhere', 'of-encode.config.json');
    const configured = async (address: string, section: object): Promise<Outcome> => {
      const place = { redis: address, storage: '../shared' };
      await writeFile(file, JSON.stringify({ ...place, encode: section }));
      return embedllm(folder, [...encode, '--config', file]);
    };
    const unreachable = 'redis://127.0.0.1:1';
    expect(await configured(redis.url, { cluster: true })).toMatchObject({ code: 0 });
    expect(await configured(unreachable, { cluster: true })).toMatchObject({ code: 3 });
    expect(await configured(unreachable, {})).toMatchObject({ code: 0 });
  });

  it('warns of more memory than the machine has', async () => {
    const flags = ['worker', '--idle', '1', '--memory', '999999999'];
    expect((await embedllm(folder, flags, { env })).stderr).toMatch(
      /--memory 999999999 exceeds the \d+ MB of this machine/,
    );
  });

  it('says what is missing', async () => {
    const none = await embedllm(folder, ['worker']);
    expect(none).toMatchObject({ code: 2 });
    expect(none.stderr).toContain(
      'This needs the address of Redis. Pass --cluster redis://HOST:6379, or set EMBEDLLM_CLUSTER.',
    );
    const lsa = await embedllm(folder, ['encode', '--texts', 'texts/', '--output', 'x/'], { env });
    expect(lsa).toMatchObject({ code: 2 });
    expect(lsa.stderr).toContain('Use another --encoder.');
    const other = await embedllm(folder, ['worker', '--cluster', 'http://h', '--storage', 's']);
    expect(other).toMatchObject({ code: 2 });
  });

  it('stops a worker in order', async () => {
    stopping.abort('SIGTERM');
    const { code, stdout } = await working;
    expect(code).toBe(0);
    expect(stdout).toMatch(/\d+ jobs done, 0 failed/);
  });
});
