import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OpenAI from 'openai';
import { afterEach, describe, expect, it } from 'vitest';
import { type LimitStore, MemoryLimitStore } from '../src/index.js';
import {
  answer,
  DONE,
  event,
  json,
  type Script,
  type ScriptedGateway,
  scriptedGateway,
  stopScripted,
  well,
} from './scripted-gateway.js';
import { CLIENT_KEY, startGateway } from './start-gateway.js';

afterEach(stopScripted);

const PRICE = { pricePerMillionInputTokens: 1, pricePerMillionOutputTokens: 10 };

/** Settings of a gateway whose key has limits, and whose models cost the same and write 100 tokens. */
function limited(limits: object, key: object = {}, models: Record<string, object> = { a: {} }) {
  return {
    authentication: { keys: [{ name: 'test', env: 'CLIENT_KEY', limits, ...key }] },
    models: Object.fromEntries(
      Object.entries(models).map(([name, model]) => [
        name,
        { upstream: 'local', maxOutputTokens: 100, ...PRICE, ...model },
      ]),
    ),
  };
}

/** Answers with a usage of so many tokens. */
const using =
  (input: number, output: number): Script =>
  (response, { stream }) => {
    const usage = { prompt_tokens: input, completion_tokens: output };
    if (!stream) return json(response, 200, { ...(answer('well') as object), usage });
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const last = `data: ${JSON.stringify({ choices: [], usage })}\n\n`;
    response.end(event({ content: 'well' }) + event({}, 'stop') + last + DONE);
  };

const errorOf = (text: string): Record<string, string> => JSON.parse(text).error;

/** What the gateway shows of a limit. */
async function remaining(gateway: ScriptedGateway, limit: string, window: string) {
  const response = await fetch(`${gateway.url}/metrics`, {
    headers: { authorization: `Bearer ${CLIENT_KEY}` },
  });
  const labels = `{key="test",limit="${limit}",window="${window}"}`;
  const line = `embedllm_gateway_limit_remaining${labels} `;
  const text = await response.text();
  return Number(
    text
      .split('\n')
      .find((one) => one.startsWith(line))
      ?.slice(line.length),
  );
}

describe('requests in a window', () => {
  it('end with status 429, Retry-After, and headers that the official client shows', async () => {
    const gateway = await scriptedGateway({ a: well }, limited({ requests: { hour: 2, day: 9 } }));
    const client = new OpenAI({
      baseURL: `${gateway.url}/v1`,
      apiKey: CLIENT_KEY,
      maxRetries: 0,
    });
    const ask = () =>
      client.chat.completions
        .create({ model: 'a', messages: [{ role: 'user', content: 'q' }] })
        .withResponse();
    const { response } = await ask();
    expect(response.headers.get('x-ratelimit-limit-requests')).toBe('2');
    expect(response.headers.get('x-ratelimit-remaining-requests')).toBe('1');
    expect(response.headers.get('x-ratelimit-reset-requests')).toMatch(/^(\d+m)?[\d.]+s$/);
    expect(response.headers.has('x-ratelimit-limit-tokens')).toBe(false);
    await ask();
    const refused = await ask().catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(OpenAI.RateLimitError);
    expect(refused).toMatchObject({
      code: 'rate_limit_exceeded',
      type: 'requests',
      message: expect.stringMatching(
        /2 requests of 2 requests per hour used \(limits\.requests\.hour of the key test\)/,
      ),
    });
    if (!(refused instanceof OpenAI.RateLimitError)) throw refused;
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(3600);
    expect(refused.headers.get('x-ratelimit-remaining-requests')).toBe('0');
    expect(gateway.calls).toHaveLength(2);
  });
});

describe('tokens in a window', () => {
  it('are set aside for the most that an answer can have, and settled by its usage', async () => {
    const gateway = await scriptedGateway({ a: using(30, 20) }, limited({ tokens: { day: 300 } }));
    const { headers } = await gateway.ask('a');
    expect(headers.get('x-ratelimit-limit-tokens')).toBe('300');
    expect(await remaining(gateway, 'tokens', 'day')).toBe(250);
    await gateway.ask('a', { stream: true });
    expect(await remaining(gateway, 'tokens', 'day')).toBe(200);
    await gateway.ask('a');
    await gateway.ask('a');
    const refused = await gateway.ask('a');
    expect(refused.status).toBe(429);
    expect(errorOf(refused.text)).toMatchObject({ type: 'tokens', code: 'rate_limit_exceeded' });
  });

  it('that no window could hold are status 400, not a matter of waiting', async () => {
    const gateway = await scriptedGateway({ a: well }, limited({ outputTokens: { minute: 50 } }));
    const refused = await gateway.ask('a');
    expect(refused.status).toBe(400);
    expect(errorOf(refused.text)).toMatchObject({
      code: 'request_too_large',
      message: expect.stringContaining('Set a lower `max_tokens`'),
    });
    expect((await gateway.ask('a', { max_tokens: 50 })).status).toBe(200);
  });
});

describe('a budget in dollars', () => {
  it('is not overspent by 300 requests at once', async () => {
    // 100 tokens read and 100 written cost 1,100 millionths, and a request sets aside up to 1,240.
    const budget = 0.02;
    let spent = 0;
    const spend: Script = (response, request) => {
      spent += 0.0011;
      return using(100, 100)(response, request);
    };
    const gateway = await scriptedGateway({ a: spend }, limited({ dollars: { month: budget } }));
    const answers = await Promise.all(Array.from({ length: 300 }, () => gateway.ask('a')));
    const count = (status: number) => answers.filter((one) => one.status === status).length;
    expect(count(200)).toBeGreaterThan(10);
    expect(count(200) + count(429) + count(402)).toBe(300);
    expect(spent).toBeLessThanOrEqual(budget);
    // What is left is what was not spent, to the nanodollar.
    const left = await remaining(gateway, 'dollars', 'month');
    expect(left).toBeCloseTo(budget - spent, 9);
    while ((await gateway.ask('a')).status === 200);
    const refused = await gateway.ask('a');
    expect(refused.status).toBe(402);
    expect(errorOf(refused.text)).toMatchObject({
      type: 'insufficient_quota',
      code: 'insufficient_quota',
      message: expect.stringMatching(/\$0\.0\d+ of \$0\.02 per month.*limits\.dollars\.month/),
    });
    expect(refused.headers.has('retry-after')).toBe(false);
    expect(spent).toBeLessThanOrEqual(budget);
  });

  it('that running requests may use up is worth waiting for', async () => {
    let finish = (): void => undefined;
    const slow: Script = (response, request) => {
      finish = () => using(1, 1)(response, request);
    };
    const gateway = await scriptedGateway({ a: slow }, limited({ dollars: { day: 0.0015 } }));
    const first = gateway.ask('a');
    await expect.poll(() => gateway.calls.length).toBe(1);
    const refused = await gateway.ask('a');
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(errorOf(refused.text).code).toBe('budget_in_use');
    finish();
    expect((await first).status).toBe(200);
    const second = gateway.ask('a');
    await expect.poll(() => gateway.calls.length).toBe(2);
    finish();
    expect((await second).status).toBe(200);
  });

  it('pays cached and reasoning tokens at their own price', async () => {
    const usage = {
      prompt_tokens: 100,
      completion_tokens: 50,
      prompt_tokens_details: { cached_tokens: 60 },
      completion_tokens_details: { reasoning_tokens: 20 },
    };
    const script: Script = (response) => json(response, 200, { ...(answer('x') as object), usage });
    const prices = {
      pricePerMillionCachedInputTokens: 0.5,
      pricePerMillionReasoningTokens: 20,
    };
    const gateway = await scriptedGateway(
      { a: script },
      limited({ dollars: { day: 1 } }, {}, { a: prices }),
    );
    await gateway.ask('a');
    expect(await remaining(gateway, 'dollars', 'day')).toBeCloseTo(1 - 0.00077, 9);
    expect(gateway.requests[0]).toMatchObject({ client: 'test', costUsd: 0.00077 });
  });

  it('gets back what refusals and failures did not cost, and pays for each attempt', async () => {
    const scripts: Record<string, Script> = {
      refuse: (response) => json(response, 400, { error: { message: 'no' } }),
      fail: (response) => json(response, 500, {}),
    };
    const gateway = await scriptedGateway(
      scripts,
      limited({ dollars: { day: 1 } }, {}, { refuse: {}, fail: {} }),
    );
    for (const model of ['refuse', 'fail']) await gateway.ask(model);
    expect(gateway.calls).toHaveLength(3);
    expect(await remaining(gateway, 'dollars', 'day')).toBe(1);
  });

  it('bounds what retries may cost', async () => {
    const cut: Script = (response, { stream }) => {
      if (!stream) return json(response, 500, {});
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(event({ content: 'well' }));
      return setTimeout(() => response.destroy(), 20);
    };
    const gateway = await scriptedGateway({ a: cut }, limited({ dollars: { day: 0.00114 } }));
    // One attempt fits, two at a time would not: what failed is given back before it is repeated.
    expect((await gateway.ask('a')).status).toBe(502);
    expect(gateway.calls).toHaveLength(2);
    await gateway.ask('a', { stream: true });
    const left = await remaining(gateway, 'dollars', 'day');
    expect(left).toBeLessThan(0.00114);
    expect((await gateway.ask('a')).status).toBe(402);
    expect(gateway.calls).toHaveLength(3);
  });

  it('pays for what had come of a stream that its client gave up', async () => {
    const endless: Script = (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (let count = 0; count < 25; count++) response.write(event({ content: 'w' }));
    };
    const gateway = await scriptedGateway({ a: endless }, limited({ dollars: { day: 1 } }));
    const controller = new AbortController();
    const response = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      signal: controller.signal,
      headers: { authorization: `Bearer ${CLIENT_KEY}`, 'content-type': 'application/json' },
      body: '{"model":"a","stream":true,"messages":[{"role":"user","content":"q"}]}',
    });
    await response.body?.getReader().read();
    controller.abort();
    await expect.poll(() => gateway.requests.length).toBe(1);
    const spent = 1 - (await remaining(gateway, 'dollars', 'day'));
    expect(spent).toBeGreaterThan(0);
    expect(spent).toBeLessThan(0.0011);
    expect(gateway.requests[0]?.costUsd).toBeCloseTo(spent, 9);
  });

  it('leaves dear candidates out of the choice, and refuses where none is left', async () => {
    const models = {
      dear: { pricePerMillionOutputTokens: 1000 },
      fair: {},
      free: { pricePerMillionInputTokens: 0, pricePerMillionOutputTokens: 0 },
    };
    const scripts = { dear: using(1, 1), fair: using(100, 100), free: using(1, 1) };
    const gateway = await scriptedGateway(scripts, {
      ...limited({ dollars: { day: 0.002 } }, {}, models),
      routing: { candidates: 1 },
    });
    const chosen = async () => (await gateway.ask('auto')).headers.get('x-embedllm-model');
    gateway.order = ['dear', 'fair', 'free'];
    expect(await chosen()).toBe('fair');
    expect(await chosen()).toBe('free');
    const named = await gateway.ask('fair');
    expect(named.status).toBe(402);
    const poor = await scriptedGateway(
      { dear: using(1, 1) },
      limited({ dollars: { day: 0.002 } }, {}, { dear: models.dear }),
    );
    expect((await poor.ask('auto')).status).toBe(402);
    expect(poor.calls).toHaveLength(0);
  });

  it('bounds answers of requests that do not, and hides the usage that it asked for', async () => {
    const gateway = await scriptedGateway(
      { a: using(1, 1) },
      limited({ dollars: { day: 1 }, maxOutputTokens: 60 }),
    );
    const { text } = await gateway.ask('a', { stream: true, max_tokens: null });
    const sent = JSON.parse(gateway.calls[0]?.text ?? '');
    expect(sent).toMatchObject({ max_tokens: 60, stream_options: { include_usage: true } });
    expect(text).not.toContain('usage');
    expect(text).toContain('[DONE]');
    const own = { stream_options: { include_usage: true }, max_completion_tokens: 5 };
    const asked = await gateway.ask('a', { stream: true, ...own });
    expect(JSON.parse(gateway.calls[1]?.text ?? '')).not.toHaveProperty('max_tokens');
    expect(asked.text).toContain('"usage"');
  });

  it('is refused where a price or the length of answers is not known', async () => {
    const start = (limits: object, model: object) =>
      scriptedGateway({ a: well }, { ...limited(limits), models: { a: model } });
    const model = { upstream: 'local' };
    await expect(start({ dollars: { day: 1 } }, { ...model, maxOutputTokens: 9 })).rejects.toThrow(
      /authentication\.keys\[0\]\.limits\.dollars: The price of a is unknown\. Set pricePerMillionInput/,
    );
    await expect(start({ dollars: { day: 1 } }, { ...model, ...PRICE })).rejects.toThrow(
      /keys\[0\]\.limits: Answers from a may have any length\. Set limits\.maxOutputTokens/,
    );
    await expect(start({ tokens: { day: 1 } }, model)).rejects.toThrow(/may have any length/);
    await start({ requests: { day: 1 } }, model);
  });

  it('is kept by a ledger from one start to the next', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'embedllm-ledger-'));
    const settings = {
      ...limited({ dollars: { month: 1 } }),
      limits: { ledger: join(folder, 'ledger.jsonl') },
    };
    const first = await scriptedGateway({ a: using(1000, 100) }, settings);
    await first.ask('a');
    await stopScripted();
    const second = await scriptedGateway({ a: well }, settings);
    expect(await remaining(second, 'dollars', 'month')).toBeCloseTo(0.998, 9);
    await stopScripted();
    await rm(folder, { recursive: true });
  });

  it('fails closed: what cannot be kept is refused, and logged', async () => {
    const store: LimitStore = {
      reserve: () => Promise.reject(new Error('the disk is full')),
      settle: () => Promise.resolve(),
      read: () => Promise.reject(new Error('the disk is full')),
      close: () => Promise.resolve(),
    };
    const gateway = await startGateway(
      {
        authentication: {
          keys: [{ name: 'test', env: 'CLIENT_KEY', limits: { requests: { day: 5 } } }],
        },
      },
      {},
      { limitStore: store },
    );
    const body = { model: 'lawyer', messages: [{ role: 'user', content: 'q' }] };
    const refused = await gateway.post('/v1/chat/completions', body);
    expect(refused.status).toBe(503);
    expect(await refused.json()).toMatchObject({ error: { code: 'limits_unavailable' } });
    expect(gateway.events).toContainEqual(
      expect.objectContaining({
        event: 'limits-failed',
        message: expect.stringContaining('disk is full'),
      }),
    );
    expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
  });
});

describe('what a key may ask for', () => {
  const key = { models: ['a', 'b'], aliases: ['auto'] };
  const models = { a: {}, b: {}, c: {} };
  const scripts = { a: well, b: well, c: well };

  it('is its models and aliases, listed and routed to', async () => {
    const gateway = await scriptedGateway(scripts, limited({}, key, models));
    const refused = await gateway.ask('c');
    expect(refused.status).toBe(403);
    expect(errorOf(refused.text)).toMatchObject({ code: 'model_not_allowed', param: 'model' });
    expect((await gateway.ask('embedllm')).status).toBe(403);
    const listed = await fetch(`${gateway.url}/v1/models`, {
      headers: { authorization: `Bearer ${CLIENT_KEY}` },
    });
    const { data } = (await listed.json()) as { data: { id: string }[] };
    expect(data.map(({ id }) => id)).toEqual(['auto', 'a', 'b']);
    expect((await gateway.ask('a')).status).toBe(200);
    expect((await gateway.post('/v1/route', { model: 'embedllm', question: 'q' })).status).toBe(
      403,
    );
  });

  it.each<[string, object, object, RegExp]>([
    ['choices', { maxChoices: 2 }, { n: 3 }, /`n` may be at most 2, but is 3 \(limits\.maxChoices/],
    ['length', { maxOutputTokens: 50 }, { max_tokens: 51 }, /`max_tokens` may be at most 50/],
    [
      'length by its other name',
      { maxOutputTokens: 50 },
      { max_completion_tokens: 51 },
      /`max_completion_tokens` may be at most 50/,
    ],
    [
      'the longer of two lengths',
      { maxOutputTokens: 50 },
      { max_tokens: 5, max_completion_tokens: 51 },
      /at most 50/,
    ],
    [
      'input',
      { maxInputTokens: 20 },
      { user: 'x'.repeat(200) },
      /at most 20 \(limits\.maxInputTokens/,
    ],
    ['a text as number', { maxChoices: 2 }, { n: '9' }, /`n` must be an integer/],
    ['models of its own', { dollars: { day: 1 } }, { models: ['c'] }, /`models` cannot be sent/],
    ['a provider', { dollars: { day: 1 } }, { provider: { order: ['x'] } }, /`provider` cannot/],
    ['another case', { dollars: { day: 1 } }, { MAX_TOKENS: 9 }, /`MAX_TOKENS` must occur once/],
    ['a dear tier', { dollars: { day: 1 } }, { service_tier: 'priority' }, /service_tier/],
  ])('is bounded: %s', async (_, limits, extra, message) => {
    const gateway = await scriptedGateway(scripts, limited(limits, {}, models));
    const refused = await gateway.ask('a', extra);
    expect(refused.status).toBe(400);
    expect(errorOf(refused.text).message).toMatch(message);
    expect(gateway.calls).toHaveLength(0);
    expect((await gateway.ask('a', { max_tokens: 50, n: 1 })).status).toBe(200);
  });

  it('cannot be said twice', async () => {
    const gateway = await scriptedGateway(scripts, limited({ dollars: { day: 1 } }, {}, models));
    const body = '{"model":"a","messages":[{"role":"user","content":"q"}],"n":1,"\\u006e":9}';
    const refused = await gateway.post('/v1/chat/completions', body);
    expect(refused.status).toBe(400);
    expect(gateway.calls).toHaveLength(0);
  });

  it('runs only so often at once, and waits for its own', async () => {
    const held: (() => unknown)[] = [];
    let isOpen = false;
    const slow: Script = (response, request) => {
      if (isOpen) well(response, request);
      else held.push(() => well(response, request));
    };
    const gateway = await scriptedGateway(
      { a: slow },
      limited({ concurrency: 2, queue: 3 }, {}, { a: {} }),
    );
    const statuses: number[] = [];
    const messages: string[] = [];
    const asked = Array.from({ length: 8 }, async () => {
      const { status, text } = await gateway.ask('a');
      statuses.push(status);
      messages.push(text);
    });
    await expect.poll(() => statuses.length).toBe(3);
    expect(messages[0]).toContain('limits.concurrency of the key');
    expect(held).toHaveLength(2);
    isOpen = true;
    for (const answerNow of held) answerNow();
    await Promise.all(asked);
    expect(statuses).toEqual([429, 429, 429, 200, 200, 200, 200, 200]);
  });
});

describe('limits', () => {
  it('are replaced by a reload, and what was used stays', async () => {
    const gateway = await scriptedGateway({ a: well }, limited({ requests: { day: 1 } }));
    await gateway.ask('a');
    expect((await gateway.ask('a')).status).toBe(429);
    const { upstreams } = JSON.parse(await readFile(gateway.file, 'utf8'));
    await gateway.configure({ ...limited({ requests: { day: 2 } }), upstreams });
    expect(await gateway.reload()).toBe(true);
    expect((await gateway.ask('a')).status).toBe(200);
    expect((await gateway.ask('a')).status).toBe(429);
    await gateway.configure({ ...limited({ requests: { week: 2 } }), upstreams });
    expect(await gateway.reload()).toBe(false);
    expect(gateway.events.at(-1)?.message).toMatch(/limits\.requests\.week: Unknown setting/);
  });

  it('are shared by gateways that share a store', async () => {
    const store = new MemoryLimitStore();
    const settings = limited({ requests: { day: 1 } }, {}, { lawyer: {} });
    const body = { model: 'lawyer', messages: [{ role: 'user', content: 'q' }] };
    const statuses: number[] = [];
    for (let count = 0; count < 2; count++) {
      const gateway = await startGateway(
        { authentication: settings.authentication },
        {},
        { limitStore: store },
      );
      statuses.push((await gateway.post('/v1/chat/completions', body)).status);
    }
    expect(statuses).toEqual([200, 429]);
  });
});
