import type { OpenAICompatibleProviderSettings } from '@ai-sdk/openai-compatible';
import { expect, expectTypeOf, it } from 'vitest';
import { createGateway, type GatewayFetch, parseGatewayConfiguration } from '../index.js';
import type { compatibleSettings } from './backends.js';

/** Sends a request of Messages through a gateway before one upstream, and gives what that was sent. */
async function sentTo(upstream: object) {
  const calls: { url: string; headers: Record<string, string>; body: unknown }[] = [];
  const transport: GatewayFetch = async (url, { headers, body }) => {
    calls.push({ url, headers, body: await new Response(body).json() });
    return new Response('{"error":{"message":"no"}}', { status: 400 });
  };
  const configuration = parseGatewayConfiguration(
    {
      upstreams: { u: { translate: true, ...upstream } },
      models: { m: { upstream: 'u', model: 'deployed one' } },
    },
    { environment: { KEY: 'secret' } },
  );
  const gateway = createGateway({ configuration, transport: () => transport });
  const response = await gateway.fetch(
    new Request('http://localhost/v1/messages', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'anthropic-version': '2023-06-01' },
      body: '{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"q"}]}',
    }),
  );
  expect(await response.json()).toMatchObject({
    type: 'error',
    error: { type: 'invalid_request_error', message: 'no' },
  });
  return calls[0];
}

it('makes settings that the package takes', () => {
  expectTypeOf<
    ReturnType<typeof compatibleSettings>
  >().toExtend<OpenAICompatibleProviderSettings>();
});

it('sends a translated request to a deployment of Azure', async () => {
  const baseURL = 'https://NAME.openai.azure.com';
  const call = await sentTo({
    provider: 'azure',
    baseURL,
    apiVersion: '2024-10-21',
    apiKeyEnv: 'KEY',
    maxTokensField: 'max_completion_tokens',
  });
  expect(call?.url).toBe(
    'https://name.openai.azure.com/openai/deployments/deployed%20one/chat/completions?api-version=2024-10-21',
  );
  expect(call?.headers['api-key']).toBe('secret');
  expect(call?.headers.authorization).toBeUndefined();
  expect(call?.headers['anthropic-version']).toBeUndefined();
  expect(call?.body).toMatchObject({ max_completion_tokens: 9 });
  expect(call?.body).not.toHaveProperty('max_tokens');
});

it.each([
  ['chat', 'http://127.0.0.1:9/v1/chat/completions'],
  ['responses', 'http://127.0.0.1:9/v1/responses'],
])('sends it to a server of %s, with its key or without one', async (protocol, url) => {
  const baseURL = 'http://127.0.0.1:9/v1';
  const keyed = await sentTo({ baseURL, protocols: [protocol], apiKeyEnv: 'KEY' });
  expect([keyed?.url, keyed?.headers.authorization]).toEqual([url, 'Bearer secret']);
  const open = await sentTo({ baseURL, protocols: [protocol] });
  expect(open?.headers.authorization ?? 'Bearer -').toBe('Bearer -');
});
