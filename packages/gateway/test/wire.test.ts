import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLIENT_KEY, type StartedGateway, startGateway } from './start-gateway.js';

const body = JSON.stringify({ model: 'lawyer', messages: [{ role: 'user', content: 'q' }] });
const LENGTH = `content-length: ${body.length}`;
const CHUNKED = 'transfer-encoding: chunked';
const SIZE = body.length.toString(16);
const chunks = `${SIZE}\r\n${body}\r\n0\r\n\r\n`;

interface Sent {
  /** The first line, without the version. @default a chat */
  readonly target?: string;
  readonly version?: string;
  readonly host?: string;
  readonly lines?: readonly string[];
  /** @default the question, as long as it is */
  readonly body?: string;
}

/** Forms of a request that proxies and old clients send; the next one on the connection is answered as well. */
const ANSWERED: Record<string, Sent> = {
  'an absolute target': { target: 'POST http://localhost/v1/chat/completions', lines: [LENGTH] },
  'an absolute target of another host': {
    target: 'POST http://other.example/v1/chat/completions',
    lines: [LENGTH],
  },
  'HTTP/1.0 that keeps its connection': {
    version: '1.0',
    lines: ['connection: keep-alive', LENGTH],
  },
  'no host in HTTP/1.0': {
    version: '1.0',
    host: '',
    lines: ['connection: keep-alive', LENGTH],
  },
  'a body in chunks': { lines: [CHUNKED], body: chunks },
  'a trailer with another key': {
    lines: [CHUNKED],
    body: `${SIZE}\r\n${body}\r\n0\r\nauthorization: Bearer other\r\n\r\n`,
  },
  '500 cookies': { lines: [...Array(500).fill('cookie: a=b'), LENGTH] },
  'an upgrade to HTTP/2 that nobody takes': {
    lines: ['connection: upgrade, http2-settings', 'upgrade: h2c', 'http2-settings: AAMA', LENGTH],
  },
  'an announced body': { lines: ['expect: 100-continue', LENGTH] },
};

/** What two servers may understand differently: the connection is closed after the refusal. */
const REFUSED: Record<string, Sent & { readonly status?: number }> = {
  'a length before chunks': { lines: [LENGTH, CHUNKED], body: chunks },
  'a length after chunks': { lines: [CHUNKED, LENGTH], body: chunks },
  'the same length twice': { lines: [LENGTH, LENGTH] },
  'two lengths': { lines: [LENGTH, 'content-length: 0'] },
  'a list of lengths': { lines: [`${LENGTH}, ${body.length}`] },
  'a length with a sign': { lines: [`content-length: +${body.length}`] },
  'a length in hexadecimal': { lines: [`content-length: 0x${SIZE}`] },
  'an empty length': { lines: ['content-length: '] },
  'a space after the name of a header': { lines: ['transfer-encoding : chunked'], body: chunks },
  'an unknown transfer coding': { lines: ['transfer-encoding: xchunked'], body: chunks },
  'a transfer coding after chunks': { lines: [CHUNKED, 'transfer-encoding: gzip'], body: chunks },
  'a folded header': { lines: ['x: a', ' b', LENGTH] },
  'a folded transfer coding': { lines: ['transfer-encoding:', ' chunked'], body: chunks },
  'a folded first header': { host: ' x: y\r\nhost: a', lines: [LENGTH] },
  'a bare line feed between headers': { lines: [`x: y\n${LENGTH}`] },
  'a bare carriage return between headers': { lines: [`x: y\r${LENGTH}`] },
  'a bare line feed after the size of a chunk': {
    lines: [CHUNKED],
    body: chunks.replace('\r\n', '\n'),
  },
  'a bare carriage return after the size of a chunk': {
    lines: [CHUNKED],
    body: chunks.replace('\r\n', '\r'),
  },
  'a bare line feed after the extension of a chunk': {
    lines: [CHUNKED],
    body: chunks.replace('\r\n', ';a\n'),
  },
  'a chunk that is longer than it says': {
    lines: [CHUNKED],
    body: chunks.replace('}\r\n', '}xx'),
  },
  'a chunk of 2^68 bytes': { lines: [CHUNKED], body: `fffffffffffffffff\r\n${body}` },
  'a size in another notation': { lines: [CHUNKED], body: `0x${chunks}` },
  'two hosts': { host: 'host: localhost\r\nHOST: other.example', lines: [LENGTH] },
  'the same host twice': { host: 'host: localhost\r\nhost: localhost', lines: [LENGTH] },
  'a body in chunks in HTTP/1.0': { version: '1.0', lines: [CHUNKED], body: chunks },
  'no host': { host: '', lines: [LENGTH] },
  'a relative target': { target: 'POST v1/chat/completions', lines: [LENGTH] },
  '3,000 cookies': { lines: [...Array(3000).fill('cookie: a=b'), LENGTH], status: 431 },
};

let gateway: StartedGateway;
let stop: () => Promise<void>;

beforeAll(async () => {
  gateway = await startGateway({}, {}, {}, (clean) => {
    stop = clean;
  });
});
afterAll(async () => await stop());

describe('a request on the wire', () => {
  it.each(Object.entries(ANSWERED))('with %s is answered, and the next', async (_, sent) => {
    const statuses = await speak(textOf(sent), 2);
    expect(statuses.filter((status) => status !== 100)).toEqual([200, 404]);
    expect(gateway.upstream.seen.splice(0)).toHaveLength(1);
  });

  it.each(Object.entries(REFUSED))('with %s is refused alone', async (_, sent) => {
    const { status = 400 } = sent;
    expect(await speak(textOf(sent) + SECOND, 2)).toEqual([status]);
    expect(gateway.upstream.seen).toEqual([]);
  });

  it('whose body is another request is one', async () => {
    const target = 'GET /v1/models';
    const lines = [`content-length: ${SECOND.length}`];
    expect(await speak(textOf({ target, lines, body: SECOND }), 2)).toEqual([200, 404]);
  });

  it('that is refused unread leaves no request in its body', async () => {
    const host = 'host: localhost\r\nauthorization: Bearer other';
    const lines = [`content-length: ${SECOND.length}`];
    const statuses = await speak(textOf({ host, lines, body: SECOND }), 2);
    expect(statuses[0]).toBe(401);
    expect(statuses.length - 1).toBeLessThanOrEqual(1);
  });

  it('behind one whose answer closes the connection never reaches an upstream', async () => {
    const refused = textOf({ host: 'host: localhost\r\nhost: other.example', lines: [LENGTH] });
    expect(await speak(refused + textOf({ lines: [LENGTH] }), 2)).toEqual([400]);
    expect(gateway.upstream.seen).toEqual([]);
  });

  it('for a stream in HTTP/1.0 is answered without chunks', async () => {
    const streamed = body.replace('{', '{"stream":true,');
    const lines = ['connection: keep-alive', `content-length: ${streamed.length}`];
    const text = await exchange(textOf({ version: '1.0', lines, body: streamed }), () => false);
    expect(text).toMatch(/^HTTP\/1.1 200 /);
    expect(text.toLowerCase()).not.toContain('transfer-encoding');
    expect(text).toMatch(/data: \[DONE\]\s*$/);
    gateway.upstream.seen.length = 0;
  });

  it('to connect elsewhere is not answered', async () => {
    expect(
      await speak(`CONNECT other.example:443 HTTP/1.1\r\nhost: a\r\n\r\n${SECOND}`, 1),
    ).toEqual([]);
  });
});

/** What follows on the same connection. */
const SECOND = `GET /second HTTP/1.1\r\nhost: localhost\r\n\r\n`;

function textOf({
  target = 'POST /v1/chat/completions',
  version = '1.1',
  host = 'host: localhost',
  lines = [],
  body: given = body,
}: Sent): string {
  const own = [`authorization: Bearer ${CLIENT_KEY}`, 'content-type: application/json'];
  const head = [`${target} HTTP/${version}`, ...(host ? [host] : []), ...own, ...lines];
  return `${head.join('\r\n')}\r\n\r\n${given}`;
}

/** Sends a request, and the second once it is answered. @returns the statuses of all answers. */
async function speak(request: string, answers: number): Promise<number[]> {
  const text = await exchange(request, (all, socket) => {
    const count = statusesOf(all).filter((status) => status !== 100).length;
    if (count === 1 && answers > 1) socket.write(SECOND);
    return count >= answers;
  });
  return statusesOf(text);
}

function statusesOf(text: string): number[] {
  return [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
}

/** Sends bytes as they are, until the gateway closes the connection or enough has come. */
function exchange(
  request: string,
  isEnough: (all: string, socket: { write(text: string): unknown }) => boolean,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(gateway.port, '127.0.0.1');
    let text = '';
    socket.setTimeout(4000, () => socket.destroy(new Error(`no end after: ${text}`)));
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (isEnough(text, socket)) socket.destroy();
    });
    socket.on('error', (error) => (text === '' ? reject(error) : resolve(text)));
    socket.on('close', () => resolve(text));
    socket.write(request);
  });
}
