import { afterEach, describe, expect, it } from 'vitest';
import { MESSAGES, RESPONSES, wellIn } from './protocols.js';
import { type ScriptedGateway, scriptedGateway, stopScripted, well } from './scripted-gateway.js';

afterEach(stopScripted);

const local = { protocols: ['chat', 'messages', 'responses'] };
const models = {
  'mini:high': { upstream: 'local', model: 'mini', effort: 'high' },
  'mini:low': { upstream: 'local', model: 'mini', effort: 'low' },
  mini: { upstream: 'local' },
};
const SCRIPTS = {
  '/v1/chat/completions': well,
  '/v1/messages': wellIn(MESSAGES),
  '/v1/responses': wellIn(RESPONSES),
};
type Path = keyof typeof SCRIPTS;

async function start(path: Path, entries: object = models): Promise<ScriptedGateway> {
  const names = Object.keys(entries);
  const script = SCRIPTS[path];
  const scripts = { mini: script, ...Object.fromEntries(names.map((name) => [name, script])) };
  return await scriptedGateway(scripts, { models: entries, local });
}

/** What the upstream got. */
async function sent(gateway: ScriptedGateway, path: Path, body: object): Promise<unknown> {
  const response = await gateway.post(path, body);
  expect([response.status, await response.text()]).toEqual([200, expect.anything()]);
  return JSON.parse(gateway.calls.at(-1)?.text ?? '{}');
}

describe('entries of a model with an effort', () => {
  it.each<[Path, object, object, object]>([
    [
      '/v1/chat/completions',
      { messages: [{ role: 'user', content: 'q' }], reasoning_effort: 'minimal' },
      { reasoning_effort: 'high' },
      { reasoning_effort: 'minimal' },
    ],
    [
      '/v1/responses',
      { input: 'q', reasoning: { summary: 'auto', effort: 'medium' } },
      { reasoning: { summary: 'auto', effort: 'high' } },
      { reasoning: { summary: 'auto', effort: 'medium' } },
    ],
    [
      '/v1/messages',
      { ...MESSAGES.ask('q'), output_config: { format: { type: 'json_schema' } } },
      { output_config: { format: { type: 'json_schema' }, effort: 'high' } },
      { output_config: { format: { type: 'json_schema' } } },
    ],
  ])('rewrite %s, and no other entry does', async (path, body, rewritten, kept) => {
    const gateway = await start(path);
    const high = await sent(gateway, path, { model: 'mini:high', ...body });
    expect(high).toEqual({ ...body, model: 'mini', ...rewritten });
    const plain = await sent(gateway, path, { model: 'mini', ...body });
    expect(plain).toEqual({ ...body, model: 'mini', ...kept });
  });

  it('add the effort where the client says none', async () => {
    for (const [path, body, effort] of [
      [
        '/v1/chat/completions',
        { messages: [{ role: 'user', content: 'q' }] },
        { reasoning_effort: 'low' },
      ],
      ['/v1/responses', { input: 'q' }, { reasoning: { effort: 'low' } }],
      ['/v1/messages', MESSAGES.ask('q'), { output_config: { effort: 'low' } }],
    ] as const) {
      const gateway = await start(path);
      const low = await sent(gateway, path, { model: 'mini:low', ...body });
      expect(low).toEqual({ ...body, model: 'mini', ...effort });
    }
  });

  it('are candidates like others', async () => {
    const gateway = await start('/v1/chat/completions');
    gateway.order = ['mini:low', 'mini:high', 'mini'];
    const body = { model: 'auto', messages: [{ role: 'user', content: 'q' }] };
    expect(await sent(gateway, '/v1/chat/completions', body)).toMatchObject({
      model: 'mini',
      reasoning_effort: 'low',
    });
    expect(gateway.requests.at(-1)).toMatchObject({ model: 'mini:low', chosen: 'mini:low' });
  });
});

describe('entries of a model with a budget of thinking', () => {
  const entries = {
    'claude:thinks': { upstream: 'local', model: 'mini', thinkingTokens: 4000 },
    'claude:quick': { upstream: 'local', model: 'mini', thinkingTokens: 0 },
  };
  const ask = { max_tokens: 8000, messages: [{ role: 'user', content: 'q' }] };
  const on = (budget_tokens: number) => ({ type: 'enabled', budget_tokens });
  const off = { type: 'disabled' };

  it.each<[string, object, object]>([
    ['claude:thinks', {}, on(4000)],
    ['claude:thinks', { thinking: on(2000) }, on(4000)],
    ['claude:thinks', { temperature: 1 }, on(4000)],
    ['claude:thinks', { tool_choice: { type: 'auto' } }, on(4000)],
    ['claude:thinks', { max_tokens: 3000 }, on(2999)],
    // What Anthropic's models would refuse.
    ['claude:thinks', { max_tokens: 1024 }, off],
    ['claude:thinks', { temperature: 0 }, off],
    ['claude:thinks', { top_k: 5 }, off],
    ['claude:thinks', { tool_choice: { type: 'any' } }, off],
    ['claude:quick', { thinking: on(2000) }, off],
  ])('%s thinks about %j as %j', async (model, extra, thinking) => {
    const gateway = await start('/v1/messages', entries);
    const body = { ...ask, ...extra };
    const got = await sent(gateway, '/v1/messages', { model, ...body });
    expect(got).toEqual({ ...body, model: 'mini', thinking });
  });

  it('take no other protocol, by name or routed', async () => {
    const chat = { messages: [{ role: 'user', content: 'q' }] };
    const both = { ...entries, mini: { upstream: 'local' } };
    const gateway = await start('/v1/chat/completions', both);
    gateway.order = ['claude:thinks', 'mini'];
    expect(await sent(gateway, '/v1/chat/completions', { model: 'auto', ...chat })).toEqual({
      ...chat,
      model: 'mini',
    });
    const named = await gateway.post('/v1/chat/completions', { model: 'claude:thinks', ...chat });
    expect(named.status).toBe(400);
    expect(await named.text()).toContain('models.claude:thinks.thinkingTokens');
  });
});

it.each([
  [{ effort: 'huge' }, /models\.mini\.effort.*Must be one of none, minimal, low/],
  [{ thinkingTokens: 100 }, /models\.mini\.thinkingTokens.*Must be 0 or at least 1024/],
  [{ thinkingTokens: 2000, upstream: 'plain' }, /thinkingTokens.*Needs an upstream that speaks/],
])('refuses %j', async (settings, message) => {
  const upstreams = {
    local: { baseURL: 'http://127.0.0.1:1/v1', ...local },
    plain: { baseURL: 'http://127.0.0.1:1/v1' },
  };
  const entries = { mini: { upstream: 'local', ...settings } };
  await expect(scriptedGateway({ mini: well }, { models: entries, upstreams })).rejects.toThrow(
    message,
  );
});
