import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Behaviour, SeenRequest } from './fake-upstream.js';
import { startGateway } from './start-gateway.js';
import { stopTime } from './stop-time.js';

afterEach(() => {
  vi.restoreAllMocks();
});

const SUM = 'What is the sum of the number 17 and the number 25?';
const routed = (stream = false) => ({
  model: 'auto',
  stream,
  messages: [{ role: 'user', content: SUM }],
});
/** Treats the first choice as told, and answers for all others. */
const first =
  (behaviour: Behaviour) =>
  ({ model }: SeenRequest): Behaviour =>
    model === 'mathematician' ? behaviour : 'answer';
/** For upstreams that stall; the others are given all the time that a busy machine takes. */
const timeoutsFor = (behaviour: Behaviour): object =>
  behaviour.startsWith('stall') ? { timeouts: { firstTokenMs: 1000, idleMs: 1000 } } : {};

describe('fallback', () => {
  it.each<[Behaviour, number]>([
    ['fail', 2],
    ['rate-limit', 1],
    ['unauthorized', 1],
    ['cut', 2],
    ['garbage', 2],
    ['error-event', 2],
    ['redirect', 1],
  ])('asks the next candidate where the first one answers with: %s', async (behaviour, calls) => {
    const gateway = await startGateway(timeoutsFor(behaviour), { behave: first(behaviour) });
    const response = await gateway.post('/v1/chat/completions', routed());
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ choices: [{ message: { content: SUM } }] });
    expect(response.headers.get('x-embedllm-model')).toBe('generalist');
    expect(response.headers.get('x-embedllm-attempts')).toBe(String(calls + 1));
    expect(gateway.upstream.seen).toHaveLength(calls + 1);
  });

  it.each<Behaviour>(['fail', 'rate-limit', 'stall', 'cut', 'error-event', 'garbage'])(
    'streams from the next candidate where the first one answers with: %s',
    async (behaviour) => {
      const gateway = await startGateway(timeoutsFor(behaviour), { behave: first(behaviour) });
      const response = await gateway.post('/v1/chat/completions', routed(true));
      const text = await response.text();
      expect(response.headers.get('x-embedllm-model')).toBe('generalist');
      expect(text.match(/"role":"assistant"/g)).toHaveLength(1);
      expect(text).toMatch(/data: \[DONE\]\n\n$/);
      expect(text).not.toContain('error');
    },
  );

  it('passes a refusal on at once, without the key that it repeats', async () => {
    const gateway = await startGateway({}, { behave: first('refuse') });
    const response = await gateway.post('/v1/chat/completions', routed());
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      error: { message: 'bad request with key Bearer [redacted]' },
    });
    expect(gateway.upstream.seen).toHaveLength(1);
  });

  it('says what happened when every candidate fails', async () => {
    const answers = new Map<Behaviour, [number, string]>([
      ['fail', [502, 'upstream_failed']],
      ['unauthorized', [502, 'upstream_failed']],
      ['rate-limit', [429, 'upstream_rate_limit']],
      ['stall', [504, 'upstream_timeout']],
    ]);
    for (const [behaviour, [status, code]] of answers) {
      const gateway = await startGateway(timeoutsFor(behaviour), { behave: () => behaviour });
      const response = await gateway.post('/v1/chat/completions', routed(true));
      expect(response.status).toBe(status);
      expect(await response.json()).toMatchObject({ error: { code } });
      if (status === 429) expect(response.headers.get('retry-after')).toBe('1');
    }
  });

  it('makes no further call once a request has taken too long', async () => {
    const gateway = await startGateway({ limits: { requestMs: 1000 } }, { behave: () => 'stall' });
    const response = await gateway.post('/v1/chat/completions', routed(true));
    expect(response.status).toBe(504);
    expect(gateway.upstream.seen).toHaveLength(1);
  });

  it('leaves an upstream alone that asked for it, and comes back', async () => {
    let isLimited = true;
    const gateway = await startGateway({}, { behave: () => (isLimited ? 'rate-limit' : 'answer') });
    const ask = () => gateway.post('/v1/chat/completions', { ...routed(), model: 'lawyer' });
    const moveOn = stopTime();
    expect((await ask()).status).toBe(429);
    expect((await ask()).status).toBe(429);
    expect(gateway.upstream.seen).toHaveLength(1);
    isLimited = false;
    moveOn(1000);
    expect((await ask()).status).toBe(200);
  });

  it('opens the circuit of an upstream that keeps failing, and closes it when it answers', async () => {
    let isBroken = true;
    const breaker = { window: 4, minimumCalls: 4, failureShare: 1, openMs: 60_000 };
    const gateway = await startGateway(
      { breaker, retries: { attempts: 1 } },
      { behave: () => (isBroken ? 'fail' : 'answer') },
    );
    const ask = () => gateway.post('/v1/chat/completions', { ...routed(), model: 'lawyer' });
    const moveOn = stopTime();
    for (let call = 0; call < 4; call++) expect((await ask()).status).toBe(502);
    const refused = await ask();
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('60');
    expect(gateway.upstream.seen).toHaveLength(4);
    isBroken = false;
    moveOn(60_000);
    expect((await ask()).status).toBe(200);
    expect((await ask()).status).toBe(200);
  });

  it('reports a stream that goes silent after its first words, and never asks again', async () => {
    const gateway = await startGateway(timeoutsFor('stall-late'), {
      behave: first('stall-late'),
    });
    const response = await gateway.post('/v1/chat/completions', routed(true));
    const text = await response.text();
    expect(response.headers.get('x-embedllm-model')).toBe('mathematician');
    expect(text).toContain('"code":"stream_interrupted"');
    expect(text).not.toContain('[DONE]');
    expect(gateway.upstream.seen).toHaveLength(1);
  });

  it('lets go of the upstream when the client goes away', async () => {
    let aborted = 0;
    const gateway = await startGateway(
      {},
      {
        behave: () => 'stall',
        onAbort: () => {
          aborted++;
        },
      },
    );
    for (const stream of [true, false]) {
      const signal = AbortSignal.timeout(100);
      const call = fetch(`${gateway.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: 'Bearer client-key-4f1d', 'content-type': 'application/json' },
        body: JSON.stringify(routed(stream)),
        signal,
      });
      await expect(call).rejects.toThrow();
    }
    await expect.poll(() => aborted).toBe(2);
    await expect.poll(() => gateway.gateway.inFlight).toBe(0);
    expect(gateway.requests.map(({ status }) => status)).toEqual([499, 499]);
  });

  it('queues what goes beyond the limit and refuses what goes beyond the queue', async () => {
    const gateway = await startGateway(
      { limits: { concurrency: 2, queue: 2, queueTimeoutMs: 5000 } },
      { latencyMs: 100 },
    );
    const calls = Array.from({ length: 6 }, () => gateway.post('/v1/chat/completions', routed()));
    const responses = await Promise.all(calls);
    const statuses = responses.map(({ status }) => status).sort();
    expect(statuses).toEqual([200, 200, 200, 200, 429, 429]);
    const refused = responses.find(({ status }) => status === 429);
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(gateway.upstream.seen).toHaveLength(4);
  });
});
