import { afterEach, describe, expect, it } from 'vitest';
import { MESSAGES, open, RESPONSES, wellIn } from './protocols.js';
import { json, type Script, scriptedGateway, stopScripted } from './scripted-gateway.js';
import { CLIENT_KEY, UPSTREAM_KEY } from './start-gateway.js';

afterEach(stopScripted);

const EVERY = ['chat', 'messages', 'responses'];

/** A gateway whose upstream speaks these protocols. */
async function gatewayOf(
  scripts: Record<string, Script>,
  settings: object = {},
  upstream: object = {},
) {
  const started = await scriptedGateway(scripts);
  const baseURL = started.gateway ? await baseURLOf(started.file) : '';
  await started.change({
    upstreams: { local: { baseURL, apiKeyEnv: 'UPSTREAM_KEY', protocols: EVERY, ...upstream } },
    ...settings,
  });
  await started.reload();
  return started;
}

async function baseURLOf(file: string): Promise<string> {
  const { readFile } = await import('node:fs/promises');
  const written: { upstreams: { local: { baseURL: string } } } = JSON.parse(
    await readFile(file, 'utf8'),
  );
  return written.upstreams.local.baseURL;
}

describe.each([MESSAGES, RESPONSES])('$path', (protocol) => {
  const { path, ask, answer, events, usage, error } = protocol;
  const well = wellIn(protocol);

  it('answers by the model that the request names, and counts what it used', async () => {
    const gateway = await gatewayOf({ model: well });
    for (const stream of [false, true]) {
      const response = await gateway.post(path, { model: 'model', stream, ...ask('q') });
      const text = await response.text();
      expect([response.status, response.headers.get('x-embedllm-model')]).toEqual([200, 'model']);
      expect(text).toBe(stream ? events.join('') : JSON.stringify(answer));
      expect(gateway.requests.at(-1)).toMatchObject({ route: path, model: 'model', ...usage });
      expect(gateway.requests.at(-1)?.isEstimated).toBeUndefined();
      const end = path === '/v1/messages' ? 'end_turn' : 'completed';
      expect(gateway.requests.at(-1)?.finishReasons).toEqual([end]);
    }
    expect(gateway.calls.map((call) => call.path)).toEqual([path, path]);
  });

  it('routes auto by the text of the question, among models that take the protocol', async () => {
    const gateway = await gatewayOf({ first: well, second: well });
    gateway.order = ['second', 'first'];
    const response = await gateway.post(path, { model: 'auto', ...ask('q') });
    expect(response.headers.get('x-embedllm-model')).toBe('second');
    const other = { baseURL: 'http://127.0.0.1:9/v1', protocols: ['chat'] };
    const baseURL = await baseURLOf(gateway.file);
    await gateway.change({
      upstreams: { local: { baseURL, protocols: EVERY }, other },
      models: { first: { upstream: 'local' }, second: { upstream: 'other' } },
    });
    await gateway.reload();
    const left = await gateway.post(path, { model: 'auto', ...ask('q') });
    expect(left.headers.get('x-embedllm-model')).toBe('first');
    const named = await gateway.post(path, { model: 'second', ...ask('q') });
    expect([named.status, await named.json()]).toMatchObject([
      400,
      error('invalid_request_error', expect.stringMatching(/upstreams\.other\.protocols/)),
    ]);
  });

  it('writes errors in the form of the protocol', async () => {
    const gateway = await gatewayOf({ model: well });
    const missing = await gateway.post(path, { model: 'absent', ...ask('q') });
    const notFound = path === '/v1/messages' ? 'not_found_error' : 'invalid_request_error';
    expect([missing.status, await missing.json()]).toMatchObject([
      404,
      error(notFound, expect.stringContaining('Unknown model "absent"')),
    ]);
    const empty = await gateway.post(path, { model: 'model' });
    expect([empty.status, await empty.json()]).toMatchObject([
      400,
      error('invalid_request_error', expect.stringContaining('must be')),
    ]);
    const locked = await gateway.post(path, {}, { authorization: 'Bearer wrong' });
    expect([locked.status, await locked.json()]).toMatchObject([
      401,
      error('authentication_error', expect.stringContaining('x-api-key')),
    ]);
    const method = await fetch(`${gateway.url}${path}`, { headers: { 'x-api-key': CLIENT_KEY } });
    expect(await method.json()).toMatchObject(error('invalid_request_error', `Use POST here.`));
  });

  it('takes a key in either header', async () => {
    const gateway = await gatewayOf({ model: well });
    const body = JSON.stringify({ model: 'model', ...ask('q') });
    const statusWith = async (headers: Record<string, string>): Promise<number> => {
      const all = { 'content-type': 'application/json', ...headers };
      return (await fetch(`${gateway.url}${path}`, { method: 'POST', headers: all, body })).status;
    };
    expect(await statusWith({ 'x-api-key': CLIENT_KEY })).toBe(200);
    expect(await statusWith({ authorization: `Bearer ${CLIENT_KEY}` })).toBe(200);
    expect(await statusWith({ 'x-api-key': 'wrong' })).toBe(401);
    expect(await statusWith({ authorization: 'Bearer wrong', 'x-api-key': CLIENT_KEY })).toBe(401);
    for (const { headers } of gateway.calls) {
      expect(headers.authorization).toBe(`Bearer ${UPSTREAM_KEY}`);
      expect(JSON.stringify(headers)).not.toContain(CLIENT_KEY);
    }
  });

  it('asks the next candidate until the first token, and says so when it breaks off after', async () => {
    const [begin, token] = events;
    const gateway = await gatewayOf({
      failing: (reply) => json(reply, 529, {}),
      empty: (reply) => {
        open(reply, begin);
        reply.end();
      },
      breaking: (reply) => {
        open(reply, begin, token);
        setTimeout(() => reply.destroy(), 5);
      },
    });
    const response = await gateway.post(path, { model: 'auto', stream: true, ...ask('q') });
    const text = await response.text();
    expect(response.headers.get('x-embedllm-model')).toBe('breaking');
    expect(text.startsWith(begin + token)).toBe(true);
    const last = text.slice(text.lastIndexOf('event: error'));
    const data: unknown = JSON.parse(last.split('data: ')[1] ?? '');
    expect(data).toMatchObject({ type: 'error', error: { message: expect.stringMatching(/.+/) } });
    // Anthropic says in the beginning what was read.
    const inputTokens = path === '/v1/messages' ? 120 : expect.any(Number);
    const broken = { status: 200, isEstimated: true, inputTokens, outputTokens: 1 };
    expect(gateway.requests.at(-1)).toMatchObject(broken);
    expect(gateway.requests.at(-1)?.failures?.map(({ model }) => model)).toEqual([
      'failing',
      'failing',
      'empty',
      'empty',
      'breaking',
    ]);
  });

  it('takes an error event or a good status without an answer for a failure', async () => {
    const gateway = await gatewayOf({
      odd: (reply, { stream }) => {
        if (!stream) return json(reply, 200, { id: 'x' });
        open(reply, 'event: error\ndata: {"type":"error","error":{"message":"overloaded"}}\n\n');
        return reply.end();
      },
      well,
    });
    for (const stream of [false, true]) {
      const response = await gateway.post(path, { model: 'auto', stream, ...ask('q') });
      expect(response.headers.get('x-embedllm-model')).toBe('well');
      await response.text();
    }
  });

  it('has a timeout until the first token, which what comes before it starts over', async () => {
    const [begin, token, end] = events;
    const gateway = await gatewayOf(
      {
        slow: (reply) => open(reply, begin),
        working: (reply) => {
          open(reply, begin);
          const beat = setInterval(() => reply.write(': at work\n\n'), 60);
          setTimeout(() => {
            clearInterval(beat);
            reply.end(token + end);
          }, 1000);
        },
      },
      { timeouts: { firstTokenMs: 600 }, retries: { attempts: 1 } },
    );
    const response = await gateway.post(path, { model: 'auto', stream: true, ...ask('q') });
    expect(response.headers.get('x-embedllm-model')).toBe('working');
    expect(await response.text()).toContain(token);
    expect(gateway.requests.at(-1)?.failures).toMatchObject([{ model: 'slow', reason: 'timeout' }]);
  });

  it('opens the circuit of a model that keeps failing', async () => {
    const gateway = await gatewayOf(
      { model: (reply) => json(reply, 500, {}) },
      { breaker: { minimumCalls: 2, window: 2 }, retries: { attempts: 1 } },
    );
    for (let call = 0; call < 2; call++) await gateway.post(path, { model: 'model', ...ask('q') });
    const refused = await gateway.post(path, { model: 'model', ...ask('q') });
    expect([refused.status, await refused.json()]).toMatchObject([
      503,
      error(
        path === '/v1/messages' ? 'overloaded_error' : 'server_error',
        expect.stringContaining('failed too often'),
      ),
    ]);
    expect(gateway.calls).toHaveLength(2);
  });

  it('keeps budgets, and refuses what they could not count', async () => {
    const limits = { dollars: { day: 0.002 }, maxOutputTokens: 100 };
    const price = { pricePerMillionInputTokens: 1, pricePerMillionOutputTokens: 10 };
    const gateway = await gatewayOf(
      { model: well },
      {
        authentication: { keys: [{ name: 'test', env: 'CLIENT_KEY', limits }] },
        models: { model: { upstream: 'local', ...price } },
      },
    );
    const body = { model: 'model', ...ask('q'), max_tokens: undefined };
    const first = await gateway.post(path, body);
    expect(first.status).toBe(200);
    // The answer has a bound, whether the request says so or not.
    expect(gateway.calls[0]?.text).toMatch(/"max_(?:output_)?tokens":100/);
    expect(gateway.requests[0]?.costUsd).toBeCloseTo((120 + 70) / 1e6, 9);
    const charged = { tools: [{ type: 'web_search_20250305', name: 'web_search' }] };
    const stored = path === '/v1/messages' ? { mcp_servers: [{}] } : { previous_response_id: 'x' };
    for (const extra of [charged, stored]) {
      const refused = await gateway.post(path, { ...body, ...extra });
      expect([refused.status, JSON.stringify(await refused.json())]).toEqual([
        400,
        expect.stringContaining('which has limits'),
      ]);
    }
    const answered = await Promise.all([1, 2, 3].map(() => gateway.post(path, body)));
    expect(answered.map(({ status }) => status)).toContain(429);
    const long = await gateway.post(path, { ...body, ...ask('x'.repeat(2000)) });
    expect([long.status, await long.json()]).toMatchObject([
      402,
      error(
        path === '/v1/messages' ? 'billing_error' : 'insufficient_quota',
        expect.stringContaining('budget'),
      ),
    ]);
  });

  it('sends a refusal on as it is, without the key of the gateway', async () => {
    const gateway = await gatewayOf({
      model: (reply) => json(reply, 400, error('odd_error', `no, ${UPSTREAM_KEY}`)),
      page: (reply) => reply.writeHead(422, { 'content-type': 'text/html' }).end('<html>'),
    });
    const refused = await gateway.post(path, { model: 'model', ...ask('q') });
    expect(refused.status).toBe(400);
    expect(await refused.json()).toEqual(error('odd_error', expect.stringMatching(/^no, (?!up)/)));
    const page = await gateway.post(path, { model: 'page', ...ask('q') });
    expect([page.status, await page.json()]).toMatchObject([
      422,
      error('invalid_request_error', 'The upstream rejected the request.'),
    ]);
  });
});

describe('/v1/messages', () => {
  const well = wellIn(MESSAGES);

  it('passes on versions, betas and the query that belong to the protocol', async () => {
    const gateway = await gatewayOf({ model: well }, {}, { headers: { 'anthropic-beta': 'ours' } });
    const body = { model: 'model', ...MESSAGES.ask('q') };
    await gateway.post('/v1/messages?beta=true&other=1', body, {
      'anthropic-version': '2026-10-21',
      'anthropic-beta': 'theirs',
      'x-other': 'x',
    });
    await gateway.post('/v1/messages', body);
    expect(gateway.calls.map((call) => call.path)).toEqual([
      '/v1/messages?beta=true',
      '/v1/messages',
    ]);
    expect(gateway.calls.map(({ headers }) => headers)).toMatchObject([
      { 'anthropic-version': '2026-10-21', 'anthropic-beta': 'theirs,ours' },
      { 'anthropic-version': '2023-06-01', 'anthropic-beta': 'ours' },
    ]);
    expect(gateway.calls[0]?.headers['x-other']).toBeUndefined();
  });

  it('counts tokens without an answer or a price, also for a name that is routed', async () => {
    const price = { pricePerMillionInputTokens: 1, pricePerMillionOutputTokens: 10 };
    const gateway = await gatewayOf(
      { model: (reply) => json(reply, 200, { input_tokens: 12345 }) },
      { models: { model: { upstream: 'local', ...price } } },
    );
    for (const model of ['model', 'auto']) {
      const body = { model, messages: [{ role: 'user', content: 'q' }] };
      const response = await gateway.post('/v1/messages/count_tokens', body);
      expect([response.status, await response.json()]).toEqual([200, { input_tokens: 12345 }]);
      expect(gateway.requests.at(-1)).toMatchObject({ inputTokens: 0, outputTokens: 0 });
      expect(gateway.requests.at(-1)?.costUsd).toBeCloseTo(0);
    }
    expect(gateway.calls.map((call) => call.path)).toEqual(
      Array(2).fill('/v1/messages/count_tokens'),
    );
  });

  it('sends the key of Anthropic as Anthropic wants it', async () => {
    const gateway = await gatewayOf(
      { model: well },
      {},
      {
        provider: 'anthropic',
        protocols: undefined,
      },
    );
    const response = await gateway.post('/v1/messages', { model: 'model', ...MESSAGES.ask('q') });
    expect(await response.json()).toEqual(MESSAGES.answer);
    expect(gateway.calls[0]?.headers).toMatchObject({ 'x-api-key': UPSTREAM_KEY });
    expect(gateway.calls[0]?.headers.authorization).toBeUndefined();
  });
});

describe('/v1/responses', () => {
  it('refuses to be asked for what it does not keep', async () => {
    const gateway = await gatewayOf({ model: wellIn(RESPONSES) });
    const body = { model: 'model', ...RESPONSES.ask('q'), background: true };
    const response = await gateway.post('/v1/responses', body);
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { error: { param: 'background' } },
    ]);
  });
});
