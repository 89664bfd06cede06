import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import OpenAI from 'openai';
import { afterEach, describe, expect, it } from 'vitest';
import { listen } from './fake-upstream.js';
import { CLIENT_KEY, startGateway, UPSTREAM_KEY } from './start-gateway.js';

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** A local server that behaves as Azure OpenAI does: keys, versions, deployments, content filters. */
async function fakeAzure() {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      seen.push(request.url ?? '');
      answerAsAzure(request, response, JSON.parse(Buffer.concat(chunks).toString()));
    });
  });
  const port = await listen(server);
  stops.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { baseURL: `http://127.0.0.1:${port}`, seen };
}

function answerAsAzure(
  { url = '', headers }: IncomingMessage,
  response: ServerResponse,
  body: { stream?: boolean; messages?: { content: string }[] },
): unknown {
  const send = (status: number, value: unknown): void => {
    response.writeHead(status, {
      'content-type': 'application/json',
      'x-ms-region': 'Sweden Central',
    });
    response.end(JSON.stringify(value));
  };
  const fail = (status: number, code: string, message: string): void =>
    send(status, { error: { code, message } });
  if (headers['api-key'] !== UPSTREAM_KEY || headers.authorization !== undefined) {
    return fail(401, '401', 'Access denied due to invalid subscription key or wrong API endpoint.');
  }
  const { pathname, searchParams } = new URL(url, 'http://azure');
  const [, deployment, operation] =
    /^\/openai\/deployments\/([^/]+)\/(chat\/completions|embeddings)$/.exec(pathname) ?? [];
  if (deployment === undefined || searchParams.get('api-version') !== '2024-10-21') {
    return fail(404, '404', 'Resource not found');
  }
  if (deployment !== 'team%20a.mini') {
    return fail(404, 'DeploymentNotFound', 'The API deployment for this resource does not exist.');
  }
  if (operation === 'embeddings') {
    const data = [{ object: 'embedding', index: 0, embedding: [1] }];
    return send(200, { object: 'list', data, usage: { prompt_tokens: 2, total_tokens: 2 } });
  }
  if (body.messages?.[0]?.content === 'filtered') {
    return send(400, {
      error: {
        message: "The response was filtered due to Azure OpenAI's content management policy.",
        code: 'content_filter',
        status: 400,
        param: 'prompt',
        innererror: { code: 'ResponsibleAIPolicyViolation' },
      },
    });
  }
  const filters = { prompt_filter_results: [{ prompt_index: 0, content_filter_results: {} }] };
  if (!body.stream) {
    const message = { role: 'assistant', content: 'well' };
    const usage = { prompt_tokens: 3, completion_tokens: 1, total_tokens: 4 };
    return send(200, {
      id: 'chatcmpl-1',
      model: 'gpt-4o-mini-2024-07-18',
      choices: [{ index: 0, finish_reason: 'stop', message, content_filter_results: {} }],
      usage,
      ...filters,
    });
  }
  const event = (value: object): string => `data: ${JSON.stringify({ id: 'c', ...value })}\n\n`;
  const delta = (content: string, finish_reason: string | null = null): string =>
    event({ choices: [{ index: 0, delta: { content }, finish_reason }] });
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(event({ id: '', model: '', choices: [], ...filters }));
  return response.end(`${delta('we')}${delta('ll')}${delta('', 'stop')}data: [DONE]\n\n`);
}

const messages = (content: string) => [{ role: 'user' as const, content }];

async function azureGateway(settings: object = {}) {
  const azure = await fakeAzure();
  const gateway = await startGateway(
    {
      upstreams: {
        azure: {
          provider: 'azure',
          baseURL: azure.baseURL,
          apiVersion: '2024-10-21',
          apiKeyEnv: 'UPSTREAM_KEY',
          ...settings,
        },
      },
      models: {
        mini: { upstream: 'azure', model: 'team a.mini' },
        absent: { upstream: 'azure', model: 'absent' },
      },
    },
    {},
    { loadRouter: undefined },
  );
  const client = new OpenAI({
    baseURL: `${gateway.url}/v1`,
    apiKey: CLIENT_KEY,
    maxRetries: 0,
  });
  return { azure, gateway, client };
}

describe('an upstream of Azure', () => {
  it('is asked by deployment, version and key', async () => {
    const { azure, client } = await azureGateway();
    const chat = await client.chat.completions.create({ model: 'mini', messages: messages('q') });
    expect(chat.choices[0]?.message.content).toBe('well');
    const embedding = await client.embeddings.create({
      model: 'mini',
      input: 'q',
      encoding_format: 'float',
    });
    expect(embedding.data[0]?.embedding).toEqual([1]);
    expect(azure.seen).toEqual([
      '/openai/deployments/team%20a.mini/chat/completions?api-version=2024-10-21',
      '/openai/deployments/team%20a.mini/embeddings?api-version=2024-10-21',
    ]);
  });

  it('streams, whatever its filters say before the first token', async () => {
    const { client } = await azureGateway();
    const stream = await client.chat.completions.create({
      model: 'mini',
      messages: messages('q'),
      stream: true,
    });
    let text = '';
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    expect(text).toBe('well');
  });

  it('says to the client what it filtered, and nothing of deployments and keys', async () => {
    const { client, gateway } = await azureGateway();
    const ask = (model: string, content: string) =>
      client.chat.completions.create({ model, messages: messages(content) }).catch((e) => e);
    expect(await ask('mini', 'filtered')).toMatchObject({ status: 400, code: 'content_filter' });
    expect(await ask('absent', 'q')).toMatchObject({
      status: 502,
      message: expect.stringContaining('The upstream azure answered with status 404'),
    });
    expect(gateway.requests.at(-1)).toMatchObject({
      failures: [{ reason: 'status', status: 404 }],
    });
  });

  it('takes a base URL that ends with /openai', async () => {
    const azure = await fakeAzure();
    const { client } = await azureGateway({ baseURL: `${azure.baseURL}/openai/` });
    await client.chat.completions.create({ model: 'mini', messages: messages('q') });
    expect(azure.seen).toHaveLength(1);
  });

  it.each([
    [{ apiVersion: undefined }, 'upstreams.azure.apiVersion: Must be a string, but is missing.'],
    [{ apiVersion: 'latest' }, 'Must be an API version such as 2024-10-21.'],
    [{ baseURL: 'https://x.openai.azure.com/openai/v1' }, 'Omit `provider`.'],
    [{ baseURL: 'https://x.openai.azure.com/openai/deployments/a' }, 'Must end before /openai.'],
    [{ provider: 'openai' }, 'Requires `provider: azure`.'],
    [{ provider: 'Azure' }, 'Must be one of openai, azure'],
  ])('refuses %j', async (settings, message) => {
    await expect(azureGateway(settings)).rejects.toThrow(message);
  });
});
