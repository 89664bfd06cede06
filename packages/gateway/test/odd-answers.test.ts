import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
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

afterEach(stopScripted);

const STREAM = { 'content-type': 'text/event-stream' };
const good = JSON.stringify(answer('well'));
const packed: Record<string, (text: string) => Uint8Array> = {
  gzip: (text) => gzipSync(text),
  deflate: (text) => deflateSync(text),
  br: (text) => brotliCompressSync(text),
};

describe('an upstream that compresses although it was asked not to', () => {
  it.each(Object.keys(packed))('is understood: %s', async (encoding) => {
    const pack = packed[encoding] ?? Buffer.from;
    const headers = { 'content-encoding': encoding };
    const gateway = await scriptedGateway({
      whole: (response) => json(response, 200, pack(good), headers),
      refusal: (response) =>
        json(response, 400, pack(JSON.stringify({ error: { message: 'bad thing' } })), headers),
      stream: (response) => {
        response.writeHead(200, { ...STREAM, ...headers });
        response.end(pack(event({ content: 'hi' }) + event({}, 'stop') + DONE));
      },
    });
    expect(await gateway.ask('whole')).toMatchObject({ status: 200, text: good });
    expect(await gateway.ask('refusal')).toMatchObject({ status: 400 });
    expect((await gateway.ask('refusal')).text).toContain('bad thing');
    const streamed = await gateway.ask('stream', { stream: true });
    expect(streamed.text).toBe(event({ content: 'hi' }) + event({}, 'stop') + DONE);
  });
});

describe('an answer that unpacks to far more', () => {
  const text = `data: ${' '.repeat(40_000_000)}`;
  it.each(['gzip', 'br'])('is given up at limits.responseBytes: %s', async (encoding) => {
    const bytes = packed[encoding]?.(text) ?? new Uint8Array(0);
    expect(bytes.length).toBeLessThan(100_000);
    const headers = { 'content-encoding': encoding };
    const gateway = await scriptedGateway(
      {
        whole: (response) => json(response, 200, bytes, headers),
        stream: (response) => {
          response.writeHead(200, { ...STREAM, ...headers });
          response.end(bytes);
        },
      },
      { limits: { responseBytes: 1_000_000 } },
    );
    for (const [model, stream] of [
      ['whole', false],
      ['stream', true],
    ] as const) {
      const { status, text: answered } = await gateway.ask(model, { stream });
      expect(status).toBe(502);
      expect(answered).toContain('more than 1000000 bytes (limits.responseBytes)');
    }
  });
});

describe('informational answers', () => {
  it.each([
    [2, 200],
    [100, 502],
  ])('come before an answer, but not without end: %i', async (count, status) => {
    const gateway = await scriptedGateway({
      model: (response) => {
        response.socket?.write('HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n'.repeat(count));
        json(response, 200, good);
      },
    });
    expect((await gateway.ask('model')).status).toBe(status);
  });
});

describe('a good status', () => {
  it.each<[string, unknown]>([
    ['no choices and an error', { id: '', choices: null, error: { message: 'quota' } }],
    ['an empty list of choices', { choices: [], error: { message: 'quota' } }],
    ['an error in the form of an object', { object: 'error', message: 'NETWORK ERROR', code: 5 }],
    ['a detail', { detail: 'Model is loading' }],
    ['a list', [{ error: { message: 'quota' } }]],
    ['an empty object', {}],
    ['choices next to an error', { ...answer('x'), error: { message: 'quota' } }],
  ])('without an answer asks the next candidate: %s', async (_, body) => {
    const gateway = await scriptedGateway({
      first: (response) => json(response, 200, body),
      second: well,
    });
    const response = await gateway.ask('auto');
    expect(response.status).toBe(200);
    expect(response.headers.get('x-embedllm-model')).toBe('second');
    expect((await gateway.ask('first')).status).toBe(502);
  });

  it.each([201, 202, 206])('may be any of the 2xx: %i', async (status) => {
    const gateway = await scriptedGateway({ model: (response) => json(response, status, good) });
    expect(await gateway.ask('model')).toMatchObject({ status: 200, text: good });
  });

  it('on a long answer needs no parsing of all of it', async () => {
    const long = JSON.stringify(answer('x'.repeat(3_000_000)));
    const gateway = await scriptedGateway({
      long: (response) => json(response, 200, long),
      page: (response) => json(response, 200, `{${'<p>'.repeat(1_000_000)}}`),
    });
    expect((await gateway.ask('long')).text).toBe(long);
    expect((await gateway.ask('page')).status).toBe(502);
  });
});

describe('a stream', () => {
  const streamed =
    (type: string | undefined, text: string): Script =>
    (response) => {
      response.writeHead(200, type === undefined ? {} : { 'content-type': type });
      response.end(text);
    };
  const whole = event({ content: 'hi' }) + event({}, 'stop') + DONE;

  it.each(['text/plain; charset=utf-8', 'application/octet-stream', undefined])(
    'may come under another media type: %s',
    async (type) => {
      const gateway = await scriptedGateway({ model: streamed(type, whole) });
      const response = await gateway.ask('model', { stream: true });
      expect(response.text).toBe(whole);
      expect(response.headers.get('content-type')).toBe('text/event-stream');
    },
  );

  it('may end without a last line feed', async () => {
    const last = event({ content: ' there' }, 'stop').trimEnd();
    const gateway = await scriptedGateway({
      model: streamed('text/event-stream', event({ content: 'hi' }) + last),
    });
    const { text } = await gateway.ask('model', { stream: true });
    expect(text).toBe(`${event({ content: 'hi' })}${last}\n\n`);
  });

  it('may hold a line of megabytes, before and after its first token', async () => {
    const image = event({ images: ['A'.repeat(3_000_000)] });
    const gateway = await scriptedGateway({
      first: streamed('text/event-stream', image + event({}, 'stop') + DONE),
      later: streamed(
        'text/event-stream',
        event({ content: 'a' }) + image + event({}, 'stop') + DONE,
      ),
    });
    for (const model of ['first', 'later']) {
      const { text } = await gateway.ask(model, { stream: true });
      expect(text).toContain('A'.repeat(3_000_000));
      expect(text).toContain('[DONE]');
    }
  });

  it('that reports an error after its first token is not counted as an answer', async () => {
    const broken = event({ content: '' }, 'error', { error: { message: 'Provider disconnected' } });
    const gateway = await scriptedGateway({
      model: (response) => {
        response.writeHead(200, STREAM);
        response.write(event({ content: 'half' }));
        setTimeout(() => response.end(broken), 100);
      },
    });
    const { text } = await gateway.ask('model', { stream: true });
    expect(text).toContain('Provider disconnected');
    await expect.poll(() => gateway.requests.at(-1)?.failures?.[0]?.reason).toBe('broken');
  });

  it('with several choices is whole when all have ended', async () => {
    const gateway = await scriptedGateway({
      model: streamed('text/event-stream', event({ content: 'a' }) + event({}, 'stop')),
    });
    const one = await gateway.ask('model', { stream: true });
    expect(one.text).not.toContain('stream_interrupted');
    const two = await gateway.ask('model', { stream: true, n: 2 });
    expect(two.text).toContain('stream_interrupted');
  });

  it('asked for and answered with a whole answer is not asked for again', async () => {
    const gateway = await scriptedGateway({ model: (response) => json(response, 200, good) });
    expect((await gateway.ask('model', { stream: true })).status).toBe(502);
    expect(gateway.calls).toHaveLength(1);
  });
});

describe('a body', () => {
  it('reaches the upstream as it was written, but for the name of the model', async () => {
    const gateway = await scriptedGateway(
      { 'm-2': well },
      { models: { 'm-2': { upstream: 'local' }, model: { upstream: 'local', model: 'm-2' } } },
    );
    const written =
      '{"model": "model", "seed": 12345678901234567890, "x": 1e400, "messages": [{"role":"user","content":"a\\ud83d b"}]}';
    const response = await gateway.post('/v1/chat/completions', written);
    expect(response.status).toBe(200);
    expect(gateway.calls[0]?.text).toBe(written.replace('"model": "model"', '"model": "m-2"'));
  });

  it('may be a photo, and what is too large names the setting', async () => {
    const gateway = await scriptedGateway({ model: well });
    const image = (length: number) => [
      { type: 'image_url', image_url: { url: `data:image/png;base64,${'A'.repeat(length)}` } },
    ];
    const ask = (length: number) =>
      gateway.ask('model', { messages: [{ role: 'user', content: image(length) }] });
    expect((await ask(1_500_000)).status).toBe(200);
    const refused = await ask(21_000_000);
    expect(refused.status).toBe(413);
    expect(refused.text).toContain('limits.requestBytes');
  });
});

describe('the account of the gateway at an upstream', () => {
  it('is not shown to clients', async () => {
    const headers = {
      'openai-organization': 'secret-org',
      'openai-project': 'secret-project',
      'x-ratelimit-remaining-tokens': '7',
      'openai-processing-ms': '12',
    };
    const gateway = await scriptedGateway({
      model: (response) => json(response, 200, good, headers),
    });
    const response = await gateway.ask('model');
    expect([...response.headers.keys()].filter((name) => /openai|ratelimit/.test(name))).toEqual([
      'openai-processing-ms',
    ]);
  });

  it('is taken out of refusals that quote its headers', async () => {
    const gateway = await scriptedGateway(
      {
        model: (response) =>
          json(response, 400, { error: { message: 'no: client-key-4f1d, header-value-77' } }),
      },
      {},
    );
    await gateway.configure({
      upstreams: {
        local: {
          baseURL: JSON.parse(
            await (await import('node:fs/promises')).readFile(gateway.file, 'utf8'),
          ).upstreams.local.baseURL,
          headers: { 'api-key': { env: 'CLIENT_KEY' }, 'x-key': 'header-value-77' },
        },
      },
      models: { model: { upstream: 'local' } },
    });
    expect(await gateway.reload()).toBe(true);
    const { text } = await gateway.ask('model');
    expect(text).toBe('{"error":{"message":"no: [redacted], [redacted]"}}');
  });
});
