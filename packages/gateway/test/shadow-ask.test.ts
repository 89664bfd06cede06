import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  answer,
  json,
  type Script,
  type ScriptedGateway,
  scriptedGateway,
  stopScripted,
  well,
} from './scripted-gateway.js';

const folders: string[] = [];
afterEach(async () => {
  await stopScripted();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

const price = { pricePerMillionInputTokens: 10, pricePerMillionOutputTokens: 100 };
const models = {
  dear: { upstream: 'local', ...price },
  cheap: { upstream: 'local', ...price, maxOutputTokens: 50 },
};
const cheap: Script = (response) => json(response, 200, answer('cheap says so'));

async function start(
  ask: object,
  { scripts = {}, ...settings }: { scripts?: Record<string, Script>; [name: string]: unknown } = {},
): Promise<ScriptedGateway & { readonly decisions: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'embedllm-shadow-'));
  folders.push(folder);
  const decisions = join(folder, 'decisions.jsonl');
  const gateway = await scriptedGateway(
    { dear: well, cheap, ...scripts },
    {
      models,
      decisions: { file: decisions, answers: 'shadow' },
      routing: {
        shadow: { use: 'dear', ask: { model: 'cheap', share: 1, dollars: { day: 1 }, ...ask } },
      },
      server: { port: 0, drainMs: 0 },
      ...settings,
    },
  );
  return Object.assign(gateway, { decisions });
}

const seen = (gateway: ScriptedGateway, result: string, count: number): Promise<void> =>
  vi.waitFor(async () => {
    expect(await gateway.gateway.metrics()).toContain(
      `embedllm_gateway_shadow_calls_total{model="cheap",result="${result}"} ${count}\n`,
    );
  });
const asked = (gateway: ScriptedGateway): string[] => gateway.calls.map(({ model }) => model);
async function rows(gateway: { readonly decisions: string }): Promise<Record<string, unknown>[]> {
  const lines = (await readFile(gateway.decisions, 'utf8')).trim().split('\n');
  return lines.map((line) => JSON.parse(line));
}

describe('asking a second model in the background', () => {
  it('logs its answer next to the one that the client got, and can be judged', async () => {
    const gateway = await start({});
    const first = await gateway.ask('auto', { stream: true, stream_options: {}, store: true });
    expect(first.headers.get('x-embedllm-model')).toBe('dear');
    await seen(gateway, 'answered', 1);
    expect(asked(gateway)).toEqual(['dear', 'cheap']);
    const sent = JSON.parse(gateway.calls[1]?.text ?? '');
    expect(sent).toEqual({
      ...{ model: 'cheap', messages: [{ role: 'user', content: 'q' }], max_tokens: 50 },
      ...{ stream: false, stream_options: null, store: false },
    });
    const id = first.headers.get('x-request-id') ?? '';
    const posted = await gateway.post('/v1/outcomes', { id: `${id}-shadow`, outcome: 0 });
    expect(posted.status).toBe(200);
    const metrics = await gateway.gateway.metrics();
    expect(metrics).toContain('cost_dollars_total{key="(shadow)",model="cheap"} 0.00011');
    expect(metrics).toContain('cost_dollars_total{key="test",model="dear"}');
    expect(metrics).toContain(
      'embedllm_gateway_requests_total{route="/v1/chat/completions",status="200"} 1',
    );
    await gateway.close();
    const [theirs, second, outcome] = await rows(gateway);
    expect(theirs).toMatchObject({ id, model: 'dear', outcome: null });
    expect(theirs).not.toHaveProperty('answer');
    expect(second).toMatchObject({
      ...{ id: `${id}-shadow`, shadowOf: id, shadowShare: 1, model: 'cheap', outcome: null },
      ...{ prompt: 'q', prompt_id: theirs?.prompt_id, answer: 'cheap says so', costUsd: 0.00011 },
      promptOnly: true,
    });
    expect(second).not.toHaveProperty('candidates');
    expect(outcome).toMatchObject({ id: `${id}-shadow`, model: 'cheap', outcome: 0 });
    const said = gateway.events.find(({ event }) => event === 'shadow-call');
    expect(said?.message).toMatch(/^shadow cheap answered \d+ ms \$0\.00011 /);
  });

  it('keeps no text of an answer unless it is to, and asks where the router acts as well', async () => {
    const gateway = await start(
      {},
      {
        routing: { shadow: { ask: { model: 'cheap', share: 1, dollars: { day: 1 } } } },
        decisions: undefined,
      },
    ).catch((error: unknown) => String(error));
    expect(gateway).toMatch(/routing\.shadow\.ask: Needs `decisions\.file`/);
    const acting = await start(
      {},
      {
        routing: { shadow: { ask: { model: 'cheap', share: 1, dollars: { day: 1 } } } },
      },
    );
    await acting.change({ decisions: { file: acting.decisions } });
    await acting.reload();
    acting.order = ['dear', 'cheap'];
    await acting.ask('auto');
    await seen(acting, 'answered', 1);
    acting.order = ['cheap', 'dear'];
    await acting.ask('auto');
    await acting.ask('dear');
    await acting.close();
    // Where it has answered the client there is nothing to ask, nor where the client chose.
    expect(asked(acting)).toEqual(['dear', 'cheap', 'cheap', 'dear']);
    const shadow = (await rows(acting)).filter((row) => row.shadowOf !== undefined);
    expect(shadow).toHaveLength(1);
    expect(shadow[0]).not.toHaveProperty('answer');
    expect(shadow[0]).toHaveProperty('probability', 0.9);
  });

  it.each<[string, object]>([
    [
      'instructions',
      {
        messages: [
          { role: 'system', content: 'Be brief.' },
          { role: 'user', content: 'q' },
        ],
      },
    ],
    [
      'earlier turns',
      { messages: ['user', 'assistant', 'user'].map((role) => ({ role, content: 'q' })) },
    ],
    ['settings', { temperature: 0 }],
    ['a form', { response_format: { type: 'json_object' } }],
  ])('does not call a request with %s its question alone', async (_, more) => {
    const gateway = await start({});
    await gateway.ask('auto', more);
    await seen(gateway, 'answered', 1);
    await gateway.close();
    const second = (await rows(gateway)).find((row) => row.shadowOf !== undefined);
    expect(second).toMatchObject({ answer: 'cheap says so' });
    expect(second).not.toHaveProperty('promptOnly');
  });

  it('asks a share', async () => {
    const gateway = await start({ share: 0.3 });
    for (let i = 0; i < 60; i++) await gateway.ask('auto');
    await vi.waitFor(() => expect(gateway.gateway.inFlight).toBe(0));
    const second = asked(gateway).filter((model) => model === 'cheap').length;
    expect(second).toBeGreaterThan(4);
    expect(second).toBeLessThan(36);
  });

  it('stops when its budget is spent, says so once, and spends nothing of the client’s', async () => {
    // At most 50 tokens of output and one token for each byte of the request: about $0.0062.
    const gateway = await start(
      { dollars: { day: 0.0063 } },
      {
        authentication: {
          keys: [
            {
              name: 'test',
              env: 'CLIENT_KEY',
              limits: { dollars: { day: 1 }, maxOutputTokens: 9 },
            },
          ],
        },
      },
    );
    for (let i = 0; i < 5; i++) {
      await gateway.ask('auto');
      await vi.waitFor(async () => {
        const counted = (await gateway.gateway.metrics()).matchAll(
          /shadow_calls_total\{.*\} (\d+)/g,
        );
        expect([...counted].reduce((sum, [, n]) => sum + Number(n), 0)).toBe(i + 1);
      });
    }
    const metrics = await gateway.gateway.metrics();
    const made = asked(gateway).filter((model) => model === 'cheap').length;
    expect(made).toBeGreaterThanOrEqual(1);
    expect(made).toBeLessThan(5);
    expect(metrics).toContain(`result="budget"} ${5 - made}`);
    expect(gateway.events.filter(({ event }) => event === 'shadow-budget-spent')).toHaveLength(1);
    // Five answers of `dear`, of one token read and one written.
    const left = /limit_remaining\{key="test",limit="dollars",window="day"\} (\S+)/.exec(metrics);
    expect(Number(left?.[1])).toBeCloseTo(1 - 5 * 0.00011, 9);
  });

  it('asks nothing that acts, and nothing that the client keeps from it', async () => {
    const gateway = await start(
      {},
      { authentication: { keys: [{ name: 'test', env: 'CLIENT_KEY', narrowing: true }] } },
    );
    const tool = { type: 'function', function: { name: 'pay', parameters: {} } };
    const called = [
      { role: 'user', content: 'q' },
      { role: 'assistant', content: null, tool_calls: [] },
      { role: 'tool', content: 'done', tool_call_id: 'a' },
    ];
    const image = [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:' } }] }];
    const unfit = [
      { tools: [tool] },
      { functions: [{ name: 'pay' }] },
      { web_search_options: {} },
      { messages: called },
      { messages: image },
      { n: 2 },
    ];
    for (const extra of unfit) expect((await gateway.ask('auto', extra)).status).toBe(200);
    await gateway.post(
      '/v1/chat/completions',
      { model: 'auto', messages: [{ role: 'user', content: 'q' }] },
      { 'x-embedllm-deny': 'cheap' },
    );
    await seen(gateway, 'unfit', unfit.length + 1);
    expect(new Set(asked(gateway))).toEqual(new Set(['dear']));
  });

  it('does not make a client wait: neither for its call nor for its place', async () => {
    const slow: ServerResponse[] = [];
    const gateway = await start(
      { concurrency: 5 },
      {
        scripts: { cheap: (response) => slow.push(response) },
        local: { limits: { concurrency: 1, queue: 0 } },
      },
    );
    for (let i = 1; i <= 3; i++) {
      expect((await gateway.ask('auto')).status).toBe(200);
      await vi.waitFor(() => expect(slow).toHaveLength(i));
    }
    await seen(gateway, 'given-up', 2);
  });

  it('runs as many calls as it may, holds no more, and ends them at shutdown', async () => {
    const slow: ServerResponse[] = [];
    const gateway = await start(
      { concurrency: 2 },
      { scripts: { cheap: (response) => slow.push(response) } },
    );
    for (let i = 0; i < 6; i++) await gateway.ask('auto');
    await seen(gateway, 'busy', 4);
    expect(slow).toHaveLength(2);
    const begin = performance.now();
    await gateway.close();
    // Far less than the calls would take to time out, and far more than a busy machine needs.
    expect(performance.now() - begin).toBeLessThan(60_000);
    expect(gateway.events.at(-1)?.message).toBe('All answers are complete.');
    expect(slow.every(({ destroyed, writable }) => destroyed || writable)).toBe(true);
  });

  it('leaves an upstream alone that fails or limits rates, and its circuit to clients', async () => {
    const limited: Script = (response) => json(response, 429, {}, { 'retry-after': '60' });
    const gateway = await start({}, { scripts: { cheap: limited }, retries: { attempts: 3 } });
    await gateway.ask('auto');
    await seen(gateway, 'failed', 1);
    await gateway.ask('auto');
    await seen(gateway, 'unavailable', 1);
    expect(asked(gateway)).toEqual(['dear', 'cheap', 'dear']);
    // The client's own request is not refused for that.
    expect((await gateway.ask('cheap')).status).toBe(429);
    expect(asked(gateway)).toHaveLength(4);
  });

  it.each([
    [{ model: 'gone' }, 'routing.shadow.ask.model'],
    [{ model: 'dear' }, 'routing.shadow.ask.model'],
    [{ dollars: {} }, 'routing.shadow.ask.dollars'],
    [{ share: 0 }, 'routing.shadow.ask.share'],
    [{ share: 2 }, 'routing.shadow.ask.share'],
    [{ concurrency: 0 }, 'routing.shadow.ask.concurrency'],
    [{ often: 1 }, 'routing.shadow.ask.often'],
  ])('checks its settings: %j', async (ask, field) => {
    await expect(start(ask)).rejects.toThrow(field);
  });

  it('needs a price', async () => {
    const free = { ...models, cheap: { upstream: 'local' } };
    await expect(start({}, { models: free })).rejects.toThrow(
      /routing\.shadow\.ask\.model: The price of cheap is not known/,
    );
  });
});
