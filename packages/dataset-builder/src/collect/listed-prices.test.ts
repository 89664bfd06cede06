import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { listedPrices } from './listed-prices.js';
import type { ModelServer } from './server-of.js';

let close = (): void => {};
afterEach(() => close());

/** A server with these answers by path; all others are not there. */
async function serverWith(answers: Readonly<Record<string, unknown>>): Promise<ModelServer> {
  const server = createServer(({ url = '' }, response) => {
    const answer = answers[url];
    response.statusCode = answer === undefined ? 404 : 200;
    response.end(typeof answer === 'string' ? answer : JSON.stringify(answer ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = () => server.close();
  const { port } = server.address() as AddressInfo;
  return { vendor: 'local', modelId: 'x', baseURL: `http://127.0.0.1:${port}/v1/` };
}

it('reads the list of OpenRouter', async () => {
  const server = await serverWith({
    '/v1/models': {
      data: [
        { id: 'a/b', pricing: { prompt: '0.00000025', completion: '0.000002', request: '0' } },
        { id: 'free', pricing: { prompt: '0', completion: '0' } },
        { id: 'auto', pricing: { prompt: '-1', completion: '-1' } },
        { id: 'half', pricing: { prompt: '1' } },
        { id: 'none' },
        'odd',
      ],
    },
  });
  expect([...(await listedPrices(server))]).toEqual([
    ['a/b', { pricePerMillionInputTokens: 0.25, pricePerMillionOutputTokens: 2 }],
    ['free', { pricePerMillionInputTokens: 0, pricePerMillionOutputTokens: 0 }],
  ]);
});

it('reads the list of a LiteLLM proxy', async () => {
  const model_info = { input_cost_per_token: 3e-6, output_cost_per_token: 0.000015 };
  const server = await serverWith({
    '/v1/models': { data: [{ id: 'gpt', object: 'model' }] },
    '/v1/model/info': { data: [{ model_name: 'gpt', model_info }] },
  });
  expect([...(await listedPrices(server))]).toEqual([
    ['gpt', { pricePerMillionInputTokens: 3, pricePerMillionOutputTokens: 15 }],
  ]);
});

it('reads the list of Together, in dollars per million', async () => {
  const pricing = { hourly: 0, input: 0.3, output: 0.88, base: 0, finetune: 0 };
  const server = await serverWith({
    '/v1/models': [
      { id: 'meta/llama', type: 'chat', pricing },
      { id: 'free', type: 'chat', pricing: { ...pricing, input: 0, output: 0 } },
      { id: 'rented', type: 'chat', pricing: { ...pricing, hourly: 4, input: 0, output: 0 } },
    ],
  });
  for (const vendor of ['together', 'api.together.xyz']) {
    expect([...(await listedPrices({ ...server, vendor }))]).toEqual([
      ['meta/llama', { pricePerMillionInputTokens: 0.3, pricePerMillionOutputTokens: 0.88 }],
      ['free', { pricePerMillionInputTokens: 0, pricePerMillionOutputTokens: 0 }],
    ]);
  }
  // Elsewhere nobody says what `pricing.input` is in.
  expect((await listedPrices(server)).size).toBe(0);
});

it('finds nothing where nothing is listed, readable or there', async () => {
  expect((await listedPrices(await serverWith({ '/v1/models': { data: {} } }))).size).toBe(0);
  close();
  expect((await listedPrices(await serverWith({ '/v1/models': '<html>' }))).size).toBe(0);
  const gone = { vendor: 'local', modelId: 'x', baseURL: 'http://127.0.0.1:1/v1' };
  expect((await listedPrices(gone)).size).toBe(0);
  expect((await listedPrices({ ...gone, vendor: 'openai' })).size).toBe(0);
  await expect(listedPrices(gone, { signal: AbortSignal.abort('enough') })).rejects.toBe('enough');
});
