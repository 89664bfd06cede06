import { afterEach, describe, expect, it } from 'vitest';
import { json, scriptedGateway, stopScripted, well } from './scripted-gateway.js';
import { CLIENT_KEY } from './start-gateway.js';

afterEach(stopScripted);

const headers = { authorization: `Bearer ${CLIENT_KEY}` };

describe('a path that is not served', () => {
  it.each([
    ['POST', '/v1/responses/resp_1/cancel', /store: false/],
    ['POST', '/v1/moderations', /POST \/v1\/embeddings, .*GET \/v1\/models\/\{id\}/],
    ['POST', '/api/embeddings', /must end with \/v1/],
    ['POST', '/chat/completions', /must end with \/v1/],
    ['GET', '/', /GET \/v1\/models/],
  ])('says what there is: %s %s', async (method, path, message) => {
    const gateway = await scriptedGateway({ model: well });
    const response = await fetch(`${gateway.url}${path}`, { method, headers });
    expect(response.status).toBe(404);
    const text = await response.text();
    expect(text).toContain(`does not serve ${method} ${path}.`);
    expect(JSON.parse(text).error.message).toMatch(message);
  });
});

describe('another method of a path that is served', () => {
  it.each([
    ['GET', '/v1/chat/completions', 'POST'],
    ['DELETE', '/v1/embeddings', 'POST'],
    ['POST', '/v1/models', 'GET, HEAD'],
    ['POST', '/v1/models/org/name', 'GET, HEAD'],
  ])('is status 405 and says which to use: %s %s', async (method, path, allow) => {
    const gateway = await scriptedGateway({ model: well });
    const response = await fetch(`${gateway.url}${path}`, { method, headers });
    expect([response.status, response.headers.get('allow')]).toEqual([405, allow]);
    expect(await response.json()).toMatchObject({
      error: { code: 'method_not_allowed', type: 'invalid_request_error' },
    });
  });
});

describe('GET /v1/models/{id}', () => {
  it('describes a model, also one with a slash in its name', async () => {
    const name = 'org/name.with-slash';
    const gateway = await scriptedGateway({ [name]: well });
    for (const id of [name, encodeURIComponent(name), 'auto']) {
      const response = await fetch(`${gateway.url}/v1/models/${id}`, { headers });
      expect(await response.json()).toMatchObject({
        id: decodeURIComponent(id),
        object: 'model',
      });
    }
    const absent = await fetch(`${gateway.url}/v1/models/absent`, { headers });
    expect(absent.status).toBe(404);
    expect(await absent.json()).toMatchObject({
      error: { message: `Unknown model "absent". Available: auto, embedllm, ${name}.` },
    });
    expect((await fetch(`${gateway.url}/v1/models/auto`)).status).toBe(401);
  });
});

describe('a browser', () => {
  it('may send the headers of the official client, and read what the gateway says', async () => {
    const origin = 'https://app.example';
    const gateway = await scriptedGateway({ model: well }, { cors: { origins: [origin] } });
    const asked = 'authorization,content-type,x-stainless-lang,x-stainless-retry-count';
    const preflight = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': asked,
      },
    });
    expect(preflight.headers.get('access-control-allow-headers')).toBe(asked);
    const response = await fetch(`${gateway.url}/v1/models`, { headers: { ...headers, origin } });
    expect(response.headers.get('access-control-expose-headers')).toContain(
      'x-embedllm-probability',
    );
  });
});

describe('/readyz', () => {
  it('says when no model can be asked', async () => {
    const gateway = await scriptedGateway(
      { model: (response) => json(response, 500, {}) },
      { breaker: { window: 1, minimumCalls: 1 }, retries: { attempts: 1 } },
    );
    const ready = async () => await (await fetch(`${gateway.url}/readyz`)).json();
    expect(await ready()).toEqual({ status: 'ok' });
    await gateway.ask('model');
    expect(await ready()).toEqual({ status: 'degraded' });
  });
});

describe('the log', () => {
  it('has an entry for each request, with what was asked, chosen and tried', async () => {
    const gateway = await scriptedGateway(
      { first: (response) => json(response, 503, {}), second: well },
      { retries: { attempts: 1 } },
    );
    await gateway.ask('auto');
    await gateway.ask('absent');
    await fetch(`${gateway.url}/healthz`);
    const entries = gateway.events.filter(({ event }) => event === 'request');
    expect(entries).toHaveLength(2);
    expect(entries[0]).toMatchObject({
      level: 'warn',
      message: expect.stringMatching(
        /^POST \/v1\/chat\/completions auto -> second 200 \d+ ms by test \(failed: first: status 503\)/,
      ),
      request: {
        client: 'test',
        asked: 'auto',
        model: 'second',
        chosen: 'first',
        reason: 'It is first.',
        policy: 'in order',
        probability: 0.9,
        finishReasons: ['stop'],
        firstByteMs: expect.any(Number),
        attempts: 2,
        failures: [{ model: 'first', upstream: 'local', reason: 'status', status: 503 }],
      },
    });
    expect(entries[1]).toMatchObject({ request: { status: 404, code: 'model_not_found' } });
  });

  it('can be turned off', async () => {
    const gateway = await scriptedGateway({ model: well }, { log: { requests: false } });
    await gateway.ask('model');
    expect(gateway.events.map(({ event }) => event)).toEqual(['listening']);
  });
});
