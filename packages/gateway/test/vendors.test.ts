import { createServer, type IncomingHttpHeaders } from 'node:http';
import { crc32 } from 'node:zlib';
import type { createAmazonBedrock } from '@ai-sdk/amazon-bedrock';
import type { createAnthropic } from '@ai-sdk/anthropic';
import type { createGoogleGenerativeAI } from '@ai-sdk/google';
import type { createMistral } from '@ai-sdk/mistral';
import type { LanguageModelV3 } from '@ai-sdk/provider';
import { afterEach, describe, expect, expectTypeOf, it } from 'vitest';
import { listen } from './fake-upstream.js';
import { CLIENT_KEY, startGateway } from './start-gateway.js';

const KEY = 'vendor-key-5e1f77';
const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

interface Seen {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

/** A vendor as its own server is. */
interface FakeVendor {
  readonly provider: string;
  readonly settings?: object;
  /** After the address of the server. */
  readonly basePath: string;
  readonly paths: { readonly whole: string; readonly stream: string };
  /** The header and value by which the gateway identifies itself. */
  readonly credentials: readonly [string, string];
  readonly whole: object;
  readonly stream: string | Buffer;
  /** A part of the body that the server is sent. */
  readonly sent: object;
}

const sse = (events: readonly object[], end = ''): string =>
  events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('') + end;

const gemini = (text: string, finishReason?: string) => ({
  candidates: [{ index: 0, content: { role: 'model', parts: [{ text }] }, finishReason }],
  usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 2, totalTokenCount: 7 },
  modelVersion: 'gemini-3',
});
const mistral = (kind: 'message' | 'delta', content: string, reason: string | null) => ({
  id: 'm1',
  object: kind === 'message' ? 'chat.completion' : 'chat.completion.chunk',
  created: 1,
  model: 'model-at-vendor',
  choices: [{ index: 0, [kind]: { role: 'assistant', content }, finish_reason: reason }],
  usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 },
});

/** An event of Amazon's binary streams: lengths, headers, payload and their checksums. */
function amazonEvent(type: string, payload: object): Buffer {
  const headers = Object.entries({
    ':event-type': type,
    ':content-type': 'application/json',
    ':message-type': 'event',
  }).map(([name, value]) =>
    Buffer.concat([
      Buffer.from([name.length]),
      Buffer.from(name),
      Buffer.from([7, 0, value.length]),
      Buffer.from(value),
    ]),
  );
  const head = Buffer.concat(headers);
  const body = Buffer.from(JSON.stringify(payload));
  const prelude = Buffer.alloc(12);
  prelude.writeUInt32BE(16 + head.length + body.length, 0);
  prelude.writeUInt32BE(head.length, 4);
  prelude.writeUInt32BE(crc32(prelude.subarray(0, 8)), 8);
  const message = Buffer.concat([prelude, head, body]);
  const end = Buffer.alloc(4);
  end.writeUInt32BE(crc32(message));
  return Buffer.concat([message, end]);
}

const MESSAGES = [{ role: 'user', content: 'q' }];
const TEXTS = { role: 'user', parts: [{ text: 'q' }] };

const VENDORS: readonly FakeVendor[] = [
  {
    provider: 'google',
    basePath: '/v1beta',
    paths: {
      whole: '/v1beta/models/model-at-vendor:generateContent',
      stream: '/v1beta/models/model-at-vendor:streamGenerateContent?alt=sse',
    },
    credentials: ['x-goog-api-key', KEY],
    whole: gemini('All is well.', 'STOP'),
    stream: sse([gemini('All is '), gemini('well.', 'STOP')]),
    sent: { contents: [TEXTS], generationConfig: { maxOutputTokens: 9 } },
  },
  {
    provider: 'mistral',
    basePath: '/v1',
    paths: { whole: '/v1/chat/completions', stream: '/v1/chat/completions' },
    credentials: ['authorization', `Bearer ${KEY}`],
    whole: mistral('message', 'All is well.', 'stop'),
    stream: sse(
      [mistral('delta', 'All is ', null), mistral('delta', 'well.', 'stop')],
      'data: [DONE]\n\n',
    ),
    sent: { model: 'model-at-vendor', max_tokens: 9 },
  },
  {
    provider: 'bedrock',
    settings: { region: 'eu-central-1' },
    basePath: '',
    paths: {
      whole: '/model/model-at-vendor/converse',
      stream: '/model/model-at-vendor/converse-stream',
    },
    credentials: ['authorization', `Bearer ${KEY}`],
    whole: {
      output: { message: { role: 'assistant', content: [{ text: 'All is well.' }] } },
      stopReason: 'end_turn',
      usage: { inputTokens: 5, outputTokens: 2, totalTokens: 7 },
      metrics: { latencyMs: 1 },
    },
    stream: Buffer.concat([
      amazonEvent('messageStart', { role: 'assistant' }),
      amazonEvent('contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'All is ' } }),
      amazonEvent('contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'well.' } }),
      amazonEvent('contentBlockStop', { contentBlockIndex: 0 }),
      amazonEvent('messageStop', { stopReason: 'end_turn' }),
      amazonEvent('metadata', { usage: { inputTokens: 5, outputTokens: 2, totalTokens: 7 } }),
    ]),
    sent: { messages: [{ role: 'user', content: [{ text: 'q' }] }] },
  },
];

async function start(vendor: FakeVendor) {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { url: path = '', headers } = request;
      const body: unknown = JSON.parse(Buffer.concat(chunks).toString());
      seen.push({ path, headers, body });
      const isStream =
        path !== vendor.paths.whole || JSON.stringify(body).includes('"stream":true');
      response.writeHead(200, {
        'content-type': isStream
          ? typeof vendor.stream === 'string'
            ? 'text/event-stream'
            : 'application/vnd.amazon.eventstream'
          : 'application/json',
      });
      response.end(isStream ? vendor.stream : JSON.stringify(vendor.whole));
    });
  });
  const port = await listen(server);
  stops.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const gateway = await startGateway(
    {
      upstreams: {
        vendor: {
          provider: vendor.provider,
          baseURL: `http://127.0.0.1:${port}${vendor.basePath}`,
          apiKeyEnv: 'VENDOR_KEY',
          ...vendor.settings,
        },
      },
      models: { model: { upstream: 'vendor', model: 'model-at-vendor' } },
    },
    {},
    { loadRouter: undefined, environment: { CLIENT_KEY, VENDOR_KEY: KEY } },
  );
  const ask = (extra: object) =>
    gateway.post('/v1/chat/completions', {
      model: 'model',
      messages: MESSAGES,
      max_tokens: 9,
      ...extra,
    });
  return { seen, gateway, ask };
}

/** A model that a vendor's package makes. */
type Made<Create extends (settings?: never) => (id: never) => unknown> = ReturnType<
  ReturnType<Create>
>;

it('needs packages of the interface that is translated', () => {
  expectTypeOf<Made<typeof createAnthropic>>().toExtend<LanguageModelV3>();
  expectTypeOf<Made<typeof createGoogleGenerativeAI>>().toExtend<LanguageModelV3>();
  expectTypeOf<Made<typeof createMistral>>().toExtend<LanguageModelV3>();
  expectTypeOf<Made<typeof createAmazonBedrock>>().toExtend<LanguageModelV3>();
});

describe.each(VENDORS)('chats with $provider', (vendor) => {
  it('are translated both ways', async () => {
    const { seen, gateway, ask } = await start(vendor);
    const response = await ask({});
    expect(await response.json()).toMatchObject({
      object: 'chat.completion',
      choices: [{ message: { content: 'All is well.' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 },
    });
    const [header, value] = vendor.credentials;
    expect(seen[0]?.path).toBe(vendor.paths.whole);
    expect(seen[0]?.headers[header]).toBe(value);
    expect(seen[0]?.body).toMatchObject(vendor.sent);
    expect(gateway.requests.at(-1)).toMatchObject({ inputTokens: 5, outputTokens: 2 });
  });

  it('are streamed', async () => {
    const { seen, gateway, ask } = await start(vendor);
    const text = await (await ask({ stream: true })).text();
    const contents = [...text.matchAll(/"content":"([^"]*)"/g)].map(([, content]) => content);
    expect(contents.join('')).toBe('All is well.');
    expect(text).toMatch(/"finish_reason":"stop".*data: \[DONE\]\n\n$/s);
    expect(seen[0]?.path).toBe(vendor.paths.stream);
    expect(gateway.requests.at(-1)).toMatchObject({ inputTokens: 5, outputTokens: 2 });
  });
});
