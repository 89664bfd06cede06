import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type FakeUpstreamOptions, fakeUpstream } from './fake-upstream.js';
import { spawnGateway } from './spawn-gateway.js';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

const KEYS = { WORKERS_KEY: 'client-key-4f1d', WORKERS_OPERATOR: 'operator-key-77ab' };
Object.assign(process.env, KEYS);

/** A gateway of several processes, with a key and one of an operator. */
async function startWorkers(
  settings: object = {},
  { limits = {}, ...upstreamOptions }: FakeUpstreamOptions & { limits?: object } = {},
) {
  const folder = await mkdtemp(join(tmpdir(), 'embedllm-workers-'));
  stops.push(() => rm(folder, { recursive: true }));
  const upstream = await fakeUpstream(upstreamOptions);
  stops.push(() => upstream.close());
  const file = join(folder, 'gateway.json');
  const prices = { pricePerMillionInputTokens: 1, pricePerMillionOutputTokens: 10 };
  const configure = (changed: object = {}): Promise<void> =>
    writeFile(
      file,
      JSON.stringify({
        server: { port: 0, workers: 2, drainMs: 0, shutdownTimeoutMs: 5000 },
        authentication: {
          keys: [
            { name: 'test', env: 'WORKERS_KEY', limits },
            { name: 'operator', env: 'WORKERS_OPERATOR', admin: true },
          ],
        },
        upstreams: { local: { baseURL: upstream.baseURL } },
        models: {
          lawyer: { upstream: 'local', maxOutputTokens: 10, ...prices },
          mathematician: { upstream: 'local', maxOutputTokens: 10, ...prices },
        },
        ...settings,
        ...changed,
      }),
    );
  await configure();
  const gateway = await spawnGateway(file);
  stops.push(async () => {
    gateway.process.kill('SIGTERM');
    await gateway.exited;
  });
  const { pid } = gateway.process;
  /** On a connection of its own, so that workers take turns. */
  const send = (path: string, init: RequestInit = {}, key = KEYS.WORKERS_KEY) =>
    fetch(`${gateway.url}${path}`, {
      ...init,
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        connection: 'close',
        ...init.headers,
      },
    });
  const ask = (model = 'lawyer', headers: Record<string, string> = {}) =>
    send('/v1/chat/completions', {
      method: 'POST',
      headers,
      body: JSON.stringify({ model, messages: [{ role: 'user', content: 'q' }] }),
    });
  const metrics = async (key = KEYS.WORKERS_OPERATOR) => (await send('/metrics', {}, key)).text();
  return {
    ...gateway,
    upstream,
    folder,
    configure,
    send,
    ask,
    metrics,
    workers: () => childrenOf(pid),
  };
}

/** Ids of the processes that a process started. */
function childrenOf(parent: number | undefined): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        return new RegExp(`^PPid:\\s+${parent}$`, 'm').test(
          readFileSync(`/proc/${name}/status`, 'utf8'),
        );
      } catch {
        return false;
      }
    })
    .map(Number);
}

function sumOf(text: string, metric: string): number {
  const lines = text.split('\n').filter((line) => line.startsWith(`${metric}{`));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}

const CHATS = 'embedllm_gateway_requests_total{route="/v1/chat/completions"';

/** All requests for answers, by whichever worker. */
function chatsOf(text: string): number {
  const lines = text.split('\n').filter((line) => line.startsWith(CHATS));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}

describe.skipIf(process.platform !== 'linux')('a gateway of two workers', () => {
  it('starts both with room for new objects', async () => {
    const gateway = await startWorkers();
    const commands = gateway.workers().map((id) => readFileSync(`/proc/${id}/cmdline`, 'utf8'));
    expect(commands).toHaveLength(2);
    for (const command of commands) expect(command).toContain('\0--min-semi-space-size=16\0');
  });

  it('never overspends a small budget, however many requests come at once', async () => {
    const budget = 0.002;
    const gateway = await startWorkers({}, { limits: { dollars: { month: budget } } });
    const answers = await Promise.all(Array.from({ length: 300 }, () => gateway.ask()));
    const statuses = answers.map(({ status }) => status);
    const answered = statuses.filter((status) => status === 200).length;
    expect(answered).toBeGreaterThan(0);
    expect(statuses.every((status) => [200, 402, 429].includes(status))).toBe(true);
    // Each reads one token and writes one.
    expect(gateway.upstream.seen.length * 11e-6).toBeLessThanOrEqual(budget);
    expect(gateway.upstream.seen).toHaveLength(answered);
    const left = /limit_remaining\{key="test",limit="dollars".*\} (\S+)/.exec(
      await gateway.metrics(),
    );
    expect(Number(left?.[1])).toBeCloseTo(budget - answered * 11e-6, 9);
  });

  it('shows the sums of its workers, whichever is asked', async () => {
    const gateway = await startWorkers();
    await Promise.all(Array.from({ length: 20 }, () => gateway.ask()));
    expect(gateway.workers()).toHaveLength(2);
    for (let time = 0; time < 4; time++) {
      const text = await gateway.metrics();
      expect(chatsOf(text)).toBe(20);
      expect(sumOf(text, 'embedllm_gateway_tokens_total')).toBe(40);
    }
    const page = await gateway.send('/ui/state', {}, KEYS.WORKERS_OPERATOR);
    const { spending, recent } = (await page.json()) as {
      spending: { requests: number }[];
      recent: unknown[];
    };
    expect(spending.map(({ requests }) => requests)).toEqual([20]);
    expect(recent).toHaveLength(20);
  });

  it('replaces a worker that is killed, and forgets nothing of what it counted or set aside', async () => {
    const gateway = await startWorkers(
      {},
      {
        limits: { dollars: { month: 1 } },
        behave: ({ text }) => (text === 'stall' ? 'stall' : 'answer'),
      },
    );
    await Promise.all(Array.from({ length: 10 }, () => gateway.ask()));
    await gateway.metrics();
    const [first = 0, second = 0] = gateway.workers();
    // One call under way in either, with what it may cost set aside.
    const stalled = JSON.stringify({
      model: 'lawyer',
      messages: [{ role: 'user', content: 'stall' }],
    });
    for (let time = 0; time < 2; time++) {
      gateway
        .send('/v1/chat/completions', { method: 'POST', body: stalled })
        .catch(() => undefined);
    }
    await expect.poll(() => gateway.upstream.seen.length).toBe(12);
    process.kill(first, 'SIGKILL');
    await expect.poll(() => gateway.workers().filter((pid) => pid !== first)).toHaveLength(2);
    expect(gateway.workers()).toContain(second);
    await expect.poll(async () => (await gateway.ask().catch(() => undefined))?.status).toBe(200);
    const text = await gateway.metrics();
    expect(chatsOf(text)).toBeGreaterThanOrEqual(11);
    const left = /limit_remaining\{key="test",limit="dollars".*\} (\S+)/.exec(text);
    // Both calls may have cost all that was set aside for them.
    expect(Number(left?.[1])).toBeLessThan(1 - 11 * 11e-6 - 2 * 100e-6);
  });

  it('stops when its answers are complete, and exits with 0', async () => {
    const gateway = await startWorkers({}, { latencyMs: 500 });
    const answers = Array.from({ length: 8 }, () => gateway.ask());
    await expect.poll(() => gateway.upstream.seen.length).toBe(8);
    gateway.process.kill('SIGTERM');
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    expect(statuses).toEqual(Array.from({ length: 8 }, () => 200));
    expect((await gateway.exited).code).toBe(0);
    expect(gateway.workers()).toEqual([]);
  });

  it('takes a new configuration over in all workers', async () => {
    const gateway = await startWorkers();
    expect((await gateway.ask('generalist')).status).toBe(404);
    await gateway.configure({
      models: { lawyer: { upstream: 'local' }, generalist: { upstream: 'local' } },
    });
    gateway.process.kill('SIGHUP');
    await expect
      .poll(async () => {
        const asked = await Promise.all([1, 2, 3, 4].map(() => gateway.ask('generalist')));
        return asked.every(({ status }) => status === 200);
      })
      .toBe(true);
    // It may have seen by itself that the file changed, too.
    expect(await gateway.metrics()).toMatch(/reloads_total\{result="success"\} [12]\b/);
  });

  it('takes feedback on the answers of any worker', async () => {
    const gateway = await startWorkers({ decisions: { file: 'decisions.jsonl' } });
    const answers = await Promise.all(Array.from({ length: 8 }, () => gateway.ask()));
    for (const answer of answers) {
      const body = JSON.stringify({ id: answer.headers.get('x-request-id'), outcome: true });
      const told = await gateway.send('/v1/outcomes', { method: 'POST', body });
      expect(told.status).toBe(200);
    }
    const file = join(gateway.folder, 'decisions.jsonl');
    await expect
      .poll(async () => (await readFile(file, 'utf8')).trim().split('\n').length)
      .toBe(16);
  });

  it('answers an idempotency key once, whichever workers it comes to', async () => {
    const gateway = await startWorkers({}, { latencyMs: 200 });
    const key = { 'idempotency-key': 'k' };
    const answers = await Promise.all(Array.from({ length: 6 }, () => gateway.ask('lawyer', key)));
    const texts = await Promise.all(answers.map((answer) => answer.text()));
    expect(new Set(texts).size).toBe(1);
    expect(answers.map(({ status }) => status)).toEqual(texts.map(() => 200));
    expect(answers.filter(({ headers }) => headers.has('idempotent-replayed'))).toHaveLength(5);
    expect(gateway.upstream.seen).toHaveLength(1);
    expect((await gateway.ask('mathematician', key)).status).toBe(422);
  });

  it('counts wrong keys together', async () => {
    const keys = [
      { name: 'test', env: 'WORKERS_KEY' },
      { name: 'other', env: 'WORKERS_OPERATOR' },
    ];
    const lockout = { wrongKeys: 4 };
    const gateway = await startWorkers({ authentication: { keys, lockout } });
    const list = async (key: string) => (await gateway.send('/v1/models', {}, key)).status;
    expect(await list(KEYS.WORKERS_KEY)).toBe(200);
    for (let guess = 0; guess < 3; guess++) expect(await list(`guess-${guess}`)).toBe(401);
    for (let guess = 3; guess < 6; guess++) expect(await list(`guess-${guess}`)).toBe(429);
    for (let time = 0; time < 4; time++) {
      expect(await list(KEYS.WORKERS_KEY)).toBe(200);
      expect(await list(KEYS.WORKERS_OPERATOR)).toBe(429);
    }
    expect(await gateway.metrics(KEYS.WORKERS_KEY)).toContain('lockouts_total 1');
  });

  it.each([
    ['leaves a model alone that failed in one of its workers', 'fail', 503],
    ['rests a model that was rate-limited in one of its workers', 'rate-limit', 429],
  ] as const)('%s', async (_, first, status) => {
    let calls = 0;
    const breaker = { minimumCalls: 1, openMs: 600_000 };
    const retries = { attempts: 1 };
    const gateway = await startWorkers(
      { breaker, retries },
      { behave: () => (calls++ === 0 ? first : 'answer'), retryAfter: '500' },
    );
    await gateway.ask();
    // A worker that finds out for itself would be answered.
    await expect
      .poll(async () => {
        const asked = await Promise.all([1, 2, 3, 4].map(() => gateway.ask()));
        return asked.map((answer) => answer.status);
      })
      .toEqual([status, status, status, status]);
    expect((await gateway.ask('mathematician')).status).toBe(200);
  });

  it('does not start when its workers cannot', async () => {
    const failing = startWorkers({ routing: { models: ['unheard-of'] } });
    await expect(failing).rejects.toThrow(/routing\.models/);
  });
});
