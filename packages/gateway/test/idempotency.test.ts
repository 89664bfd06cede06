import OpenAI from 'openai';
import { afterEach, describe, expect, it } from 'vitest';
import type { ClaimedAnswer } from '../src/idempotency/answer-store.js';
import { MemoryAnswerStore } from '../src/idempotency/memory-answer-store.js';
import {
  DONE,
  event,
  json,
  type Script,
  type ScriptedGateway,
  scriptedGateway,
  stopScripted,
  well,
} from './scripted-gateway.js';
import { CLIENT_KEY } from './start-gateway.js';

afterEach(stopScripted);

const body = (extra: object = {}) => ({
  model: 'a',
  messages: [{ role: 'user', content: 'q' }],
  ...extra,
});
const post = (gateway: ScriptedGateway, key: string, extra: object = {}) =>
  gateway.post('/v1/chat/completions', body(extra), { 'idempotency-key': key });

describe('requests with the same Idempotency-Key and body', () => {
  it.each([false, true])('get the same answer from one call, streamed: %s', async (stream) => {
    const gateway = await scriptedGateway({ a: well });
    const first = await post(gateway, 'k', { stream });
    const text = await first.text();
    const second = await post(gateway, 'k', { stream });
    expect(await second.text()).toBe(text);
    expect(second.headers.get('content-type')).toBe(first.headers.get('content-type'));
    expect(second.headers.get('x-embedllm-model')).toBe('a');
    expect(first.headers.has('idempotent-replayed')).toBe(false);
    expect(second.headers.get('idempotent-replayed')).toBe('true');
    expect(gateway.calls).toHaveLength(1);
    expect(gateway.requests[1]).toMatchObject({ isRepeated: true, status: 200 });
    expect(gateway.requests[1]).not.toHaveProperty('isBrokenOff');
    await post(gateway, 'other', { stream });
    expect(gateway.calls).toHaveLength(2);
  });

  it('wait for the first, through the official client', async () => {
    const slow: Script = (response, request) => setTimeout(() => well(response, request), 100);
    const gateway = await scriptedGateway({ a: slow });
    const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: CLIENT_KEY, maxRetries: 0 });
    const ask = () =>
      client.chat.completions.create(
        { model: 'a', messages: [{ role: 'user', content: 'q' }] },
        { headers: { 'idempotency-key': 'k' } },
      );
    const answers = await Promise.all([ask(), ask(), ask()]);
    expect(answers.map(({ choices }) => choices[0]?.message.content)).toEqual([
      'well',
      'well',
      'well',
    ]);
    expect(gateway.calls).toHaveLength(1);
  });

  it('are made again where the first came to nothing', async () => {
    const twice: Script = (response, request) =>
      request.call <= 2 ? json(response, 500, {}) : well(response, request);
    const gateway = await scriptedGateway({ a: twice });
    const [first, second] = await Promise.all([post(gateway, 'k'), post(gateway, 'k')]);
    expect([first.status, second.status].sort()).toEqual([200, 502]);
    expect(gateway.calls).toHaveLength(3);
  });

  it('are made again where a stream broke off, or its client went away', async () => {
    const cut: Script = (response, request) => {
      if (request.call > 2) return well(response, request);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(event({ content: 'well' }));
      if (request.call === 1) setTimeout(() => response.destroy(), 20);
    };
    const gateway = await scriptedGateway({ a: cut });
    expect(await (await post(gateway, 'k', { stream: true })).text()).toContain('"error"');
    const controller = new AbortController();
    const left = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      signal: controller.signal,
      headers: {
        authorization: `Bearer ${CLIENT_KEY}`,
        'content-type': 'application/json',
        'idempotency-key': 'k',
      },
      body: JSON.stringify(body({ stream: true })),
    });
    await left.body?.getReader().read();
    const waiting = post(gateway, 'k', { stream: true });
    controller.abort();
    expect(await (await waiting).text()).toContain(DONE.trim());
    expect(gateway.calls).toHaveLength(3);
  });

  it('but another body are refused', async () => {
    const gateway = await scriptedGateway({ a: well });
    await post(gateway, 'k');
    const refused = await post(gateway, 'k', { temperature: 0 });
    expect(refused.status).toBe(422);
    expect(await refused.json()).toMatchObject({ error: { code: 'idempotency_key_reused' } });
    expect((await post(gateway, 'x'.repeat(256))).status).toBe(400);
  });

  it('of two clients have nothing to do with each other, at the upstream neither', async () => {
    const gateway = await scriptedGateway(
      { a: well },
      {
        authentication: {
          keys: [
            { name: 'test', env: 'CLIENT_KEY' },
            { name: 'other', env: 'UPSTREAM_KEY' },
          ],
        },
      },
    );
    await post(gateway, 'k');
    await gateway.post('/v1/chat/completions', body(), {
      'idempotency-key': 'k',
      authorization: 'Bearer upstream-key-9a7c',
    });
    const sent = gateway.calls.map(({ headers }) => headers['idempotency-key']);
    expect(new Set(sent).size).toBe(2);
  });
});

describe('MemoryAnswerStore', () => {
  const claim = (name: string, fingerprint = 'f') => ({
    name,
    fingerprint,
    maxAgeMs: 1000,
    maxBytes: 10_000,
  });
  const record = { status: 200, headers: [], pieces: [new Uint8Array(3000)] };
  const idOf = (claimed: ClaimedAnswer): string =>
    claimed.state === 'claimed' ? claimed.id : expect.unreachable(claimed.state);

  it('forgets answers in time, and the oldest when they take too much', async () => {
    let now = 0;
    const store = new MemoryAnswerStore({ now: () => now });
    await store.claim(claim('running'));
    for (const name of ['a', 'b', 'c']) {
      await store.finish(idOf(await store.claim(claim(name))), record);
    }
    expect(await store.claim(claim('a'))).toMatchObject({ state: 'claimed' });
    expect(await store.claim(claim('b'))).toEqual({ state: 'answered', record });
    now = 1001;
    expect(await store.claim(claim('c'))).toMatchObject({ state: 'claimed' });
    expect(await store.claim(claim('running', 'g'))).toEqual({ state: 'different' });
  });

  it('gives a claim that came to nothing to one of those that wait for it', async () => {
    const store = new MemoryAnswerStore();
    const id = idOf(await store.claim(claim('a')));
    const waiting = [store.claim(claim('a')), store.claim(claim('a'))];
    await store.finish(id, undefined);
    const next = await Promise.race(waiting);
    await store.finish(idOf(next), record);
    await store.finish(id, { ...record, status: 500 });
    const states = (await Promise.all(waiting)).map(({ state }) => state);
    expect(states.sort()).toEqual(['answered', 'claimed']);
  });
});

describe('a store of answers that fails', () => {
  it('refuses the request that needs it, and is logged', async () => {
    const gone = async (): Promise<never> => {
      throw new Error('The store is gone.');
    };
    const answerStore = { claim: gone, finish: gone };
    const gateway = await scriptedGateway({ a: well }, {}, { answerStore });
    const refused = await post(gateway, 'k');
    expect(refused.status).toBe(503);
    expect(await refused.json()).toMatchObject({ error: { code: 'store_unavailable' } });
    expect(gateway.calls).toEqual([]);
    expect(gateway.events).toContainEqual(expect.objectContaining({ event: 'store-failed' }));
    expect((await gateway.ask('a')).status).toBe(200);
  });
});
