import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
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
import { stopTime } from './stop-time.js';

afterEach(async () => {
  vi.restoreAllMocks();
  await stopScripted();
});

const hang: Script = () => undefined;
const STREAM = { 'content-type': 'text/event-stream' };

describe('a call that hangs', () => {
  it.each([false, true])('gives way to the next candidate, streamed: %s', async (stream) => {
    const gateway = await scriptedGateway(
      { first: hang, second: well },
      { timeouts: { firstByteMs: 2000, firstTokenMs: 2000 } },
    );
    const response = await gateway.ask('auto', { stream });
    expect(response.status).toBe(200);
    expect(response.headers.get('x-embedllm-model')).toBe('second');
    // Not repeated: each call may be billed.
    expect(gateway.calls).toHaveLength(2);
  });

  it('ends with the time of the request, whatever its own timeouts are', async () => {
    const gateway = await scriptedGateway({ first: hang }, { limits: { requestMs: 100 } });
    const response = await gateway.ask('first');
    expect(response.status).toBe(504);
    expect(response.text).toContain('limits.requestMs');
  });
});

describe('a model that thinks', () => {
  const thinking: Script = async (response) => {
    response.writeHead(200, STREAM);
    // In all longer than the timeout below, and each far shorter.
    for (let beat = 0; beat < 25; beat++) {
      response.write(': OPENROUTER PROCESSING\n\n');
      await sleep(50);
    }
    response.end(event({ content: 'hi' }) + event({}, 'stop') + DONE);
  };

  it('is given time while its upstream sends comments', async () => {
    const timeouts = { firstTokenMs: 1200 };
    const gateway = await scriptedGateway({ model: thinking }, { timeouts });
    const response = await gateway.ask('model', { stream: true });
    expect(response.status).toBe(200);
    expect(response.text).toContain('"hi"');
    expect(gateway.calls).toHaveLength(1);
  });

  it('keeps the client from giving up by comments', async () => {
    const gateway = await scriptedGateway({ model: thinking }, { limits: { heartbeatMs: 100 } });
    const response = await gateway.ask('model', { stream: true });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(response.text).toMatch(/^: keep-alive\n\n/);
    expect(response.text).toMatch(/"hi"[\s\S]*\[DONE\]\n\n$/);
    await expect.poll(() => gateway.requests.at(-1)?.status).toBe(200);
    expect(gateway.requests.at(-1)).toMatchObject({ model: 'model', attempts: 1 });
  });

  it.each<[string, Script, string]>([
    ['a failure', (response) => setTimeout(() => response.destroy(), 250), 'upstream_failed'],
    [
      'a refusal',
      (response) =>
        setTimeout(() => json(response, 400, { error: { message: 'no', code: 'no' } }), 250),
      '"code":"no"',
    ],
  ])('that comes to nothing after a comment says so in an event: %s', async (_, script, code) => {
    const gateway = await scriptedGateway(
      { model: script },
      { limits: { heartbeatMs: 50 }, retries: { attempts: 1 } },
    );
    const { status, text } = await gateway.ask('model', { stream: true });
    expect(status).toBe(200);
    expect(text).toMatch(/data: \{"error":/);
    expect(text).toContain(code);
    expect(text).not.toContain('[DONE]');
    await expect.poll(() => gateway.gateway.inFlight).toBe(0);
    expect(gateway.requests.at(-1)?.status).toBeGreaterThanOrEqual(400);
  });

  it('is let go when the client goes away between comments', async () => {
    let isClosed = false;
    const gateway = await scriptedGateway(
      {
        model: (response) =>
          response.on('close', () => {
            isClosed = true;
          }),
      },
      { limits: { heartbeatMs: 50 } },
    );
    const controller = new AbortController();
    const response = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${CLIENT_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        model: 'model',
        stream: true,
        messages: [{ role: 'user', content: 'q' }],
      }),
      signal: controller.signal,
    });
    await response.body?.getReader().read();
    controller.abort();
    await expect.poll(() => isClosed).toBe(true);
    await expect.poll(() => gateway.requests.at(-1)?.status).toBe(499);
  });
});

describe('a circuit that tries again', () => {
  it('closes with the first token, not with the end of the stream', async () => {
    let isDown = true;
    const gateway = await scriptedGateway(
      {
        model: (response, request) => {
          if (isDown) return json(response, 500, {});
          if (!request.stream) return json(response, 200, answer('well'));
          response.writeHead(200, STREAM);
          return response.write(event({ content: 'first' }));
        },
      },
      {
        breaker: { window: 2, minimumCalls: 2, openMs: 60_000 },
        retries: { attempts: 1 },
      },
    );
    const moveOn = stopTime();
    await gateway.ask('model');
    await gateway.ask('model');
    expect((await gateway.ask('model')).status).toBe(503);
    isDown = false;
    moveOn(60_000);
    const streaming = gateway.ask('model', { stream: true }).catch(() => undefined);
    await expect
      .poll(() => gateway.events.some(({ event: name }) => name === 'circuit-closed'))
      .toBe(true);
    expect((await gateway.ask('model')).status).toBe(200);
    gateway.gateway.abort(new Error('enough'));
    await streaming;
  });
});

describe('a client that does not read', () => {
  it('loses its place after a while, and the upstream is not blamed', async () => {
    const flood: Script = (response, { stream }) => {
      if (!stream) return json(response, 200, answer('well'));
      response.writeHead(200, STREAM);
      const line = event({ content: 'x'.repeat(65_536) });
      const more = (): void => {
        while (!response.destroyed && response.write(line));
        response.once('drain', more);
      };
      more();
    };
    const gateway = await scriptedGateway(
      { model: flood },
      {
        limits: { writeTimeoutMs: 200 },
        breaker: { window: 2, minimumCalls: 2, openMs: 60_000 },
      },
    );
    const body = JSON.stringify({
      model: 'model',
      stream: true,
      messages: [{ role: 'user', content: 'q' }],
    });
    const sockets = Array.from({ length: 4 }, () => {
      const socket = connect(gateway.port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.pause();
      socket.write(
        `POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${CLIENT_KEY}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      );
      return socket;
    });
    await expect.poll(() => gateway.calls.length).toBe(4);
    await expect.poll(() => gateway.gateway.inFlight).toBe(0);
    expect(gateway.requests.map(({ status }) => status)).toEqual([499, 499, 499, 499]);
    expect((await gateway.ask('model')).status).toBe(200);
    expect(gateway.events.filter(({ event: name }) => name === 'circuit-opened')).toEqual([]);
    for (const socket of sockets) socket.destroy();
  });
});
