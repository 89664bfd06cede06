import { afterEach, describe, expect, it } from 'vitest';
import {
  answer,
  DONE,
  event,
  json,
  type Script,
  scriptedGateway,
  stopScripted,
  well,
} from './scripted-gateway.js';
import { CLIENT_KEY } from './start-gateway.js';

afterEach(stopScripted);

const PRICES = {
  pricePerMillionInputTokens: 1,
  pricePerMillionCachedInputTokens: 0.5,
  pricePerMillionCacheWriteTokens: 1.5,
  pricePerMillionCacheWriteHourTokens: 3,
  pricePerMillionOutputTokens: 10,
  pricePerMillionReasoningTokens: 20,
};
const priced = (...names: string[]) => ({
  models: Object.fromEntries(names.map((name) => [name, { upstream: 'local', ...PRICES }])),
});
const USAGE = {
  prompt_tokens: 100,
  completion_tokens: 50,
  prompt_tokens_details: { cached_tokens: 60, cache_write_tokens: 10 },
  cache_creation: { ephemeral_1h_input_tokens: 4 },
  completion_tokens_details: { reasoning_tokens: 20 },
};
const SPENT = {
  inputTokens: 100,
  cachedInputTokens: 60,
  cacheWriteTokens: 10,
  cacheWriteHourTokens: 4,
  outputTokens: 50,
  reasoningTokens: 20,
  // 30 x 1 + 60 x 0.5 + 6 x 1.5 + 4 x 3 + 30 x 10 + 20 x 20 millionths.
  costUsd: 0.000781,
};
const counting: Script = (response, { stream }) => {
  if (!stream) return json(response, 200, { ...(answer('well') as object), usage: USAGE });
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const usage = { choices: [], usage: USAGE };
  response.end(
    `${event({ content: 'well' })}${event({}, 'stop')}data: ${JSON.stringify(usage)}\n\n${DONE}`,
  );
};

describe('what a request costs', () => {
  it.each([false, true])('is logged and counted by key and model, streamed: %s', async (stream) => {
    const gateway = await scriptedGateway({ a: counting }, priced('a'));
    await gateway.ask('a', { stream });
    expect(gateway.requests[0]).toMatchObject({ client: 'test', ...SPENT });
    expect(gateway.requests[0]).not.toHaveProperty('isEstimated');
    const metrics = await fetch(`${gateway.url}/metrics`, {
      headers: { authorization: `Bearer ${CLIENT_KEY}` },
    });
    const text = await metrics.text();
    expect(text).toContain('embedllm_gateway_tokens_total{key="test",model="a",kind="input"} 100');
    expect(text).toContain(
      'embedllm_gateway_tokens_total{key="test",model="a",kind="reasoning"} 20',
    );
    expect(text).toContain('embedllm_gateway_cost_dollars_total{key="test",model="a"} 0.000781');
  });

  it('is estimated where an answer has no usage', async () => {
    const silent: Script = (response) =>
      json(response, 200, { ...(answer('word '.repeat(200)) as object), usage: undefined });
    const gateway = await scriptedGateway({ a: silent, b: well }, priced('a', 'b'));
    await gateway.ask('a');
    expect(gateway.requests[0]?.isEstimated).toBe(true);
    expect(gateway.requests[0]?.outputTokens).toBeGreaterThan(200);
    expect(gateway.requests[0]?.outputTokens).toBeLessThan(400);
    await gateway.ask('b', { stream: true });
    expect(gateway.requests[1]?.isEstimated).toBe(true);
    expect(gateway.requests[1]?.outputTokens).toBeGreaterThanOrEqual(2);
    expect(gateway.requests[1]?.outputTokens).toBeLessThan(20);
  });

  it('is read from the end of an answer that is too long to parse', async () => {
    const long: Script = (response) =>
      json(response, 200, { ...(answer('x'.repeat(600_000)) as object), usage: USAGE });
    const gateway = await scriptedGateway({ a: long }, priced('a'));
    await gateway.ask('a');
    expect(gateway.requests[0]).toMatchObject(SPENT);
  });

  it('is nothing for refusals and failures, and has no dollars without a price', async () => {
    const refuse: Script = (response) => json(response, 400, { error: { message: 'no' } });
    const fail: Script = (response) => json(response, 500, {});
    const gateway = await scriptedGateway({ refuse, fail, a: counting });
    for (const model of ['refuse', 'fail']) await gateway.ask(model);
    for (const request of gateway.requests) expect(request).not.toHaveProperty('inputTokens');
    await gateway.ask('a');
    expect(gateway.requests.at(-1)).toMatchObject({ outputTokens: 50 });
    expect(gateway.requests.at(-1)).not.toHaveProperty('costUsd');
  });

  it('of a stream that its client gives up is what had come of it', async () => {
    const endless: Script = (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (let count = 0; count < 25; count++) response.write(event({ content: 'w' }));
    };
    const gateway = await scriptedGateway({ a: endless }, priced('a'));
    const controller = new AbortController();
    const response = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      signal: controller.signal,
      headers: { authorization: `Bearer ${CLIENT_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        model: 'a',
        stream: true,
        messages: [{ role: 'user', content: 'q' }],
      }),
    });
    let events = 0;
    for await (const chunk of response.body ?? []) {
      events += new TextDecoder().decode(chunk).split('data:').length - 1;
      if (events >= 25) break;
    }
    controller.abort();
    await expect.poll(() => gateway.requests.length).toBe(1);
    expect(gateway.requests[0]).toMatchObject({ status: 499, outputTokens: 25, isEstimated: true });
  });
});
