import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLIENT_KEY, type StartedGateway, startGateway, UPSTREAM_KEY } from './start-gateway.js';

const LIMITS = { requestBytes: 4096, bodyTimeoutMs: 250 };
const CHAT = '/v1/chat/completions';
const messages = [{ role: 'user', content: 'What is the sum of the number 1 and 2?' }];
const good = JSON.stringify({ model: 'lawyer', messages });

interface Hostile {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array;
  readonly status: number;
}

const json = (value: unknown): string => JSON.stringify(value);
const keyed = (value: string): Record<string, string> => ({ authorization: value });

/** What can be said with an ordinary client. */
const SAID: Record<string, Hostile> = {
  'no key': { headers: keyed(''), body: good, status: 401 },
  'a wrong key': { headers: keyed('Bearer wrong'), body: good, status: 401 },
  'the beginning of the key': {
    headers: keyed(`Bearer ${CLIENT_KEY.slice(0, -1)}`),
    body: good,
    status: 401,
  },
  'the key and more': { headers: keyed(`Bearer ${CLIENT_KEY}x`), body: good, status: 401 },
  'the key in another scheme': { headers: keyed(`Basic ${CLIENT_KEY}`), body: good, status: 401 },
  'the key in the query': {
    path: `${CHAT}?api_key=${CLIENT_KEY}`,
    headers: keyed(''),
    body: good,
    status: 401,
  },
  "the upstream's key": { headers: keyed(`Bearer ${UPSTREAM_KEY}`), body: good, status: 401 },
  'a key of 8,000 characters': { headers: keyed(`Bearer ${'k'.repeat(8000)}`), status: 401 },
  'a body that is too large': { body: json({ padding: 'x'.repeat(5000) }), status: 413 },
  'no body': { status: 400 },
  'half of a JSON': { body: good.slice(0, 40), status: 400 },
  'JSON with more behind it': { body: `${good}}`, status: 400 },
  'a list': { body: '[]', status: 400 },
  null: { body: 'null', status: 400 },
  'a body that is not UTF-8': { body: Uint8Array.of(0x7b, 0xff, 0xfe, 0x7d), status: 400 },
  'nesting of 1,000 levels': { body: `{"a":${'['.repeat(1000)}${']'.repeat(1000)}}`, status: 400 },
  'the key __proto__': {
    body: `{"model":"lawyer","messages":${json(messages)},"__proto__":{"admin":true}}`,
    status: 400,
  },
  'the key __proto__ deep down': {
    body: '{"model":"lawyer","messages":[{"role":"user","content":[{"__proto__":{"x":1}}]}]}',
    status: 400,
  },
  'the keys constructor.prototype': {
    body: json({ model: 'lawyer', messages, constructor: { prototype: { admin: true } } }),
    status: 400,
  },
  'a model named __proto__': { body: json({ model: '__proto__', messages }), status: 404 },
  'a model named constructor': { body: json({ model: 'constructor', messages }), status: 404 },
  'a model with a header in its name': {
    body: json({ model: 'x\r\nset-cookie: a=b', messages }),
    status: 404,
  },
  'a model with a long name': { body: json({ model: 'x'.repeat(300), messages }), status: 400 },
  'a model that is not text': { body: json({ model: { $ne: null }, messages }), status: 400 },
  'no messages': { body: json({ model: 'lawyer' }), status: 400 },
  'messages that are not a list': { body: json({ model: 'lawyer', messages: 'x' }), status: 400 },
  'a message that is null': { body: json({ model: 'lawyer', messages: [null] }), status: 400 },
  'a role that is not text': {
    body: json({ model: 'auto', messages: [{ role: 1 }] }),
    status: 400,
  },
  'a content that is a number': {
    body: json({ model: 'auto', messages: [{ role: 'user', content: 7 }] }),
    status: 400,
  },
  'a stream that is not a flag': {
    body: json({ model: 'lawyer', messages, stream: 'y' }),
    status: 400,
  },
  'another media type': { headers: { 'content-type': 'text/plain' }, body: good, status: 415 },
  'a packed body': { headers: { 'content-encoding': 'gzip' }, body: good, status: 415 },
  'another method': { method: 'DELETE', status: 405 },
  'an unknown path': { path: '/v1/files', body: good, status: 404 },
  'a path out of the tree': { path: '/v1/..%2f..%2fetc/passwd', body: good, status: 404 },
  'metrics without a key': { method: 'GET', path: '/metrics', headers: keyed(''), status: 401 },
  'a question that is not text': { path: '/v1/route', body: json({ question: {} }), status: 400 },
};

/** What only a client that speaks for itself can say. */
const RAW: Record<string, { lines: string[]; rest?: string; status: number }> = {
  'a body that is too large and does not say so': {
    lines: ['transfer-encoding: chunked'],
    rest: `2000\r\n${'x'.repeat(0x2000)}\r\n`,
    status: 413,
  },
  'a body that says it is too large': { lines: ['content-length: 999999999'], status: 413 },
  'a body that never comes': { lines: ['content-length: 100'], rest: '{', status: 408 },
  'two lengths at odds': {
    lines: ['content-length: 5', 'transfer-encoding: chunked'],
    rest: '0\r\n\r\n',
    status: 400,
  },
  'a negative length': { lines: ['content-length: -1'], status: 400 },
  'a line break in a header': { lines: ['x-request-id: a\rset-cookie: b=c'], status: 400 },
  'a zero byte in a header': { lines: ['x-request-id: a\0b'], status: 400 },
  'headers of 64 kB': { lines: [`x-padding: ${'x'.repeat(65_536)}`], status: 431 },
};

let gateway: StartedGateway;
let stop: () => Promise<void>;

beforeAll(async () => {
  gateway = await startGateway({ limits: LIMITS }, {}, {}, (clean) => {
    stop = clean;
  });
});
afterAll(async () => await stop());

describe('a hostile request', () => {
  it.each(Object.entries(SAID))('with %s is refused', async (_, request) => {
    const { method = 'POST', path = CHAT, headers, body, status } = request;
    const response = await fetch(`${gateway.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${CLIENT_KEY}`,
        'content-type': 'application/json',
        'x-request-id': 'given-by-the-client',
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    expect({ status: response.status, text }).toMatchObject({ status });
    expect(JSON.parse(text)).toMatchObject({ error: { message: expect.any(String) } });
    expect(response.headers.get('x-request-id')).toBe('given-by-the-client');
    expect(response.headers.get('set-cookie')).toBeNull();
    assertUnharmed(text);
  });

  it.each(Object.entries(RAW))('with %s is refused', async (_, { lines, rest, status }) => {
    const text = await speak(lines, rest);
    expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(text.match(/^HTTP\/1.1/gm)).toHaveLength(1);
    assertUnharmed(text);
  });

  it('with a header that would be passed on leaves it behind', async () => {
    const response = await gateway.post(CHAT, good, {
      cookie: 'session=1',
      'x-forwarded-for': '10.0.0.1',
      'openai-organization': 'other',
      'x-request-id': 'not a plain id!',
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    const seen = gateway.upstream.seen.pop();
    expect(Object.keys(seen?.headers ?? {}).sort()).toEqual(
      'accept accept-encoding authorization connection content-length content-type host idempotency-key x-request-id'.split(
        ' ',
      ),
    );
    expect(seen?.headers.authorization).toBe(`Bearer ${UPSTREAM_KEY}`);
    for (const name of ['set-cookie', 'x-internal', 'keep-alive']) {
      expect([name, response.headers.get(name)?.includes('secret') ?? false]).toEqual([
        name,
        false,
      ]);
    }
  });

  it('does not open the gateway to browsers of other origins', async () => {
    const response = await fetch(`${gateway.url}${CHAT}`, {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    });
    await response.text();
    expect(response.status).toBe(401);
    expect([...response.headers.keys()].filter((name) => /^access-control/.test(name))).toEqual([]);
  });

  it('leaves the gateway as it was', async () => {
    const response = await gateway.post(CHAT, good);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ choices: [{ finish_reason: 'stop' }] });
    expect(gateway.upstream.seen).toHaveLength(1);
    await expect.poll(() => gateway.gateway.inFlight).toBe(0);
    expect(JSON.stringify([gateway.events, gateway.requests])).not.toContain(CLIENT_KEY);
  });
});

function assertUnharmed(text: string): void {
  expect(text).not.toContain(CLIENT_KEY);
  expect(text).not.toContain(UPSTREAM_KEY);
  expect(text).not.toContain('    at ');
  expect(Object.hasOwn(Object.prototype, 'admin')).toBe(false);
  expect(gateway.upstream.seen).toEqual([]);
}

/** Sends bytes as they are, and waits until the gateway closes the connection. */
function speak(lines: readonly string[], rest = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(gateway.port, '127.0.0.1');
    let text = '';
    socket.setTimeout(4000, () => socket.destroy(new Error(`no end after: ${text}`)));
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
    });
    socket.on('error', (error) => (text === '' ? reject(error) : resolve(text)));
    socket.on('close', () => resolve(text));
    const head = [
      `POST ${CHAT} HTTP/1.1`,
      'host: localhost',
      `authorization: Bearer ${CLIENT_KEY}`,
      'content-type: application/json',
      ...lines,
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n${rest}`);
  });
}
