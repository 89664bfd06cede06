import { request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { answer, json, scriptedGateway, stopScripted, well } from './scripted-gateway.js';
import { CLIENT_KEY, type StartedGateway, UPSTREAM_KEY } from './start-gateway.js';

afterEach(stopScripted);

/** Sends a chunked body in pieces of a size, many pieces at a time. */
function sendInPieces(gateway: StartedGateway, body: string, size: number): Promise<number> {
  const pieces: string[] = [];
  for (let at = 0; at < body.length; at += size) {
    const piece = body.slice(at, at + size);
    pieces.push(`${piece.length.toString(16)}\r\n${piece}\r\n`);
  }
  return new Promise((resolve, reject) => {
    const socket = connect(gateway.port, '127.0.0.1');
    socket.on('error', reject);
    socket.on('data', (data) => {
      resolve(Number(data.toString().slice(9, 12)));
      socket.destroy();
    });
    socket.write(
      `POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${CLIENT_KEY}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n${pieces.join('')}0\r\n\r\n`,
    );
  });
}

const chat = (length: number): string =>
  JSON.stringify({ model: 'model', messages: [{ role: 'user', content: 'x'.repeat(length) }] });

describe('a body in many small pieces', () => {
  // Joined piece by piece this took 15 s; once, some milliseconds. The bound says which it is.
  it('is joined once', async () => {
    const gateway = await scriptedGateway({ model: well });
    const before = process.cpuUsage();
    expect(await sendInPieces(gateway, chat(1_000_000), 16)).toBe(200);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(6000);
    expect(JSON.parse(gateway.calls[0]?.text ?? '')).toEqual(JSON.parse(chat(1_000_000)));
  });

  it('is refused where the pieces are single bytes, unless they are few', async () => {
    const gateway = await scriptedGateway({ model: well });
    expect(await sendInPieces(gateway, chat(100_000), 1)).toBe(400);
    expect(await sendInPieces(gateway, chat(1000), 1)).toBe(200);
  });

  it('is refused where there is too much of it', async () => {
    const gateway = await scriptedGateway({ model: well }, { limits: { requestBytes: 1000 } });
    expect(await sendInPieces(gateway, chat(2000), 16)).toBe(413);
  });
});

describe('a body of many small values', () => {
  it.each([
    ['objects', `{"model":"model","messages":[],"x":[${'{},'.repeat(400_000)}{}]}`],
    ['nesting', `{"model":"model","messages":[],"x":${'[[[[[],'.repeat(100_000)}`],
  ])('is refused before it is parsed: %s', async (_, body) => {
    const gateway = await scriptedGateway({ model: well });
    expect((await gateway.post('/v1/chat/completions', body)).status).toBe(400);
    expect(gateway.calls).toEqual([]);
  });
});

describe('a long body', () => {
  const long = (text: string): string =>
    JSON.stringify({ model: 'model', messages: [{ role: 'user', content: text.repeat(400_000) }] });

  it('reaches the upstream as it was written, read in slices that cut characters and escapes', async () => {
    const gateway = await scriptedGateway({ model: well });
    for (const text of ['äß ', '日本\n"', '😀\\']) {
      expect((await gateway.post('/v1/chat/completions', long(text))).status).toBe(200);
      expect(gateway.calls.at(-1)?.text === long(text)).toBe(true);
    }
  });

  it.each([
    ['UTF-8', Buffer.from(long('ab')).fill(0xff, 700_000, 700_001)],
    ['JSON', Buffer.from(`${long('ab')}}`)],
  ])('that is not %s is refused', async (_, body) => {
    const gateway = await scriptedGateway({ model: well });
    const { port } = gateway;
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${CLIENT_KEY}`,
        'content-type': 'application/json',
      };
      const path = '/v1/chat/completions';
      const call = request({ port, host: '127.0.0.1', method: 'POST', path, headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      call.on('error', reject);
      call.end(body);
    });
    expect(status).toBe(400);
    expect(gateway.calls).toEqual([]);
  });

  it('may begin with a byte order mark, which its upstream does not get', async () => {
    const gateway = await scriptedGateway({ model: well });
    for (const body of [chat(10), chat(400_000)]) {
      expect((await gateway.post('/v1/chat/completions', `\ufeff${body}`)).status).toBe(200);
      expect(gateway.calls.at(-1)?.text).toBe(body);
    }
  });
});

describe('long bodies', () => {
  const OTHER_KEY = 'other-key-of-some-length';
  const settings = {
    authentication: {
      keys: [
        { name: 'test', env: 'CLIENT_KEY' },
        { name: 'other', env: 'OTHER_KEY' },
      ],
    },
    limits: { requestBytes: 1_000_000, heldBytes: 2_000_000, queueTimeoutMs: 300 },
  };

  /** Announces a body and sends a part of it. */
  function stall(port: number, bytes: number): () => void {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(
      `POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${CLIENT_KEY}\r\ncontent-type: application/json\r\ncontent-length: ${bytes}\r\n\r\n${'{'.padEnd(100_000)}`,
    );
    return () => void socket.destroy();
  }

  it('of one client leave room for those of others, and wait for each other', async () => {
    const environment = { CLIENT_KEY, UPSTREAM_KEY, OTHER_KEY };
    const gateway = await scriptedGateway({ model: well }, settings, { environment });
    const leave = stall(gateway.port, 900_000);
    await expect
      .poll(async () => (await gateway.post('/v1/chat/completions', chat(200_000))).status)
      .toBe(429);
    const refused = await gateway.post('/v1/chat/completions', chat(200_000));
    expect(await refused.json()).toMatchObject({ error: { code: 'too_many_bytes' } });
    expect((await gateway.post('/v1/chat/completions', chat(1000))).status).toBe(200);
    const authorization = `Bearer ${OTHER_KEY}`;
    const other = await gateway.post('/v1/chat/completions', chat(500_000), { authorization });
    expect(other.status).toBe(200);
    const waiting = gateway.post('/v1/chat/completions', chat(200_000));
    leave();
    expect((await waiting).status).toBe(200);
  });

  it('that do not say how long they are wait too', async () => {
    const gateway = await scriptedGateway({ model: well }, settings, {
      environment: { CLIENT_KEY, UPSTREAM_KEY, OTHER_KEY },
    });
    const leave = stall(gateway.port, 500_000);
    await expect.poll(() => sendInPieces(gateway, chat(200_000), 5000)).toBe(429);
    leave();
    await expect.poll(() => sendInPieces(gateway, chat(200_000), 5000)).toBe(200);
  });

  it('come back whole, piece by piece', async () => {
    const text = JSON.stringify(answer('x'.repeat(3_000_000)));
    const gateway = await scriptedGateway({ model: (response) => json(response, 200, text) });
    const response = await gateway.ask('model');
    expect(response.headers.get('content-length')).toBe(String(text.length));
    expect(response.text === text).toBe(true);
  });
});

describe('a gateway without keys', () => {
  const open = { authentication: {} };

  it.each<[string, Record<string, string>, number]>([
    ['of this machine', {}, 200],
    ['by another loopback name', { host: 'localhost:1' }, 200],
    ['of IPv6', { host: '[::1]:80' }, 200],
    ['from a local page', { origin: 'http://localhost:3000' }, 200],
    ['under a name of the web', { host: 'evil.example' }, 403],
    ['from a page of the web', { origin: 'https://evil.example' }, 403],
    ['from a page without origin', { origin: 'null' }, 403],
  ])('answers or refuses a request %s', async (_, headers, status) => {
    const gateway = await scriptedGateway({ model: well }, open);
    const got = await new Promise<number | undefined>((resolve, reject) => {
      const call = request(`${gateway.url}/v1/models`, { headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      call.on('error', reject);
      call.end();
    });
    expect(got).toBe(status);
  });

  it('serves pages whose origin is listed, and everyone where that is wanted', async () => {
    const listed = await scriptedGateway(
      { model: well },
      { ...open, cors: { origins: ['https://app.example'] } },
    );
    const headers = { origin: 'https://app.example' };
    expect((await fetch(`${listed.url}/v1/models`, { headers })).status).toBe(200);
  });
});

describe('connections', () => {
  it('that bring no request make room for one that does', async () => {
    const gateway = await scriptedGateway({ model: well }, { limits: { connections: 8 } });
    const sockets = Array.from({ length: 8 }, () => connect(gateway.port, '127.0.0.1'));
    for (const socket of sockets) socket.on('error', () => undefined);
    await Promise.all(
      sockets.map((socket) => new Promise((resolve) => socket.once('connect', resolve))),
    );
    await expect
      .poll(async () => (await gateway.ask('model').catch(() => undefined))?.status, {
        timeout: 10_000,
      })
      .toBe(200);
    for (const socket of sockets) socket.destroy();
  });

  it('that are kept alive and idle make room too', async () => {
    const gateway = await scriptedGateway({ model: well }, { limits: { connections: 4 } });
    const sockets = Array.from({ length: 4 }, () => {
      const socket = connect(gateway.port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write('GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n');
      return socket;
    });
    await Promise.all(
      sockets.map((socket) => new Promise((resolve) => socket.once('data', resolve))),
    );
    expect((await gateway.ask('model')).status).toBe(200);
    for (const socket of sockets) socket.destroy();
  });
});
