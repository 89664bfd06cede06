import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { CLIENT_KEY, startGateway } from './start-gateway.js';

const SUM = 'What is the sum of the number 17 and 25?';
const PATH = '/v1/chat/completions';
const ask = (model = 'auto') => ({ model, messages: [{ role: 'user', content: SUM }] });
const chosen = (response: Response) => response.headers.get('x-embedllm-model');

/** Settings whose key has other ones besides. */
const withKey = (key: object, settings: object = {}) => ({
  authentication: { keys: [{ name: 'test', env: 'CLIENT_KEY', ...key }] },
  ...settings,
});

const errorOf = async (response: Response): Promise<Record<string, string>> =>
  JSON.parse(await response.text()).error;

describe('the policy of a key', () => {
  it('decides for auto instead of the one of all, and leaves aliases theirs', async () => {
    const routing = { policy: { deny: ['lawyer'] }, aliases: { best: {} } };
    const policy = { objective: 'preferring', prefer: 'lawyer', margin: 1 };
    const gateway = await startGateway(withKey({ policy }, { routing }));
    expect(chosen(await gateway.post(PATH, ask()))).toBe('lawyer');
    expect(chosen(await gateway.post(PATH, ask('best')))).toBe('mathematician');
    const decided = await gateway.post('/v1/route', { question: SUM });
    expect(await decided.json()).toMatchObject({ model: { name: 'lawyer' } });
    await gateway.configure(withKey({}, { routing }));
    await gateway.reload();
    expect(chosen(await gateway.post(PATH, ask()))).toBe('mathematician');
  });

  it.each([
    [{ policy: { deny: ['nobody'] } }, 'authentication.keys[0].policy.deny[0]: Is not among'],
    [{ policy: { allow: [] } }, 'authentication.keys[0].policy.allow: Must not be empty.'],
    [{ narrowing: ['price'] }, 'authentication.keys[0].narrowing[0]: Must be one of allow, deny,'],
    [{ narrowing: 'all' }, 'authentication.keys[0].narrowing: Must be true or false'],
  ])('is checked: %j', async (key, message) => {
    await expect(startGateway(withKey(key))).rejects.toThrow(message);
  });
});

describe('a request', () => {
  it('narrows the policy by its headers, as the official client sends them', async () => {
    const gateway = await startGateway(
      withKey({ narrowing: true }, { routing: { policy: { deny: ['lawyer'] } } }),
    );
    const client = new OpenAI({
      baseURL: `${gateway.url}/v1`,
      apiKey: CLIENT_KEY,
      defaultHeaders: { 'x-embedllm-deny': 'mathematician' },
    });
    const { response } = await client.chat.completions
      .create({ model: 'auto', messages: [{ role: 'user', content: SUM }] })
      .withResponse();
    expect(chosen(response)).toBe('generalist');
    const post = (headers: Record<string, string>) => gateway.post(PATH, ask(), headers);
    expect(chosen(await post({ 'x-embedllm-allow': 'lawyer, generalist' }))).toBe('generalist');
    const decided = await gateway.post(
      '/v1/route',
      { question: SUM },
      { 'x-embedllm-deny': 'mathematician' },
    );
    expect(await decided.json()).toMatchObject({
      model: { name: 'generalist' },
      policy: 'denied models, denied models, best quality',
    });
  });

  it('is never answered by a model that it excludes, whatever fails', async () => {
    const gateway = await startGateway(withKey({ narrowing: true }), {
      behave: ({ model }) => (model === 'mathematician' ? 'fail' : 'answer'),
    });
    const response = await gateway.post(PATH, ask(), { 'x-embedllm-allow': 'mathematician' });
    expect(response.status).toBe(502);
    expect(new Set(gateway.upstream.seen.map(({ model }) => model))).toEqual(
      new Set(['mathematician']),
    );
  });

  it.each([
    [{ 'x-embedllm-max-cost-usd': '0.0000001' }, /at most \$.* excludes 3/],
    [{ 'x-embedllm-max-latency-ms': '100' }, /latencyMs unknown of 3/],
    [{ 'x-embedllm-capabilities': 'vision' }, /capabilities unknown of 3/],
    [{ 'x-embedllm-region': 'eu' }, /regions unknown of 3/],
  ])('that leaves no model is refused with the reasons: %j', async (headers, reason) => {
    const gateway = await startGateway(withKey({ narrowing: true }));
    const response = await gateway.post(PATH, ask(), headers);
    expect(response.status).toBe(400);
    expect(await errorOf(response)).toMatchObject({
      code: 'no_candidate',
      message: expect.stringMatching(reason),
    });
    expect(gateway.upstream.seen).toEqual([]);
  });

  it.each([
    [
      { 'x-embedllm-max-cost-usd': 'cheap' },
      '`x-embedllm-max-cost-usd` must be a number of at least 0',
    ],
    [
      { 'x-embedllm-max-cost-usd': '-1' },
      '`x-embedllm-max-cost-usd` must be a number of at least 0',
    ],
    [{ 'x-embedllm-max-cost-usd': '' }, '`x-embedllm-max-cost-usd` must be a number of at least 0'],
    [{ 'x-embedllm-allow': 'lawyer,,' }, '`x-embedllm-allow` must be a comma-separated list'],
    [{ 'x-embedllm-allow': 'poet' }, '`x-embedllm-allow` names "poet", which the key may not use'],
    [{ 'x-embedllm-max-price': '1' }, '`x-embedllm-max-price` is unknown. Available: x-embedllm'],
  ])('with a wrong header is refused: %j', async (headers, message) => {
    const gateway = await startGateway(withKey({ narrowing: true }));
    const response = await gateway.post(PATH, ask(), headers);
    expect(response.status).toBe(400);
    expect((await errorOf(response)).message).toContain(message);
    expect((await gateway.post('/v1/route', { question: SUM }, headers)).status).toBe(400);
  });

  it('may do so only as its key allows, and only where it is routed', async () => {
    const gateway = await startGateway(withKey({ narrowing: ['deny'] }));
    const allowed = await gateway.post(PATH, ask(), { 'x-embedllm-deny': 'mathematician' });
    expect(chosen(allowed)).toBe('generalist');
    const refused = await gateway.post(PATH, ask(), { 'x-embedllm-region': 'eu' });
    expect(refused.status).toBe(403);
    expect(await errorOf(refused)).toMatchObject({
      code: 'narrowing_not_allowed',
      message: '`x-embedllm-region` cannot be sent with the key test (its `narrowing`).',
    });
    const named = await gateway.post(PATH, ask('lawyer'), { 'x-embedllm-deny': 'lawyer' });
    expect(named.status).toBe(400);
    expect((await errorOf(named)).message).toContain('the request names its model');
  });

  it('is one of its own for an idempotency key', async () => {
    const gateway = await startGateway(withKey({ narrowing: true }));
    const key = { 'idempotency-key': 'one' };
    await gateway.post(PATH, ask(), key);
    const other = await gateway.post(PATH, ask(), {
      ...key,
      'x-embedllm-deny': 'mathematician',
    });
    expect(other.status).toBe(422);
  });

  it('may do so if no keys are configured', async () => {
    const gateway = await startGateway({ authentication: {} });
    const response = await gateway.post(PATH, ask(), { 'x-embedllm-deny': 'mathematician' });
    expect(chosen(response)).toBe('generalist');
  });
});
