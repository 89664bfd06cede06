import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import Anthropic from '@anthropic-ai/sdk';
import { generateText, streamText } from 'ai';
import OpenAI from 'openai';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  answer,
  DONE,
  event,
  json,
  type Script,
  type ScriptedGateway,
  scriptedGateway,
  stopScripted,
} from './scripted-gateway.js';
import { CLIENT_KEY } from './start-gateway.js';

afterEach(stopScripted);

/** Answers with a text, and a usage of 100 tokens read and 10 written. */
const saying =
  (content: string, finish = 'stop'): Script =>
  (response, { stream }) => {
    const usage = { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 };
    if (!stream) {
      const choices = [
        { index: 0, message: { role: 'assistant', content }, finish_reason: finish },
      ];
      return json(response, 200, { ...(answer('') as object), choices, usage });
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const words = content.split(/(?<= )/).map((word) => event({ content: word }));
    const last = event({}, finish, { usage });
    response.end(event({ role: 'assistant', content: '' }) + words.join('') + last + DONE);
  };
const down: Script = (response) => json(response, 500, { error: { message: 'down' } });
const stalled: Script = () => undefined;

const AGREE = { a: saying('It is (B).'), b: saying('B'), large: saying('I say (C).') };
const DIFFER = { ...AGREE, b: saying('D') };
const EXAM = { ask: ['a', 'b'], escalate: 'large', key: 'choice' };
const CHEAP = { pricePerMillionInputTokens: 1, pricePerMillionOutputTokens: 10 };
const DEAR = { pricePerMillionInputTokens: 10, pricePerMillionOutputTokens: 100 };

function gatewayOf(
  scripts: Record<string, Script>,
  cascade: object = {},
  settings: object = {},
  models: Record<string, object> = {},
): Promise<ScriptedGateway> {
  const named = Object.keys(scripts).map((name) => [
    name,
    {
      upstream: 'local',
      maxOutputTokens: 10,
      ...(name === 'large' ? DEAR : CHEAP),
      ...models[name],
    },
  ]);
  return scriptedGateway(scripts, {
    routing: { cascades: { exam: { ...EXAM, ...cascade } } },
    models: Object.fromEntries(named),
    ...settings,
  });
}

const asked = ({ calls }: ScriptedGateway) => calls.map(({ model }) => model).sort();
const errorOf = (text: string): Record<string, string> => JSON.parse(text).error;

async function metric(gateway: ScriptedGateway, line: string): Promise<string | undefined> {
  const headers = { authorization: `Bearer ${CLIENT_KEY}` };
  const text = await (await fetch(`${gateway.url}/metrics`, { headers })).text();
  return text
    .split('\n')
    .find((one) => one.startsWith(line))
    ?.slice(line.length + 1);
}

/** Asks by the official client, in one piece and streamed. */
const WAYS = [
  [
    'in one piece',
    async (gateway: ScriptedGateway) => {
      const { data, response } = await clientOf(gateway)
        .chat.completions.create({ model: 'exam', messages: [{ role: 'user', content: 'q' }] })
        .withResponse();
      return { text: data.choices[0]?.message.content, headers: response.headers };
    },
  ],
  [
    'streamed',
    async (gateway: ScriptedGateway) => {
      const { data, response } = await clientOf(gateway)
        .chat.completions.create({
          model: 'exam',
          messages: [{ role: 'user', content: 'q' }],
          stream: true,
        })
        .withResponse();
      let text = '';
      for await (const chunk of data) text += chunk.choices[0]?.delta.content ?? '';
      return { text, headers: response.headers };
    },
  ],
] as const;

function clientOf({ url }: ScriptedGateway): OpenAI {
  return new OpenAI({ baseURL: `${url}/v1`, apiKey: CLIENT_KEY, maxRetries: 0 });
}

describe.each(WAYS)('a cascade asked %s', (_, ask) => {
  it('answers as the first of the models that agree', async () => {
    const gateway = await gatewayOf(AGREE);
    const { text, headers } = await ask(gateway);
    expect(text).toBe('It is (B).');
    expect(asked(gateway)).toEqual(['a', 'b']);
    expect(headers.get('x-embedllm-model')).toBe('a');
    expect(headers.get('x-embedllm-attempts')).toBe('2');
    expect(headers.get('x-embedllm-cascade')).toBe('agreed');
  });

  it('asks the better model where they differ, and logs all calls with their dollars', async () => {
    const gateway = await gatewayOf(DIFFER);
    const { text, headers } = await ask(gateway);
    expect(text).toBe('I say (C).');
    expect(headers.get('x-embedllm-model')).toBe('large');
    expect(headers.get('x-embedllm-attempts')).toBe('3');
    expect(headers.get('x-embedllm-cascade')).toBe('disagreed');
    await vi.waitFor(() => expect(gateway.requests).toHaveLength(1));
    const call = (model: string, costUsd: number) =>
      expect.objectContaining({ model, outcome: 'answered', attempts: 1, costUsd });
    expect(gateway.requests[0]).toMatchObject({
      status: 200,
      asked: 'exam',
      model: 'large',
      attempts: 3,
      inputTokens: 300,
      outputTokens: 30,
      finishReasons: ['stop'],
      cascade: {
        outcome: 'disagreed',
        calls: [call('a', 0.0002), call('b', 0.0002), call('large', 0.002)],
      },
    });
    expect(gateway.requests[0]?.costUsd).toBeCloseTo(0.0024, 9);
    const cascades = 'embedllm_gateway_cascades_total{cascade="exam",outcome="disagreed"}';
    expect(await metric(gateway, cascades)).toBe('1');
    const requests = 'embedllm_gateway_requests_total{route="/v1/chat/completions",status="200"}';
    expect(await metric(gateway, requests)).toBe('1');
  });

  it.each([
    ['one model is down', { ...AGREE, b: down }, 'failed'],
    ['both are down', { ...AGREE, a: down, b: down }, 'failed'],
    ['no answer has a key', { ...AGREE, a: saying('?'), b: saying('?') }, 'disagreed'],
    ['answers are empty', { ...AGREE, a: saying(''), b: saying('') }, 'disagreed'],
    ['answers are cut short', { ...AGREE, a: saying('B', 'length') }, 'disagreed'],
  ])('asks the better model where %s', async (_, scripts, outcome) => {
    const gateway = await gatewayOf(scripts);
    const { text, headers } = await ask(gateway);
    expect(text).toBe('I say (C).');
    expect(headers.get('x-embedllm-cascade')).toBe(outcome);
  });

  it('passes on that the better model is down', async () => {
    const gateway = await gatewayOf({ ...DIFFER, large: down });
    await expect(ask(gateway)).rejects.toMatchObject({ status: 502 });
    await vi.waitFor(() => expect(gateway.requests).toHaveLength(1));
    expect(gateway.requests[0]).toMatchObject({
      costUsd: 0.0004,
      cascade: {
        outcome: 'disagreed',
        calls: [{ model: 'a' }, { model: 'b' }, { outcome: 'failed' }],
      },
      failures: [{ model: 'large' }, { model: 'large' }],
    });
  });

  it('takes what a majority says, and stops the others', async () => {
    const stopped = vi.fn();
    const slow: Script = (response) => response.on('close', stopped);
    const scripts = { a: slow, b: saying('B'), d: saying('(B)'), large: saying('C') };
    const gateway = await gatewayOf(scripts, { ask: ['a', 'b', 'd'], agree: 'majority' });
    const { headers } = await ask(gateway);
    expect(headers.get('x-embedllm-cascade')).toBe('agreed');
    expect(headers.get('x-embedllm-model')).toBe('b');
    await vi.waitFor(() => expect(stopped).toHaveBeenCalled());
    await vi.waitFor(() => expect(gateway.requests).toHaveLength(1));
    const [slowest] = gateway.requests[0]?.cascade?.calls ?? [];
    expect(slowest).toMatchObject({ model: 'a', outcome: 'stopped', isEstimated: true });
  });

  it('asks the better model after a tie', async () => {
    const scripts = { ...DIFFER, d: saying('(B)'), e: saying('D') };
    const gateway = await gatewayOf(scripts, { ask: ['a', 'b', 'd', 'e'], agree: 'majority' });
    const { headers } = await ask(gateway);
    expect(headers.get('x-embedllm-cascade')).toBe('disagreed');
    expect(headers.get('x-embedllm-attempts')).toBe('5');
  });
});

describe('a request that the cheap models cannot answer', () => {
  const tools = [{ type: 'function', function: { name: 'look', parameters: {} } }];

  it.each([
    ['has tools', { tools }, {}],
    ['is too long for one of them', { max_tokens: 10 }, { b: { contextLength: 8 } }],
    [
      'needs what one of them lacks',
      { response_format: { type: 'json_object' } },
      { a: { capabilities: [] } },
    ],
  ])('goes to the better one where it %s', async (_, extra, models) => {
    const gateway = await gatewayOf(AGREE, {}, {}, models);
    const { status, headers } = await gateway.ask('exam', extra);
    expect(status).toBe(200);
    expect(headers.get('x-embedllm-cascade')).toBe('direct');
    expect(asked(gateway)).toEqual(['large']);
  });

  it('is refused where it asks for several choices', async () => {
    const gateway = await gatewayOf(AGREE);
    const { status, text } = await gateway.ask('exam', { n: 2 });
    expect(status).toBe(400);
    expect(errorOf(text)).toMatchObject({
      param: 'n',
      message: expect.stringMatching(/must be 1/),
    });
    expect(gateway.calls).toEqual([]);
  });
});

describe('keys of answers', () => {
  it.each([
    ['number', 'So 17 * 23 = 391.', 'The answer is $391.00', {}],
    ['text', 'Paris.', 'The answer is "paris"', {}],
    ['json', '{"x": 1, "y": 2}', '```json\n{"y": 2, "x": 1}\n```', {}],
    ['regex', 'verdict: yes', 'I think... Verdict: Yes', { pattern: '[Vv]erdict: (\\w+)' }],
  ])('%s', async (key, a, b, more) => {
    const gateway = await gatewayOf({ ...AGREE, a: saying(a), b: saying(b) }, { key, ...more });
    const { headers } = await gateway.ask('exam');
    expect(headers.get('x-embedllm-cascade')).toBe('agreed');
  });
});

describe('limits of a key', () => {
  const limited = (dollars: number, key: object = {}) => ({
    authentication: {
      keys: [{ name: 'test', env: 'CLIENT_KEY', limits: { dollars: { day: dollars } }, ...key }],
    },
  });

  it('have to cover all calls before any is made', async () => {
    const poor = await gatewayOf(AGREE, {}, limited(0.000001));
    const said = errorOf((await poor.ask('large')).text).message ?? '';
    const large = Number(/may cost \$([\d.]+)/.exec(said)?.[1]);
    // The cheap ones cost a tenth each.
    const gateway = await gatewayOf(AGREE, {}, limited(1.1 * large));
    const { status, text } = await gateway.ask('exam');
    expect(status).toBe(402);
    expect(errorOf(text).message).toMatch(/budget does not cover .* exam may ask 3 models for it/);
    expect(gateway.calls).toEqual([]);
    expect((await gateway.ask('large')).status).toBe(200);
  });

  it('are charged for all calls, and no more', async () => {
    const gateway = await gatewayOf(DIFFER, {}, limited(1));
    await gateway.ask('exam');
    const left = 'embedllm_gateway_limit_remaining{key="test",limit="dollars",window="day"}';
    await vi.waitFor(async () =>
      expect(Number(await metric(gateway, left))).toBeCloseTo(0.9976, 6),
    );
  });

  it('name the models that a cascade may reach', async () => {
    const gateway = await gatewayOf(AGREE, {}, limited(1, { models: ['a', 'b'] }));
    expect((await gateway.ask('exam')).status).toBe(403);
    const listed = await fetch(`${gateway.url}/v1/models`, {
      headers: { authorization: `Bearer ${CLIENT_KEY}` },
    });
    expect(await listed.text()).not.toContain('exam');
    const other = await gatewayOf(AGREE, {}, limited(1, { aliases: ['auto'] }));
    expect((await other.ask('exam')).status).toBe(403);
    expect([...gateway.calls, ...other.calls]).toEqual([]);
  });
});

describe('a circuit', () => {
  it('opens for one of the cheap models, which is then not asked', async () => {
    const breaker = { minimumCalls: 1, window: 1, openMs: 60_000 };
    const gateway = await gatewayOf({ ...AGREE, b: down }, {}, { breaker });
    await gateway.ask('exam');
    const before = gateway.calls.length;
    const { headers } = await gateway.ask('exam');
    expect(headers.get('x-embedllm-cascade')).toBe('failed');
    const later = gateway.calls.slice(before).map(({ model }) => model);
    expect(later).toContain('large');
    expect(later).not.toContain('b');
  });
});

describe('a client that goes away', () => {
  it('stops all that is asked for it', async () => {
    const closed: string[] = [];
    const open =
      (name: string): Script =>
      (response) =>
        response.on('close', () => closed.push(name));
    const gateway = await gatewayOf({ ...AGREE, a: open('a'), b: open('b') });
    const leave = new AbortController();
    const request = fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${CLIENT_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'exam', messages: [{ role: 'user', content: 'q' }] }),
      signal: leave.signal,
    }).catch(() => undefined);
    await vi.waitFor(() => expect(gateway.calls).toHaveLength(2));
    leave.abort();
    await request;
    await vi.waitFor(() => expect(closed.sort()).toEqual(['a', 'b']));
    await vi.waitFor(() => expect(gateway.requests).toHaveLength(1));
    expect(gateway.requests[0]).toMatchObject({
      status: 499,
      cascade: { calls: [{ outcome: 'stopped' }, { outcome: 'stopped' }] },
    });
    expect(asked(gateway)).toEqual(['a', 'b']);
  });
});

describe('a streamed request', () => {
  it('hears that the gateway is at work until the answer is settled', async () => {
    const later: Script = (...given) => setTimeout(() => AGREE.b(...given), 300);
    const gateway = await gatewayOf({ ...AGREE, b: later }, {}, { limits: { heartbeatMs: 50 } });
    const { status, text } = await gateway.ask('exam', { stream: true });
    expect(status).toBe(200);
    expect(text).toMatch(/^: keep-alive\n\n/);
    expect(text).toMatch(/\[DONE\]\s*$/);
    expect(text).toContain('(B)');
  });

  it('says where the better model breaks off', async () => {
    const cut: Script = (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(event({ content: 'I say ' }));
      setTimeout(() => response.destroy(), 20);
    };
    const gateway = await gatewayOf({ ...DIFFER, large: cut });
    const { text } = await gateway.ask('exam', { stream: true });
    expect(text).toMatch(/stream_interrupted/);
    await vi.waitFor(() => expect(gateway.requests).toHaveLength(1));
    const calls = gateway.requests[0]?.cascade?.calls ?? [];
    expect(calls.at(-1)).toMatchObject({ model: 'large', outcome: 'failed' });
  });
});

describe('other clients', () => {
  it('of the AI SDK generate and stream', async () => {
    const gateway = await gatewayOf(AGREE);
    const baseURL = `${gateway.url}/v1`;
    const provider = createOpenAICompatible({ name: 'gateway', baseURL, apiKey: CLIENT_KEY });
    const model = provider('exam');
    expect((await generateText({ model, prompt: 'q' })).text).toBe('It is (B).');
    expect(await streamText({ model, prompt: 'q' }).text).toBe('It is (B).');
  });

  it.each([false, true])('of Messages, translated (streamed: %s)', async (stream) => {
    const gateway = await gatewayOf(AGREE, {}, { local: { translate: true } });
    const client = new Anthropic({ baseURL: gateway.url, apiKey: CLIENT_KEY, maxRetries: 0 });
    const messages = [{ role: 'user' as const, content: 'q' }];
    const request = { model: 'exam', max_tokens: 10, messages };
    const message = stream
      ? await client.messages.stream(request).finalMessage()
      : await client.messages.create(request);
    expect(message.content).toMatchObject([{ type: 'text', text: 'It is (B).' }]);
    expect(asked(gateway)).toEqual(['a', 'b']);
  });

  it.each([false, true])('of Responses, translated (streamed: %s)', async (stream) => {
    const gateway = await gatewayOf(DIFFER, {}, { local: { translate: true } });
    const { responses } = clientOf(gateway);
    const request = { model: 'exam', input: 'q' };
    const response = stream
      ? await responses.stream(request).finalResponse()
      : await responses.create(request);
    expect(response.output_text).toBe('I say (C).');
    expect(asked(gateway)).toEqual(['a', 'b', 'large']);
  });

  it('find the name among the models, without a router too', async () => {
    const gateway = await scriptedGateway(
      AGREE,
      { routing: { cascades: { exam: EXAM } } },
      { loadRouter: undefined },
    );
    const names: string[] = [];
    for await (const { id } of clientOf(gateway).models.list()) names.push(id);
    expect(names).toEqual(['exam', 'a', 'b', 'large']);
    expect((await gateway.ask('exam')).status).toBe(200);
  });
});

describe('an idempotency key', () => {
  it('repeats a settled stream without asking anyone', async () => {
    const gateway = await gatewayOf(AGREE);
    const body = { model: 'exam', stream: true, messages: [{ role: 'user', content: 'q' }] };
    const send = () => gateway.post('/v1/chat/completions', body, { 'idempotency-key': 'k' });
    const first = await (await send()).text();
    expect(await (await send()).text()).toBe(first);
    expect(gateway.calls).toHaveLength(2);
  });
});

it('a model that stalls counts as failed when its time is over', async () => {
  const timeouts = { firstByteMs: 1500 };
  const gateway = await gatewayOf({ ...AGREE, b: stalled }, {}, { timeouts });
  const { headers } = await gateway.ask('exam');
  expect(headers.get('x-embedllm-cascade')).toBe('failed');
});
