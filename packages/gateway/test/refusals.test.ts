import { afterEach, describe, expect, it } from 'vitest';
import { json, type Script, scriptedGateway, stopScripted, well } from './scripted-gateway.js';

afterEach(stopScripted);

const refusing =
  (status: number, error: object, headers?: Record<string, string>): Script =>
  (response) =>
    json(response, status, { error }, headers);

const LIMITS: [string, number, object][] = [
  ['context', 400, { message: 'too long', code: 'context_length_exceeded' }],
  ['images', 422, { message: 'image input not supported' }],
  [
    'a parameter',
    400,
    { message: "Unsupported parameter: 'max_tokens'", code: 'unsupported_parameter' },
  ],
  ['tools', 400, { message: 'gemma does not support tools' }],
  ['the size of requests', 413, { message: 'no' }],
  ['moderation of its own', 403, { message: 'flagged' }],
];

describe('a refusal for what one model lacks', () => {
  it.each(LIMITS)('asks the next candidate: %s', async (_, status, error) => {
    const gateway = await scriptedGateway({ first: refusing(status, error), second: well });
    const response = await gateway.ask('auto');
    expect(response.status).toBe(200);
    expect(response.headers.get('x-embedllm-model')).toBe('second');
    expect(response.headers.get('x-embedllm-attempts')).toBe('2');
  });

  it('is passed on where all candidates refuse', async () => {
    const gateway = await scriptedGateway({
      first: refusing(400, { message: 'too long', code: 'context_length_exceeded' }),
      second: refusing(422, { message: 'image input not supported' }),
    });
    const response = await gateway.ask('auto');
    expect(response.status).toBe(400);
    expect(response.text).toContain('context_length_exceeded');
    expect(response.headers.get('x-embedllm-attempts')).toBe('2');
  });
});

describe('a refusal of the request itself', () => {
  it('is passed on at once', async () => {
    const gateway = await scriptedGateway({
      first: refusing(400, { message: 'Invalid schema for function f.' }),
      second: well,
    });
    expect((await gateway.ask('auto')).status).toBe(400);
    expect(gateway.calls).toHaveLength(1);
  });

  it('that quotes the request at length is cut off and not repeated', async () => {
    const gateway = await scriptedGateway({
      first: refusing(400, { message: 'Invalid', input: 'x'.repeat(100_000) }),
    });
    const response = await gateway.ask('first');
    expect(response.status).toBe(400);
    expect(JSON.parse(response.text).error.message).toContain('"message":"Invalid"');
    expect(response.text.length).toBeLessThan(2000);
    expect(gateway.calls).toHaveLength(1);
  });
});

describe('what a client causes', () => {
  const BREAKER = { breaker: { window: 4, minimumCalls: 4, openMs: 60_000 } };

  it.each<[string, Script, number]>([
    ['long refusals', refusing(422, { detail: 'x'.repeat(100_000) }), 422],
    ['forbidden contents', refusing(403, { message: 'flagged' }), 403],
    [
      'answers that are too long',
      (response) => json(response, 200, { choices: [{ text: 'x'.repeat(20_000) }] }),
      502,
    ],
  ])('never opens a circuit: %s', async (_, script, status) => {
    const gateway = await scriptedGateway(
      { model: script },
      { ...BREAKER, limits: { responseBytes: 10_000 } },
    );
    for (let call = 0; call < 12; call++) expect((await gateway.ask('model')).status).toBe(status);
    expect(gateway.calls).toHaveLength(12);
    expect(gateway.events.filter(({ event }) => event === 'circuit-opened')).toEqual([]);
  });
});

describe('the circuit of a model', () => {
  const BREAKER = { breaker: { window: 4, minimumCalls: 4, openMs: 60_000 } };

  it('leaves other models of its upstream alone, and is logged', async () => {
    const gateway = await scriptedGateway(
      { broken: refusing(503, { message: 'down' }), sound: well },
      { ...BREAKER, retries: { attempts: 1 } },
    );
    for (let call = 0; call < 4; call++) expect((await gateway.ask('broken')).status).toBe(502);
    expect((await gateway.ask('broken')).status).toBe(503);
    for (let call = 0; call < 4; call++) expect((await gateway.ask('sound')).status).toBe(200);
    const changes = gateway.events.filter(({ event }) => event.startsWith('circuit'));
    expect(changes).toMatchObject([
      { level: 'warn', event: 'circuit-opened', message: expect.stringContaining('broken') },
    ]);
  });
});

describe('Retry-After', () => {
  const limited = (headers: Record<string, string>): Script =>
    refusing(429, { message: 'slow' }, headers);

  it.each([
    ['a fraction of seconds', { 'retry-after': '20.5' }, '21'],
    ['milliseconds', { 'retry-after-ms': '15500' }, '16'],
    ['a date far away', { 'retry-after': 'Fri, 31 Dec 2199 23:59:59 GMT' }, '600'],
    ['a number far away', { 'retry-after': '999999999' }, '600'],
  ])('rests a model, for ten minutes at most: %s', async (_, headers, seconds) => {
    const gateway = await scriptedGateway({ model: limited(headers) });
    expect((await gateway.ask('model')).status).toBe(429);
    const again = await gateway.ask('model');
    expect(again.status).toBe(429);
    expect(again.headers.get('retry-after')).toBe(seconds);
    expect(gateway.calls).toHaveLength(1);
  });

  it('of a 503 rests a model too', async () => {
    const gateway = await scriptedGateway({
      model: refusing(503, { message: 'down' }, { 'retry-after': '30' }),
    });
    await gateway.ask('model');
    await gateway.ask('model');
    expect(gateway.calls).toHaveLength(1);
  });

  it('is not waited for while another candidate is left', async () => {
    const gateway = await scriptedGateway({ first: limited({ 'retry-after': '4' }), second: well });
    const response = await gateway.ask('auto');
    expect(response.headers.get('x-embedllm-model')).toBe('second');
    expect(gateway.calls.map(({ model }) => model)).toEqual(['first', 'second']);
  });
});

describe('a repeated call', () => {
  it('carries the same idempotency key, and another one for each request and model', async () => {
    const gateway = await scriptedGateway({
      first: refusing(500, { message: 'no' }),
      second: well,
    });
    await gateway.ask('auto');
    await gateway.ask('auto');
    const keys = gateway.calls.map(({ headers }) => headers['idempotency-key']);
    expect(keys).toHaveLength(6);
    expect(keys[0]).toBe(keys[1]);
    expect(new Set(keys).size).toBe(4);
  });
});
