import { createServer } from 'node:http';
import OpenAI from 'openai';
import { afterEach, describe, expect, it } from 'vitest';
import { listen } from './fake-upstream.js';
import { CLIENT_KEY, startGateway } from './start-gateway.js';

interface Seen {
  readonly path: string;
  readonly body: Record<string, unknown>;
}

/** A vendor's server of embeddings: each text becomes its length and a half. */
interface FakeVendor {
  readonly provider: string;
  readonly settings?: object;
  readonly basePath: string;
  readonly model: string;
  answer(seen: Seen): object;
  /** What it is sent of two texts. */
  readonly sent: readonly object[];
  /** What it is sent of `dimensions: 256`; `undefined` where it has none. */
  readonly dimensions?: object;
  /** Tokens that it counts for both. */
  readonly tokens?: number;
}

const embedding = (text: unknown): number[] => [String(text).length, 0.5];

const VENDORS: readonly FakeVendor[] = [
  {
    provider: 'google',
    basePath: '/v1beta',
    model: 'gemini-embedding-001',
    answer: ({ body }) => {
      const requests = body.requests as { content: { parts: { text: string }[] } }[] | undefined;
      const { content } = body as { content?: { parts: { text: string }[] } };
      if (!requests) return { embedding: { values: embedding(content?.parts[0]?.text) } };
      return {
        embeddings: requests.map((one) => ({ values: embedding(one.content.parts[0]?.text) })),
      };
    },
    sent: [
      {
        path: '/v1beta/models/gemini-embedding-001:batchEmbedContents',
        body: {
          requests: [
            { content: { parts: [{ text: 'one' }] } },
            { content: { parts: [{ text: 'three' }] } },
          ],
        },
      },
    ],
    dimensions: { outputDimensionality: 256 },
  },
  {
    provider: 'mistral',
    basePath: '/v1',
    model: 'mistral-embed',
    answer: ({ body }) => ({
      id: 'e',
      object: 'list',
      model: 'mistral-embed',
      data: (body.input as string[]).map((text, index) => ({
        object: 'embedding',
        index,
        embedding: embedding(text),
      })),
      usage: { prompt_tokens: 7, total_tokens: 7 },
    }),
    sent: [{ path: '/v1/embeddings', body: { model: 'mistral-embed', input: ['one', 'three'] } }],
    tokens: 7,
  },
  {
    provider: 'bedrock',
    settings: { region: 'eu-central-1' },
    basePath: '',
    model: 'amazon.titan-embed-text-v2:0',
    answer: ({ body }) => ({ embedding: embedding(body.inputText), inputTextTokenCount: 4 }),
    sent: [{ body: { inputText: 'one' } }, { body: { inputText: 'three' } }],
    dimensions: { dimensions: 256 },
    tokens: 8,
  },
];

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

async function start({ provider, settings, basePath, model, answer }: FakeVendor) {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString());
      seen.push({ path: request.url ?? '', body });
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer({ path: request.url ?? '', body })));
    });
  });
  const port = await listen(server);
  stops.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const baseURL = `http://127.0.0.1:${port}${basePath}`;
  const gateway = await startGateway(
    {
      upstreams: { vendor: { provider, baseURL, apiKeyEnv: 'VENDOR_KEY', ...settings } },
      models: {
        e: {
          upstream: 'vendor',
          model,
          operations: ['embeddings'],
          pricePerMillionInputTokens: 1000,
        },
      },
    },
    {},
    { loadRouter: undefined, environment: { CLIENT_KEY, VENDOR_KEY: 'vendor-key-5e1f77' } },
  );
  const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: CLIENT_KEY, maxRetries: 0 });
  return { seen, gateway, client };
}

describe.each(VENDORS)('embeddings of $provider', (vendor) => {
  it('answer the official client, and are counted', async () => {
    const { seen, gateway, client } = await start(vendor);
    const input = ['one', 'three'];
    const answer = await client.embeddings.create({ model: 'e', input });
    // The client asks for base64, and takes it apart.
    expect(answer.data.map((one) => one.embedding)).toEqual([
      [3, 0.5],
      [5, 0.5],
    ]);
    expect(seen).toMatchObject(vendor.sent);
    const { tokens } = vendor;
    expect(answer.usage?.prompt_tokens).toBe(tokens);
    const [log] = gateway.requests;
    expect(log?.isEstimated).toBe(tokens === undefined ? true : undefined);
    expect(log?.inputTokens).toBe(tokens ?? 3);
    const plain = await client.embeddings.create({ model: 'e', input, encoding_format: 'float' });
    expect(plain.data[1]?.embedding).toEqual([5, 0.5]);
  });

  it('have as many dimensions as asked for, or say that they cannot', async () => {
    const { seen, client } = await start(vendor);
    const ask = client.embeddings.create({ model: 'e', input: 'one', dimensions: 256 });
    if (vendor.dimensions) {
      expect((await ask).data[0]?.embedding).toEqual([3, 0.5]);
      expect(seen[0]?.body).toMatchObject(vendor.dimensions);
    } else {
      await expect(ask).rejects.toThrow('`dimensions` is not supported by this model.');
      expect(seen).toEqual([]);
    }
  });
});

it('takes no tokens, and names what it leaves out', async () => {
  const { gateway, client } = await start(VENDORS[1] as FakeVendor);
  await expect(client.embeddings.create({ model: 'e', input: [[1, 2]] })).rejects.toThrow(
    '`input[0]` must be a string',
  );
  const { response } = await client.embeddings
    .create({ model: 'e', input: ['one'], user: 'me' })
    .withResponse();
  expect(response.headers.get('x-embedllm-dropped')).toBe('user');
  expect((await gateway.post('/v1/completions', { model: 'e', prompt: 'q' })).status).toBe(400);
});
