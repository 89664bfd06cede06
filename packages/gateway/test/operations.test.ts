import OpenAI from 'openai';
import { afterEach, describe, expect, it } from 'vitest';
import {
  DONE,
  json,
  type Script,
  type ScriptedGateway,
  scriptedGateway,
  stopScripted,
  well,
} from './scripted-gateway.js';
import { CLIENT_KEY } from './start-gateway.js';

afterEach(stopScripted);

/** Answers with an embedding of one number, as bytes in base64. */
const embed: Script = (response) =>
  json(response, 200, {
    object: 'list',
    model: 'e',
    data: [{ object: 'embedding', index: 0, embedding: 'AACAPw==' }],
    usage: { prompt_tokens: 40, total_tokens: 40 },
  });

const piece = (text: string, finish: string | null = null): string =>
  `data: ${JSON.stringify({ id: 'c', object: 'text_completion', choices: [{ index: 0, text, finish_reason: finish }] })}\n\n`;

/** Completes a text, word by word where streamed. */
const complete: Script = (response, { stream }) => {
  const usage = { prompt_tokens: 3, completion_tokens: 5, total_tokens: 8 };
  if (stream) {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const last = `data: ${JSON.stringify({ choices: [], usage })}\n\n`;
    response.end(piece('') + piece('upon ') + piece('a time') + piece('', 'stop') + last + DONE);
    return;
  }
  const choices = [{ index: 0, text: 'upon a time', finish_reason: 'stop' }];
  json(response, 200, { id: 'c', object: 'text_completion', choices, usage });
};

const client = ({ url }: ScriptedGateway): OpenAI =>
  new OpenAI({ baseURL: `${url}/v1`, apiKey: CLIENT_KEY, maxRetries: 0 });

/** Models `a` (chat and completions) and `e` (embeddings) with prices and a key with limits. */
function limited(limits: object) {
  const prices = { pricePerMillionInputTokens: 1, pricePerMillionOutputTokens: 10 };
  return {
    authentication: { keys: [{ name: 'test', env: 'CLIENT_KEY', limits }] },
    models: {
      a: { upstream: 'local', maxOutputTokens: 100, ...prices },
      e: { upstream: 'local', operations: ['embeddings'], pricePerMillionInputTokens: 1000 },
    },
  };
}

const requestsOf = ({ events }: ScriptedGateway) =>
  events.flatMap(({ request }) => (request ? [request] : []));

describe('POST /v1/embeddings', () => {
  it('reaches the model under its name at the upstream, by the official client', async () => {
    const gateway = await scriptedGateway(
      { 'e-2': embed },
      { models: { e: { upstream: 'local', model: 'e-2' } } },
      { loadRouter: undefined },
    );
    const { data, response } = await client(gateway)
      .embeddings.create({ model: 'e', input: ['first', 'second'], dimensions: 1 })
      .withResponse();
    expect(data.data[0]?.embedding).toEqual([1]);
    expect(data.usage).toEqual({ prompt_tokens: 40, total_tokens: 40 });
    expect(response.headers.get('x-embedllm-model')).toBe('e');
    const [call] = gateway.calls;
    expect(call?.path).toBe('/v1/embeddings');
    expect(JSON.parse(call?.text ?? '')).toMatchObject({
      model: 'e-2',
      input: ['first', 'second'],
      dimensions: 1,
    });
    expect(requestsOf(gateway)).toMatchObject([
      { route: '/v1/embeddings', status: 200, asked: 'e', inputTokens: 40, outputTokens: 0 },
    ]);
  });

  it('is repeated, and opens circuits, as chats do', async () => {
    let isDown = true;
    const gateway = await scriptedGateway(
      {
        e: (response, request) => (isDown ? json(response, 500, {}) : embed(response, request)),
      },
      { breaker: { window: 2, minimumCalls: 2 }, retries: { attempts: 2, baseDelayMs: 1 } },
    );
    const ask = () => gateway.post('/v1/embeddings', { model: 'e', input: 'q' });
    expect((await ask()).status).toBe(502);
    expect(gateway.calls).toHaveLength(2);
    isDown = false;
    expect((await ask()).status).toBe(503);
    expect(gateway.calls).toHaveLength(2);
  });

  it('without data is not an answer', async () => {
    const gateway = await scriptedGateway(
      { e: (response) => json(response, 200, { object: 'list', data: [] }) },
      { retries: { attempts: 1 } },
    );
    const response = await gateway.post('/v1/embeddings', { model: 'e', input: 'q' });
    expect(response.status).toBe(502);
    expect(await response.text()).toContain('answered with no data');
  });

  it('costs its input, which is set aside before and settled by usage', async () => {
    const gateway = await scriptedGateway(
      { a: well, e: embed },
      limited({ dollars: { day: 0.1 } }),
    );
    const ask = (input: string) => gateway.post('/v1/embeddings', { model: 'e', input });
    const first = await ask('q');
    expect(first.status).toBe(200);
    // 40 tokens at a thousandth of a dollar.
    expect(requestsOf(gateway)[0]).toMatchObject({ costUsd: 0.04 });
    expect((await ask('q')).headers.get('x-ratelimit-limit-dollars')).toBe('0.1');
    const refused = await ask('q');
    expect(refused.status).toBe(402);
    expect(gateway.calls).toHaveLength(2);
  });

  it.each([
    [{ input: [] }, '`input` must be a string, a list of tokens, or a list of either.'],
    [{ input: ['a', 1.5] }, '`input[1]` must be a string or a list of tokens.'],
    [{ input: 'a', stream: true }, '`stream` must be omitted: embeddings are not streamed.'],
    [{}, '`input` must be a string, a list of tokens, or a list of either.'],
  ])('refuses %j', async (body, message) => {
    const gateway = await scriptedGateway({ e: embed });
    const response = await gateway.post('/v1/embeddings', { model: 'e', ...body });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { message } });
    expect(gateway.calls).toEqual([]);
  });
});

describe('POST /v1/completions', () => {
  it('answers the official client, streamed and not', async () => {
    const gateway = await scriptedGateway({ a: complete });
    const { completions } = client(gateway);
    const whole = await completions.create({ model: 'a', prompt: 'Once', max_tokens: 9 });
    expect(whole.choices[0]?.text).toBe('upon a time');
    let text = '';
    for await (const part of await completions.create({
      model: 'a',
      prompt: 'Once',
      stream: true,
    })) {
      text += part.choices[0]?.text ?? '';
    }
    expect(text).toBe('upon a time');
    expect(gateway.calls.map(({ path }) => path)).toEqual(['/v1/completions', '/v1/completions']);
    expect(requestsOf(gateway)).toMatchObject([
      { route: '/v1/completions', inputTokens: 3, outputTokens: 5, finishReasons: ['stop'] },
      {
        route: '/v1/completions',
        inputTokens: 3,
        outputTokens: 5,
        firstByteMs: expect.any(Number),
      },
    ]);
  });

  it('that break off are raised as an error, and before the first token are repeated', async () => {
    const gateway = await scriptedGateway({
      a: (response, { call }) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(call === 1 ? piece('') : piece('upon '));
        setTimeout(() => response.destroy(), 5);
      },
    });
    const stream = await client(gateway).completions.create({
      model: 'a',
      prompt: 'Once',
      stream: true,
    });
    const read = async () => {
      for await (const part of stream) expect(part.choices[0]?.text).toBe('upon ');
    };
    await expect(read()).rejects.toThrow('connection to the upstream failed');
    expect(gateway.calls).toHaveLength(2);
  });

  it('are bounded, counted and paid for', async () => {
    const gateway = await scriptedGateway({ a: complete }, limited({ tokens: { day: 500 } }));
    const ask = (extra: object) =>
      gateway.post('/v1/completions', { model: 'a', prompt: 'Once', ...extra });
    const response = await ask({ stream: true });
    // The client did not ask for the usage, and does not see it.
    expect(await response.text()).not.toContain('usage');
    expect(JSON.parse(gateway.calls[0]?.text ?? '')).toMatchObject({
      max_tokens: 100,
      stream_options: { include_usage: true },
    });
    // 8 of 500 are used, and 500 more may be: five prompts of 100 tokens each.
    const refused = await ask({ prompt: ['a', 'b', 'c', 'd', 'e'] });
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ error: { code: 'request_too_large' } });
  });

  it('count a choice for each of the prompts', async () => {
    const gateway = await scriptedGateway({ a: complete }, limited({ maxChoices: 3 }));
    const ask = (prompt: unknown, n?: number) =>
      gateway.post('/v1/completions', { model: 'a', prompt, n });
    expect((await ask(['a', 'b', 'c'])).status).toBe(200);
    expect((await ask([[1, 2], [3]])).status).toBe(200);
    expect((await ask([1, 2, 3, 4])).status).toBe(200);
    const refused = await ask(['a', 'b'], 2);
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain(
      '`n` times the number of `prompt` may be at most 3, but is 4',
    );
  });
});

describe('what a model is asked', () => {
  it('must be something that it takes', async () => {
    const gateway = await scriptedGateway({ a: well, e: embed }, limited({}));
    const chat = await gateway.ask('e');
    expect(chat.status).toBe(400);
    expect(JSON.parse(chat.text).error).toMatchObject({
      code: 'unsupported_operation',
      message:
        'e is not served on /v1/chat/completions (see models.e.operations). Available: auto, embedllm, a.',
    });
    const routed = await gateway.post('/v1/embeddings', { model: 'auto', input: 'q' });
    expect(routed.status).toBe(400);
    expect(await routed.json()).toMatchObject({
      error: {
        message: 'auto routes chats. On /v1/embeddings, name a model. Available: a, e.',
      },
    });
    const unknown = await gateway.post('/v1/completions', { model: 'x', prompt: 'q' });
    expect(unknown.status).toBe(404);
    expect(await unknown.json()).toMatchObject({
      error: { code: 'model_not_found', message: 'Unknown model "x". Available: a.' },
    });
  });

  it('leaves models without chat out of routing', async () => {
    const gateway = await scriptedGateway({ e: embed, a: well }, limited({}));
    expect((await gateway.ask('auto')).headers.get('x-embedllm-model')).toBe('a');
  });

  it('keeps the answers of one operation from another', async () => {
    const gateway = await scriptedGateway({ a: complete });
    const body = {
      model: 'a',
      prompt: 'q',
      input: 'q',
      messages: [{ role: 'user', content: 'q' }],
    };
    const key = { 'idempotency-key': 'one' };
    expect((await gateway.post('/v1/completions', body, key)).status).toBe(200);
    expect((await gateway.post('/v1/embeddings', body, key)).status).toBe(422);
  });

  it('is not a name to route to where it takes no chats', async () => {
    const settings = { ...limited({}), routing: { models: ['e'] } };
    await expect(scriptedGateway({ a: well, e: embed }, settings)).rejects.toThrow(
      'routing.models[0]: Does not support chat completions (models.e.operations).',
    );
  });

  it('has to be known to the configuration', async () => {
    const settings = { models: { a: { upstream: 'local', operations: ['chat', 'images'] } } };
    await expect(scriptedGateway({ a: well }, settings)).rejects.toThrow(
      'Must be one of chat, completions, embeddings.',
    );
  });
});
