import { readFile } from 'node:fs/promises';
import OpenAI from 'openai';
import { afterEach, describe, expect, it } from 'vitest';
import { anthropicError, fakeAnthropic, type Reply } from './fake-anthropic.js';
import { CLIENT_KEY, startGateway } from './start-gateway.js';

const KEY = 'sk-ant-test-5e1f77';
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

const well: Reply = () => ({ content: [{ type: 'text', text: 'All is well.' }] });

/** A gateway with the model `claude`, at a server of Anthropic's, and `local` at one of OpenAI's. */
async function start(reply: Reply, settings: object = {}, limits: object = {}) {
  const anthropic = await fakeAnthropic(KEY, reply);
  stops.push(anthropic.close);
  const prices = { pricePerMillionInputTokens: 1, pricePerMillionOutputTokens: 10 };
  const gateway = await startGateway(
    {},
    {},
    { environment: { CLIENT_KEY, UPSTREAM_KEY: 'upstream-key-9a7c', ANTHROPIC: KEY } },
  );
  const { upstreams } = JSON.parse(await readFile(gateway.file, 'utf8'));
  await gateway.configure({
    upstreams: {
      ...upstreams,
      anthropic: {
        provider: 'anthropic',
        baseURL: anthropic.baseURL,
        apiKeyEnv: 'ANTHROPIC',
        ...settings,
      },
    },
    models: {
      mathematician: {
        upstream: 'anthropic',
        model: 'claude-sonnet-4-5',
        maxOutputTokens: 300,
        ...prices,
      },
      generalist: { upstream: 'local', maxOutputTokens: 300, ...prices },
    },
    authentication: { keys: [{ name: 'test', env: 'CLIENT_KEY', limits }] },
  });
  expect(await gateway.reload()).toBe(true);
  const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: CLIENT_KEY, maxRetries: 0 });
  return { anthropic, gateway, client };
}

const SUM = 'What is the sum of the number 17 and 25?';
const user = (content: string) => [{ role: 'user' as const, content }];
const WEATHER = {
  type: 'function' as const,
  function: {
    name: 'weather',
    description: 'Weather of a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};

describe('chats with Anthropic', () => {
  it('are translated both ways, with their usage', async () => {
    const { anthropic, gateway, client } = await start(well);
    const { data, response } = await client.chat.completions
      .create({
        model: 'mathematician',
        messages: [{ role: 'developer', content: 'Be brief.' }, ...user(SUM)],
        max_completion_tokens: 50,
        temperature: 0.5,
        stop: 'END',
      })
      .withResponse();
    expect(data).toMatchObject({
      id: 'msg_1',
      object: 'chat.completion',
      model: 'claude-sonnet-4-5',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'All is well.' },
          finish_reason: 'stop',
        },
      ],
      usage: {
        prompt_tokens: 120,
        completion_tokens: 7,
        total_tokens: 127,
        prompt_tokens_details: { cached_tokens: 90, cache_write_tokens: 20 },
      },
    });
    expect(response.headers.get('x-embedllm-model')).toBe('mathematician');
    expect(response.headers.has('x-embedllm-dropped')).toBe(false);
    expect(anthropic.seen).toHaveLength(1);
    expect(anthropic.seen[0]).toMatchObject({
      path: '/v1/messages',
      headers: { 'x-request-id': response.headers.get('x-request-id') },
      body: {
        model: 'claude-sonnet-4-5',
        max_tokens: 50,
        temperature: 0.5,
        stop_sequences: ['END'],
        system: [{ type: 'text', text: 'Be brief.' }],
        messages: [{ role: 'user', content: [{ type: 'text', text: SUM }] }],
      },
    });
    expect(anthropic.seen[0]?.headers.authorization).toBeUndefined();
    expect(gateway.requests.at(-1)).toMatchObject({
      inputTokens: 120,
      cachedInputTokens: 90,
      cacheWriteTokens: 20,
      outputTokens: 7,
      // 100 x 1 + 20 x 1.25 + 7 x 10 millionths.
      costUsd: 0.000195,
      finishReasons: ['stop'],
    });
  });

  it.each([false, true])(
    'pay twice for what is cached for an hour, streamed: %s',
    async (stream) => {
      const kinds = { ephemeral_5m_input_tokens: 8, ephemeral_1h_input_tokens: 12 };
      const { gateway, client, anthropic } = await start(() => ({
        content: [{ type: 'text', text: 'All is well.' }],
        usage: { cache_creation: kinds },
      }));
      const cached: OpenAI.ChatCompletionContentPartText & { cache_control: object } = {
        type: 'text',
        text: SUM,
        cache_control: { type: 'ephemeral', ttl: '1h' },
      };
      const messages = [{ role: 'user' as const, content: [cached] }];
      const chat = await gateway.post('/v1/chat/completions', {
        model: 'mathematician',
        messages,
        stream,
      });
      await chat.text();
      const message = await gateway.post('/v1/messages', {
        model: 'mathematician',
        max_tokens: 50,
        messages,
        stream,
      });
      await message.text();
      for (const { body } of anthropic.seen) {
        expect(JSON.stringify(body.messages)).toContain('"ttl":"1h"');
      }
      expect(gateway.requests).toHaveLength(2);
      for (const request of gateway.requests) {
        expect(request).toMatchObject({
          inputTokens: 120,
          cacheWriteTokens: 20,
          cacheWriteHourTokens: 12,
          // 100 x 1 + 8 x 1.25 + 12 x 2 + 7 x 10 millionths.
          costUsd: 0.000204,
        });
      }
      expect(await gateway.gateway.metrics()).toContain(
        'tokens_total{key="test",model="mathematician",kind="cache_write_hour"} 24',
      );
      const { usage } = await client.chat.completions.create({ model: 'mathematician', messages });
      expect(usage).toMatchObject({ cache_creation: kinds });
    },
  );

  it('are streamed, routed ones too', async () => {
    const { client, gateway } = await start(well);
    const stream = await client.chat.completions.create({
      model: 'auto',
      messages: user(SUM),
      stream: true,
    });
    let text = '';
    const reasons: (string | null)[] = [];
    for await (const { choices, usage } of stream) {
      expect(usage).toBeUndefined();
      text += choices[0]?.delta.content ?? '';
      if (choices[0]?.finish_reason) reasons.push(choices[0].finish_reason);
    }
    expect([text, reasons]).toEqual(['All is well.', ['stop']]);
    // Counted, though the client did not ask for it.
    expect(gateway.requests.at(-1)).toMatchObject({
      asked: 'auto',
      model: 'mathematician',
      inputTokens: 120,
      outputTokens: 7,
    });
    const counted = await client.chat.completions.create({
      model: 'mathematician',
      messages: user(SUM),
      stream: true,
      stream_options: { include_usage: true },
    });
    const usages: unknown[] = [];
    for await (const { usage } of counted) if (usage) usages.push(usage.total_tokens);
    expect(usages).toEqual([127]);
  });

  it('call tools and take their results, streamed or not', async () => {
    const calls = [
      { type: 'tool_use', id: 'toolu_1', name: 'weather', input: { city: 'Würzburg' } },
      { type: 'tool_use', id: 'toolu_2', name: 'now', input: {} },
    ];
    const { anthropic, client } = await start(({ body }) => {
      const last = JSON.stringify(body.messages.at(-1));
      if (last.includes('tool_result')) return { content: [{ type: 'text', text: 'Rain.' }] };
      return { content: [{ type: 'text', text: 'Let me see. ' }, ...calls], stop: 'tool_use' };
    });
    const now = { type: 'function' as const, function: { name: 'now' } };
    const request = {
      model: 'mathematician',
      messages: user('Weather?'),
      tools: [WEATHER, now],
      tool_choice: 'required' as const,
      parallel_tool_calls: true,
    };
    const { choices } = await client.chat.completions.create(request);
    expect(choices[0]).toMatchObject({
      finish_reason: 'tool_calls',
      message: {
        content: 'Let me see. ',
        tool_calls: [
          {
            id: 'toolu_1',
            type: 'function',
            function: { name: 'weather', arguments: '{"city":"Würzburg"}' },
          },
          { id: 'toolu_2', type: 'function', function: { name: 'now', arguments: '{}' } },
        ],
      },
    });
    const runner = client.chat.completions.stream(request);
    const streamed = await runner.finalChatCompletion();
    expect(streamed.choices[0]?.message.tool_calls).toMatchObject(
      choices[0]?.message.tool_calls ?? [],
    );
    expect(anthropic.seen[0]?.body).toMatchObject({
      tools: [
        {
          name: 'weather',
          description: 'Weather of a city',
          input_schema: WEATHER.function.parameters,
        },
        { name: 'now' },
      ],
      tool_choice: { type: 'any' },
    });
    const answer = choices[0]?.message;
    if (!answer) throw new Error('There is no answer.');
    const after = await client.chat.completions.create({
      ...request,
      tool_choice: 'auto',
      messages: [
        ...user('Weather?'),
        answer,
        { role: 'tool', tool_call_id: 'toolu_1', content: 'rain' },
        { role: 'tool', tool_call_id: 'toolu_2', content: [{ type: 'text', text: 'noon' }] },
      ],
    });
    expect(after.choices[0]?.message.content).toBe('Rain.');
    expect(anthropic.seen.at(-1)?.body.messages).toMatchObject([
      { role: 'user' },
      { role: 'assistant', content: [{ type: 'text' }, calls[0], calls[1]] },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'toolu_1', content: 'rain' },
          { type: 'tool_result', tool_use_id: 'toolu_2', content: 'noon' },
        ],
      },
    ]);
  });

  it('carry images, files, cache marks and schemas', async () => {
    const { anthropic, client } = await start(() => ({
      content: [{ type: 'text', text: '{"a":1}' }],
    }));
    const schema = { type: 'object', properties: { a: { type: 'number' } }, required: ['a'] };
    const cached: OpenAI.ChatCompletionContentPartText & { cache_control: object } = {
      type: 'text',
      text: 'long',
      cache_control: { type: 'ephemeral' },
    };
    const { choices } = await client.chat.completions.create({
      model: 'mathematician',
      messages: [
        {
          role: 'user',
          content: [
            cached,
            { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
            { type: 'image_url', image_url: { url: 'https://example.com/a.png' } },
            {
              type: 'file',
              file: { file_data: 'data:application/pdf;base64,BBBB', filename: 'b.pdf' },
            },
          ],
        },
      ],
      response_format: { type: 'json_schema', json_schema: { name: 'answer', schema } },
    });
    expect(JSON.parse(choices[0]?.message.content ?? '')).toEqual({ a: 1 });
    expect(anthropic.seen[0]?.body.messages[0]).toMatchObject({
      content: [
        { type: 'text', text: 'long', cache_control: { type: 'ephemeral' } },
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
        { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
        { type: 'document', source: { data: 'BBBB' }, title: 'b.pdf' },
      ],
    });
    expect(JSON.stringify(anthropic.seen[0]?.body)).toContain('"a":{"type":"number"}');
  });
});

describe('what translation loses', () => {
  it('is named where the answer is the same without it', async () => {
    const { client } = await start(well);
    const { response } = await client.chat.completions
      .create({
        model: 'mathematician',
        messages: user(SUM),
        user: 'someone',
        service_tier: 'auto',
        store: false,
        seed: 7,
        frequency_penalty: 1,
        presence_penalty: 0,
      })
      .withResponse();
    expect(response.headers.get('x-embedllm-dropped')?.split(', ').sort()).toEqual([
      'frequency_penalty',
      'seed',
      'service_tier',
      'user',
    ]);
    const streamed = await client.chat.completions
      .create({ model: 'mathematician', messages: user(SUM), seed: 7, stream: true })
      .withResponse();
    expect(streamed.response.headers.get('x-embedllm-dropped')).toBe('seed');
    for await (const _ of streamed.data);
  });

  it.each([
    [{ n: 2 }, 'n', '`n` may be at most 1'],
    [{ logprobs: true }, 'logprobs', '`logprobs` is not supported'],
    [{ logit_bias: { 1: 2 } }, 'logit_bias', '`logit_bias` is not supported'],
    [{ response_format: { type: 'json_object' } }, 'response_format', 'must have a schema'],
    [{ tools: [{ type: 'custom', custom: { name: 'x' } }] }, 'tools[0]', 'is not supported'],
    [
      { messages: [{ role: 'tool', tool_call_id: 'x', content: 'y' }] },
      'messages[0].tool_call_id',
      'does not match a call',
    ],
    [
      { messages: [{ role: 'user', content: [{ type: 'file', file: { file_id: 'f' } }] }] },
      'messages[0].content[0]',
      'has no equivalent',
    ],
  ])('is refused where it is not: %j', async (extra, param, message) => {
    const { anthropic, gateway } = await start(well);
    const response = await gateway.post('/v1/chat/completions', {
      model: 'mathematician',
      messages: user(SUM),
      ...extra,
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { param, code: 'unsupported_parameter', message: expect.stringContaining(message) },
    });
    expect(anthropic.seen).toEqual([]);
  });

  it('goes to the next candidate, which may have it', async () => {
    const { client } = await start(well);
    const { response } = await client.chat.completions
      .create({ model: 'auto', messages: user(SUM), logprobs: true })
      .withResponse();
    expect(response.headers.get('x-embedllm-model')).toBe('generalist');
  });

  it('is refused for what only OpenAI has', async () => {
    const { gateway } = await start(well);
    const response = await gateway.post('/v1/embeddings', { model: 'mathematician', input: 'q' });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('mathematician is not served on /v1/embeddings');
  });
});

describe('a failure of Anthropic', () => {
  it('is repeated, and falls back', async () => {
    const overloaded: Reply = (_, response) =>
      anthropicError(response, 529, ['overloaded_error', 'Overloaded']);
    for (const stream of [false, true]) {
      const { anthropic, gateway } = await start(overloaded);
      const response = await gateway.post('/v1/chat/completions', {
        model: 'auto',
        messages: user(SUM),
        stream,
      });
      expect(response.headers.get('x-embedllm-model')).toBe('generalist');
      await response.text();
      expect(anthropic.seen).toHaveLength(2);
      expect(gateway.requests.at(-1)?.failures).toMatchObject([{ status: 529 }, { status: 529 }]);
    }
  });

  it('asks to be left alone by Retry-After', async () => {
    const { anthropic, gateway } = await start((_, response) =>
      anthropicError(response, 429, ['rate_limit_error', 'Slow down'], { 'retry-after': '60' }),
    );
    const ask = () =>
      gateway.post('/v1/chat/completions', { model: 'mathematician', messages: user(SUM) });
    const first = await ask();
    expect([first.status, first.headers.get('retry-after')]).toEqual([429, '60']);
    expect((await ask()).status).toBe(429);
    expect(anthropic.seen).toHaveLength(1);
  });

  it('is passed on where it is about the request, without the key, and asks a longer model', async () => {
    const { gateway } = await start((_, response) =>
      anthropicError(response, 400, [
        'invalid_request_error',
        `prompt is too long: 210000 tokens > 200000 maximum (${KEY})`,
      ]),
    );
    const named = await gateway.post('/v1/chat/completions', {
      model: 'mathematician',
      messages: user(SUM),
    });
    expect(named.status).toBe(400);
    expect(await named.json()).toMatchObject({
      error: {
        type: 'invalid_request_error',
        message: 'prompt is too long: 210000 tokens > 200000 maximum ([redacted])',
      },
    });
    const routed = await gateway.post('/v1/chat/completions', {
      model: 'auto',
      messages: user(SUM),
    });
    expect(routed.headers.get('x-embedllm-model')).toBe('generalist');
  });

  it('that breaks a stream off is an error of the official client', async () => {
    const { client } = await start(() => ({
      content: [{ type: 'text', text: 'All is' }],
      isCut: true,
    }));
    const stream = await client.chat.completions.create({
      model: 'mathematician',
      messages: user(SUM),
      stream: true,
    });
    let text = '';
    const read = async () => {
      for await (const { choices } of stream) text += choices[0]?.delta.content ?? '';
    };
    await expect(read()).rejects.toThrow();
    expect(text).toBe('All is');
  });

  it('by time is a timeout', async () => {
    const { gateway } = await start(() => undefined, {
      timeouts: { firstByteMs: 50, firstTokenMs: 50 },
    });
    for (const stream of [false, true]) {
      const response = await gateway.post('/v1/chat/completions', {
        model: 'mathematician',
        messages: user(SUM),
        stream,
      });
      expect(response.status).toBe(504);
    }
  });

  it('by garbage is not blamed on the client', async () => {
    const { gateway } = await start((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('<html>');
      return undefined;
    });
    const response = await gateway.post('/v1/chat/completions', {
      model: 'mathematician',
      messages: user(SUM),
    });
    expect(response.status).toBe(502);
    expect(await response.text()).not.toContain('html');
  });
});

it('is paid for out of the budget of its key', async () => {
  const { anthropic, gateway } = await start(well, {}, { dollars: { day: 0.0055 } });
  const ask = () =>
    gateway.post('/v1/chat/completions', { model: 'mathematician', messages: user(SUM) });
  // 300 tokens and the request are set aside, at most $0.0034, and $0.00019 are spent.
  const answers: number[] = [];
  for (let asked = 0; asked < 20; asked++) answers.push((await ask()).status);
  expect(answers.filter((status) => status === 200)).toHaveLength(anthropic.seen.length);
  expect(answers.at(-1)).toBe(402);
  expect(anthropic.seen[0]?.body.max_tokens).toBe(300);
});

it.each([
  [{ provider: 'anthropic' }, 'apiKeyEnv: Must name the variable with the key for anthropic.'],
  [{ provider: 'bedrock' }, 'region: Must be a string, but is missing.'],
  [{ provider: 'bedrock', region: 'Europe' }, 'region: Must be an AWS region'],
  [{ provider: 'mistral', region: 'eu-west-1' }, 'region: Requires `provider: bedrock`.'],
])('refuses the upstream %j', async (upstream, message) => {
  await expect(startGateway({ upstreams: { a: upstream } })).rejects.toThrow(message);
});
