import { inspect } from 'node:util';
import { EmbedLLMError } from '@embedllm/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  createEndpointEncoder,
  type EndpointEncoderOptions,
  restoreEndpointEncoder,
} from '../src/endpoint.js';
import { createMemoryStore, encoderRecord, restoreEncoder, withCache } from '../src/index.js';
import {
  answer,
  DIMENSIONS,
  type EmbeddingsServer,
  type Fault,
  hashing,
  startEmbeddingsServer,
} from './support/embeddings-server.js';

let server: EmbeddingsServer;
// A server for each test: a request that one test has left behind is not the next one's.
beforeEach(async () => {
  server = await startEmbeddingsServer();
});
afterEach(() => server.close());

const KEY = 'sk-secret-0123456789';
const texts = ['what is one', 'two plus three', '', 'the sum of one and two', 'one', '三角形'];

const create = (options: Partial<EndpointEncoderOptions> = {}) =>
  createEndpointEncoder({
    baseURL: server.baseURL,
    model: 'embed-small',
    dimensions: DIMENSIONS,
    retryDelayMs: 1,
    ...options,
  });

/** The error of encoding one text. */
async function failure(options: Partial<EndpointEncoderOptions> = {}): Promise<EmbedLLMError> {
  const encoder = await create(options);
  const error = await encoder.encode(['one']).catch((reason: unknown) => reason);
  if (error instanceof EmbedLLMError) return error;
  throw new Error(`expected an error, not ${String(error)}`);
}

/** Faults for the first requests, then none. */
const first =
  (...faults: Fault[]) =>
  (index: number) =>
    faults[index];

describe('an endpoint encoder', () => {
  it.each(['float', 'base64'] as const)(
    'gives the vectors of the endpoint, as %s',
    async (encodingFormat) => {
      const encoder = await create({ encodingFormat, batchSize: 2 });
      expect([encoder.id, encoder.dimensions]).toEqual(['endpoint:embed-small', DIMENSIONS]);
      expect(await encoder.encode(texts)).toEqual(await hashing.encode(texts));
      expect(await encoder.encode([])).toMatchObject({ rows: 0, cols: DIMENSIONS });
      for (const { url, body } of server.requests) {
        expect(url).toBe('/v1/embeddings');
        expect(body).toMatchObject({ model: 'embed-small', encoding_format: encodingFormat });
        expect(body.input).not.toContain('');
        expect(body).not.toHaveProperty('dimensions');
      }
    },
  );

  it('finds the length of the vectors when it is not told', async () => {
    const encoder = await create({ dimensions: undefined });
    expect(encoder.dimensions).toBe(DIMENSIONS);
    expect(server.requests.length).toBe(1);
    expect(encoder.fingerprint).toBe((await create()).fingerprint);
  });

  it('asks for shorter vectors and puts a prefix before texts when told to', async () => {
    const encoder = await create({ requestDimensions: true, prefix: 'query: ' });
    const vectors = await encoder.encode(['one', '']);
    expect(server.requests[0]!.body).toMatchObject({
      dimensions: DIMENSIONS,
      input: ['query: one', 'query: '],
    });
    expect(vectors).toEqual(await hashing.encode(['query: one', 'query: ']));
    expect(encoder.fingerprint).not.toBe((await create()).fingerprint);
  });

  it('batches by count and by characters, and keeps requests in flight within bounds', async () => {
    server.delayMs = 20;
    const many = Array.from({ length: 30 }, (_, i) => `${i} ${'x'.repeat(i === 7 ? 500 : 8)}`);
    const encoder = await create({ batchSize: 4, batchCharacters: 36, concurrency: 3 });
    expect(await encoder.encode(many)).toEqual(await hashing.encode(many));
    const inputs = server.requests.map(({ body }) => body.input);
    expect(inputs.flat().sort()).toEqual([...many].sort());
    for (const input of inputs) {
      expect(input.length).toBeLessThanOrEqual(4);
      expect(input.join('').length <= 36 || input.length === 1).toBe(true);
    }
    expect(server.peak).toBe(3);
  });

  it('reports rising progress that ends with all texts', async () => {
    const encoder = await create({ batchSize: 1 });
    const seen: number[] = [];
    await encoder.encode(texts, {
      onProgress: ({ done, total }) => {
        expect(total).toBe(6);
        seen.push(done);
      },
    });
    expect(seen).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('stops when aborted: before, in a request, and while it waits to try again', async () => {
    const encoder = await create({ retryDelayMs: 60_000 });
    const reason = new Error('enough');
    const before = encoder.encode(texts, { signal: AbortSignal.abort(reason) });
    await expect(before).rejects.toBe(reason);
    expect(server.requests.length).toBe(0);
    for (const fault of [
      () => true,
      (_: unknown, response: Parameters<Fault>[1]) => answer(response, 503, 'busy'),
    ] satisfies Fault[]) {
      server.fault = () => fault;
      const controller = new AbortController();
      const stopped = encoder.encode(texts, { signal: controller.signal });
      setTimeout(() => controller.abort(reason), 50);
      await expect(stopped).rejects.toBe(reason);
    }
    const finding = create({ dimensions: undefined, signal: AbortSignal.abort(reason) });
    await expect(finding).rejects.toBe(reason);
  });

  it('costs nothing twice behind a cache', async () => {
    const cached = withCache(await create(), createMemoryStore());
    await cached.encode(texts);
    const sent = server.requests.length;
    expect(await cached.encode(texts)).toEqual(await hashing.encode(texts));
    expect(server.requests.length).toBe(sent);
  });
});

describe('a request that fails', () => {
  it('is tried again after rate limits, server errors, cut connections and timeouts', async () => {
    server.fault = first(
      (_, response) => answer(response, 429, { error: { message: 'slow down' } }),
      (_, response) => answer(response, 500, 'oops'),
      (_, response) => answer(response, 503, '', { 'retry-after': '0' }),
      () => true,
      (_, response) => {
        response.socket?.destroy();
        return true;
      },
      (_, response) => {
        response.writeHead(200, { 'content-length': 5000 }).write('{"data": [');
        setTimeout(() => response.socket?.destroy(), 10);
        return true;
      },
    );
    const encoder = await create({ timeoutMs: 300, maxRetries: 6 });
    expect(await encoder.encode(['one'])).toEqual(await hashing.encode(['one']));
    expect(server.requests.length).toBe(7);
  });

  it('waits as long as the endpoint asks, and gives up when that is too long', async () => {
    server.fault = first((_, response) => answer(response, 429, '', { 'retry-after': '0.2' }));
    const started = performance.now();
    await (await create()).encode(['one']);
    expect(performance.now() - started).toBeGreaterThan(190);
    server.requests.length = 0;
    const date = new Date(Date.now() + 3_600_000).toUTCString();
    server.fault = () => (_, response) => answer(response, 429, '', { 'retry-after': date });
    const error = await failure();
    expect(error).toMatchObject({ code: 'io' });
    expect(error.message).toMatch(/status 429\. Gave up after 1 try; it asks to wait 3\d\d\d/);
    expect(server.requests.length).toBe(1);
  });

  it('is given up after the retries, saying what happened last', async () => {
    server.fault = () => (_, response) => answer(response, 502, 'bad gateway');
    const error = await failure({ maxRetries: 2 });
    expect(error.message).toMatch(/status 502: bad gateway\. Gave up after 3 tries/);
    expect(server.requests.length).toBe(3);
    const nobody = await failure({ baseURL: 'http://127.0.0.1:9/v1', maxRetries: 1 });
    expect(nobody.message).toMatch(/Cannot reach the endpoint http:.*9\/v1\/embeddings: .+2 tries/);
  });

  it.each([
    [400, { error: { message: 'too many tokens' } }, /status 400: too many tokens/],
    [401, { error: { message: `Incorrect key ${KEY}` } }, /Incorrect key \*\*\*\. Check `apiKey`/],
    [404, '', /status 404\. Check `baseURL` and `model`/],
    [413, '<html>', /Lower `batchSize`/],
    [429, { error: { message: 'no funds', code: 'insufficient_quota' } }, /no funds/],
  ])('with status %d is not tried again where that cannot help', async (status, body, message) => {
    server.fault = () => (_, response) => answer(response, status, body);
    const error = await failure({ apiKey: KEY });
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain(KEY);
    expect(server.requests.length).toBe(1);
  });

  it('stops the other requests in flight, and their waits', async () => {
    server.fault = (index) => (_, response) =>
      index === 1 ? answer(response, 400, 'wrong') : answer(response, 503, 'busy');
    const encoder = await create({ batchSize: 1, retryDelayMs: 60_000 });
    await expect(encoder.encode(texts)).rejects.toThrow(/status 400: wrong/);
  });

  it('takes neither texts nor key to another address', async () => {
    server.fault = () => (_, response) =>
      answer(response, 307, '', { location: `${server.baseURL}/elsewhere` });
    const error = await failure({ apiKey: KEY });
    expect(error.message).toMatch(/redirects to another address/);
    expect(server.requests.length).toBe(1);
  });
});

describe('a reply', () => {
  const replying = (body: unknown): void => {
    server.fault = () => (_, response) => answer(response, 200, body);
  };
  const item = (index: unknown, embedding: unknown) => ({ index, embedding });
  const vector = new Array(DIMENSIONS).fill(0.5);

  it('may bring its vectors in any order', async () => {
    server.fault = () => (_, response, items) => answer(response, 200, { data: items.reverse() });
    expect(await (await create()).encode(texts)).toEqual(await hashing.encode(texts));
  });

  it.each([
    ['not JSON', '{"data": [', 'invalid-data', /not valid JSON/],
    ['a page', '<html></html>', 'invalid-data', /not valid JSON/],
    ['null', 'null', 'invalid-data', /field data: The reply has no list/],
    ['no list', { data: { 0: item(0, vector) } }, 'invalid-data', /no list of vectors/],
    ['an inherited list', '{"__proto__": {"data": []}}', 'invalid-data', /no list of vectors/],
    ['too few', { data: [] }, 'invalid-data', /0 vectors for 1 texts/],
    ['too many', { data: [item(0, vector), item(1, vector)] }, 'invalid-data', /2 vectors for 1/],
    ['no index', { data: [{ embedding: vector }] }, 'invalid-data', /data\[0\]\.index/],
    ['an index beyond', { data: [item(1, vector)] }, 'invalid-data', /from 0 to 0/],
    ['half an index', { data: [item(0.5, vector)] }, 'invalid-data', /data\[0\]\.index/],
    ['null items', { data: [null] }, 'invalid-data', /data\[0\]\.index/],
    ['short vectors', { data: [item(0, [1, 2])] }, 'shape-mismatch', /2 dimensions, but 6/],
    ['no vector', { data: [item(0, null)] }, 'invalid-data', /list of numbers, or base64/],
    [
      'text in a vector',
      { data: [item(0, ['1', 1, 1, 1, 1, 1])] },
      'invalid-data',
      /list of numbers/,
    ],
    ['null in a vector', { data: [item(0, [null, 1, 1, 1, 1, 1])] }, 'invalid-data', /list of/],
    ['a huge number', { data: [item(0, [0, 1e39, 0, 0, 0, 0])] }, 'not-finite', /Value 1 is not/],
    [
      'an overflow',
      `{"data":[{"index":0,"embedding":[1e999,0,0,0,0,0]}]}`,
      'not-finite',
      /Value 0/,
    ],
    ['wrong base64', { data: [item(0, '&&&&')] }, 'invalid-data', /base64/],
    ['cut base64', { data: [item(0, 'AAAA')] }, 'invalid-data', /base64/],
    [
      'NaN in base64',
      {
        data: [
          item(0, Buffer.from(new Float32Array(6).fill(Number.NaN).buffer).toString('base64')),
        ],
      },
      'not-finite',
      /Value 0/,
    ],
    ['a bomb', `{"data": "${'x'.repeat(2_000_000)}"}`, 'invalid-data', /larger than 1000240 bytes/],
  ])('is refused, and not asked for again: %s', async (_, body, code, message) => {
    replying(body);
    const error = await failure();
    expect(error).toMatchObject({ code });
    expect(error.message).toMatch(message);
    expect(error.message).toContain('/v1/embeddings');
    expect(server.requests.length).toBe(1);
  });

  it('is refused where an index occurs twice', async () => {
    replying({ data: [item(0, vector), item(0, vector)] });
    await expect((await create()).encode(['a', 'b'])).rejects.toThrow(/index 0 occurs twice/);
  });

  it('is refused without any dimension, when the length is to be found', async () => {
    replying({ data: [item(0, [])] });
    await expect(create({ dimensions: undefined })).rejects.toMatchObject({
      code: 'shape-mismatch',
    });
  });
});

describe('the key of an endpoint', () => {
  it('is sent, from the option or the environment, and found nowhere else', async () => {
    vi.stubEnv('SOME_ENDPOINT_KEY', KEY);
    for (const options of [
      { apiKey: KEY },
      { apiKeyEnv: 'SOME_ENDPOINT_KEY' },
      { headers: { 'api-key': KEY, authorization: `Bearer ${KEY}` } },
    ]) {
      const encoder = await create(options);
      await encoder.encode(['one']);
      expect(server.requests.at(-1)!.headers.authorization).toBe(`Bearer ${KEY}`);
      for (const shown of [
        inspect(encoder, { depth: 9, showHidden: true }),
        JSON.stringify(encoder),
        JSON.stringify(encoderRecord(encoder)),
        encoder.fingerprint,
      ]) {
        expect(shown).not.toContain(KEY);
      }
    }
  });

  it('is not repeated in errors', async () => {
    const broken = await create({ headers: { 'x-key': `${KEY}\n` }, maxRetries: 0 });
    const error = await broken.encode(['a']).catch((reason: unknown) => reason);
    expect(inspect(error, { depth: 9 })).not.toContain(KEY);
    for (const [options, message] of [
      [{ apiKey: `${KEY}\n` }, /visible ASCII/],
      [{ apiKey: KEY, apiKeyEnv: 'X' }, /not both/],
      [{ apiKeyEnv: 'UNSET_KEY_OF_NO_ONE' }, /variable UNSET_KEY_OF_NO_ONE.* is not set/],
      [{ baseURL: `http://user:${KEY}@localhost/v1` }, /not contain a user name, password/],
      [{ baseURL: `http://localhost/v1?key=${KEY}` }, /not contain a user name, password, query/],
      [{ baseURL: `${KEY}://` }, /absolute http or https/],
    ] as const) {
      const refused = await create(options).catch((reason: unknown) => reason);
      expect(refused).toMatchObject({ code: 'invalid-argument' });
      expect(String(refused)).toMatch(message);
      expect(inspect(refused)).not.toContain(KEY);
    }
  });
});

it.each([
  [{ baseURL: 'ftp://localhost' }, /`baseURL`/],
  [{ model: '' }, /`model`/],
  [{ dimensions: 0 }, /`dimensions` must be an integer from 1 to 65536/],
  [{ dimensions: undefined, requestDimensions: true }, /`requestDimensions` needs/],
  [{ batchSize: 0 }, /`batchSize`/],
  [{ batchCharacters: 0 }, /`batchCharacters`/],
  [{ concurrency: 65 }, /`concurrency`/],
  [{ maxRetries: -1 }, /`maxRetries`/],
  [{ retryDelayMs: Number.NaN }, /`retryDelayMs`/],
  [{ maxRetryDelayMs: 0.5 }, /`maxRetryDelayMs`/],
  [{ timeoutMs: 0 }, /`timeoutMs`/],
  [{ encodingFormat: 'int8' as 'float' }, /`encodingFormat`/],
])('refuses the options %j', async (options, message) => {
  const error = await create(options).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'invalid-argument' });
  expect(String(error)).toMatch(message);
});

describe('an endpoint encoder in an artifact', () => {
  it('comes back with its settings, and may be served from elsewhere', async () => {
    const encoder = await create({ baseURL: `${server.baseURL}///`, apiKey: KEY, prefix: 'q: ' });
    const record = JSON.parse(JSON.stringify(encoderRecord(encoder)));
    const expected = await encoder.encode(texts);
    const restored = await restoreEndpointEncoder(record);
    expect(encoderRecord(restored)).toEqual(record);
    expect(await restored.encode(texts)).toEqual(expected);
    const moved = await create({ baseURL: 'http://127.0.0.1:9/v1', prefix: 'q: ' });
    const elsewhere = await restoreEndpointEncoder(encoderRecord(moved), {
      baseURL: server.baseURL,
    });
    expect(elsewhere.fingerprint).toBe(moved.fingerprint);
    expect(await elsewhere.encode(texts)).toEqual(expected);
    await expect(restoreEncoder(record)).rejects.toThrow(
      /`restoreEndpointEncoder` from .*endpoint/,
    );
  });

  it('is refused when the record was altered or belongs to a different encoder', async () => {
    const record = encoderRecord(await create());
    const settings = { ...record.settings };
    const refused: [Partial<typeof record>, string, RegExp][] = [
      [{ id: 'lsa' }, 'encoder-mismatch', /not an endpoint/],
      [{ settings: { ...settings, baseUrl: 'http://evil/v1' } }, 'encoder-mismatch', /was altered/],
      [{ settings: { ...settings, prefix: 1 } }, 'invalid-artifact', /settings\.prefix/],
      [{ settings: { ...settings, dimensions: 1e9 } }, 'invalid-artifact', /settings\.dimensions/],
      [{ settings: { ...settings, requestDimensions: 'no' } }, 'invalid-artifact', /true or false/],
      [{ settings: { ...settings, formatVersion: 7 } }, 'unsupported-version', /found 7/],
      [{ settings: undefined }, 'invalid-artifact', /no settings/],
    ];
    for (const [change, code, message] of refused) {
      const restoring = restoreEndpointEncoder({ ...record, ...change });
      await expect(restoring).rejects.toMatchObject({ code });
      await expect(restoring).rejects.toThrow(message);
    }
  });
});
