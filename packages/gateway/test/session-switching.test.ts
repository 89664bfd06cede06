import { afterEach, describe, expect, it } from 'vitest';
import { MESSAGES, wellIn } from './protocols.js';
import {
  answer,
  json,
  type Script,
  type ScriptedGateway,
  scriptedGateway,
  stopScripted,
} from './scripted-gateway.js';

afterEach(stopScripted);

/** By dollars per million tokens of input. */
const priced = (input: number): object => ({
  upstream: 'local',
  pricePerMillionInputTokens: input,
  pricePerMillionCachedInputTokens: input / 10,
  pricePerMillionCacheWriteTokens: 1.25 * input,
  pricePerMillionOutputTokens: 5 * input,
});
const MODELS = { cheap: priced(1), strong: priced(3) };

/** Answers, and says that it read 100,000 tokens. */
const well: Script = (response) =>
  json(response, 200, {
    ...answer('well'),
    usage: { prompt_tokens: 100_000, completion_tokens: 100, total_tokens: 100_100 },
  });

async function start(
  sessions: object,
  { script = well, models = MODELS, local = {} } = {},
): Promise<ScriptedGateway> {
  const settings = { routing: { sessions }, models, local };
  const scripts = Object.fromEntries(Object.keys(models).map((name) => [name, script]));
  const gateway = await scriptedGateway(scripts, settings);
  gateway.likely = { cheap: 0.6, strong: 0.5 };
  return gateway;
}

/** Asks once more in the session, while this model is the likelier one by so much. */
async function ask(
  gateway: ScriptedGateway,
  likelier: 'cheap' | 'strong',
  gain = 0.1,
  { path = '/v1/chat/completions', body = { messages: [{ role: 'user', content: 'q' }] } } = {},
): Promise<readonly [model: string | null, choice: string | null]> {
  const other = likelier === 'cheap' ? 'strong' : 'cheap';
  gateway.order = [likelier, other];
  gateway.likely = { [likelier]: 0.5 + gain, [other]: 0.5 };
  const headers = { 'x-embedllm-session': 's' };
  const response = await gateway.post(path, { model: 'auto', ...body }, headers);
  await response.text();
  expect(response.status).toBe(200);
  return [
    response.headers.get('x-embedllm-model'),
    response.headers.get('x-embedllm-session-choice'),
  ];
}

describe('routing.sessions.worthUsd', () => {
  it('changes the model when the gain is worth more than reading everything again', async () => {
    // 100,000 tokens cost $0.375 from strong, and $0.01 from the cache of cheap.
    const gateway = await start({ worthUsd: 1, furtherCalls: 0 });
    expect(await ask(gateway, 'cheap')).toEqual(['cheap', 'begin']);
    expect(await ask(gateway, 'strong', 0.2)).toEqual(['cheap', 'stay']);
    expect(gateway.requests.at(-1)).toMatchObject({
      sessionChoice: 'stay',
      chosen: 'cheap',
      reason: expect.stringMatching(
        /^The session stays with cheap: strong is 20\.0% more likely to succeed, worth \$0\.2, and costs \$0\.366 more .*, including \$0\.345 for rereading it; its cache is worth \$0\.032\d* more at a later task\.$/,
      ),
    });
    expect(await ask(gateway, 'strong', 0.4)).toEqual(['strong', 'switch']);
    expect(gateway.requests.at(-1)?.reason).toMatch(
      /^The session switches away from cheap: strong is 40\.0%/,
    );
    // The caches of both are warm now: going back costs next to nothing.
    expect(await ask(gateway, 'cheap', 0.1)).toEqual(['cheap', 'switch']);
    const metrics = await gateway.gateway.metrics();
    expect(metrics).toContain('embedllm_gateway_session_choices_total{choice="switch"} 2');
    expect(metrics).toContain('embedllm_gateway_session_choices_total{choice="stay"} 1');
  });

  it('counts on a cache for as long as its upstream keeps it', async () => {
    const gateway = await start({ worthUsd: 1, furtherCalls: 0 }, { local: { promptCacheMs: 0 } });
    await ask(gateway, 'cheap');
    // Both read everything: $0.375 for one, $0.125 for the other.
    expect(await ask(gateway, 'strong', 0.2)).toEqual(['cheap', 'stay']);
    expect(await ask(gateway, 'strong', 0.3)).toEqual(['strong', 'switch']);
  });

  it('counts on what a cache keeps for an hour when its upstream has forgotten the rest', async () => {
    // Of the 100,000 tokens that cheap read, its cache took in 60,000 for an hour and 40,000 for no time at all.
    const script: Script = (response, { call }) => {
      const written = call === 1 ? { input_tokens: 0, cache_creation_input_tokens: 100_000 } : {};
      const read = { input_tokens: 40_000, cache_read_input_tokens: 60_000, ...written };
      const kinds = { ephemeral_1h_input_tokens: call === 1 ? 60_000 : 0 };
      const cached = call === 1 ? { ...read, cache_read_input_tokens: 0 } : read;
      const usage = { ...cached, cache_creation: kinds, output_tokens: 100 };
      json(response, 200, { ...MESSAGES.answer, usage });
    };
    const local = { protocols: ['messages'], promptCacheMs: 0 };
    const options = { path: MESSAGES.path, body: MESSAGES.ask('q') } as never;
    const gateway = await start({ worthUsd: 1, furtherCalls: 0 }, { script, local });
    await ask(gateway, 'cheap', 0.1, options);
    // $0.375 for strong, $0.056 for cheap; and again, for reading what is kept keeps it.
    for (let count = 0; count < 2; count++) {
      expect(await ask(gateway, 'strong', 0.2, options)).toEqual(['cheap', 'stay']);
      expect(gateway.requests.at(-1)?.reason).toMatch(/including \$0\.207 for rereading it/);
    }
  });

  it('charges what a cache keeps for an hour at the price of keeping it for an hour', async () => {
    const hourly = (input: number): object => ({
      ...priced(input),
      pricePerMillionCacheWriteHourTokens: 2 * input,
    });
    const models = { cheap: hourly(1), strong: hourly(3) };
    const local = { protocols: ['messages'] };
    const options = { path: MESSAGES.path, body: MESSAGES.ask('q') } as never;
    for (const [keptTokens, rereadUsd] of [
      [0, '0.345'],
      [60_000, '0.48'],
      [100_000, '0.57'],
    ] as const) {
      const script: Script = (response) => {
        const written = { input_tokens: 0, cache_creation_input_tokens: 100_000 };
        const kinds = { ephemeral_1h_input_tokens: keptTokens };
        const usage = { ...written, cache_creation: kinds, output_tokens: 100 };
        json(response, 200, { ...MESSAGES.answer, usage });
      };
      const gateway = await start({ worthUsd: 1, furtherCalls: 0 }, { script, local, models });
      await ask(gateway, 'cheap', 0.1, options);
      await ask(gateway, 'strong', 0.1, options);
      // 100,000 tokens at $3.75, or $6 where they are kept for an hour, less the same at $0.3 per million.
      expect(gateway.requests.at(-1)?.reason).toContain(`including $${rereadUsd} for rereading it`);
    }
  });

  it('goes to a cheaper model once enough calls are expected to follow', async () => {
    const few = await start({ worthUsd: 0.01, furtherCalls: 1 });
    await ask(few, 'strong');
    expect(await ask(few, 'cheap', 0)).toEqual(['strong', 'stay']);
    const many = await start({ worthUsd: 0.01, furtherCalls: 3 });
    await ask(many, 'strong');
    expect(await ask(many, 'cheap', 0)).toEqual(['cheap', 'switch']);
    // $0.034 dearer over four calls, and $0.079 cheaper at a task that follows.
    expect(many.requests.at(-1)?.reason).toMatch(
      /costs \$0\.03\d+ more over the rest of the task.*; its cache is worth \$0\.0[78]\d+ more at a later task\.$/,
    );
  });

  it('does not leave the model of its earlier tasks for a single one', async () => {
    // Coming back would cost $0.345 for reading again what strong has read.
    const gateway = await start({ worthUsd: 1, furtherCalls: 0 });
    for (let task = 0; task < 4; task++) await ask(gateway, 'strong', 0.4);
    expect((await ask(gateway, 'cheap', 0.25))[0]).toBe('strong');
    const other = await start({ worthUsd: 1, furtherCalls: 0 });
    await ask(other, 'strong', 0);
    expect((await ask(other, 'cheap', 0.25))[0]).toBe('cheap');
  });

  it('takes results of tools for a part of the task', async () => {
    const gateway = await start({ worthUsd: 1, furtherCalls: 0 });
    await ask(gateway, 'strong', 0);
    const call = { id: 'c', type: 'function', function: { name: 'run', arguments: '{}' } };
    const messages = [
      { role: 'user', content: 'q' },
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: 'c', content: 'fine' },
    ];
    const options = { path: '/v1/chat/completions', body: { messages } } as never;
    for (let calls = 0; calls < 4; calls++) await ask(gateway, 'strong', 0.4, options);
    expect((await ask(gateway, 'cheap', 0.25))[0]).toBe('cheap');
  });

  it('takes what clients have marked for what is cached, of Messages', async () => {
    // Its usage says that 110 of 120 tokens are cached now.
    const script = wellIn(MESSAGES);
    const local = { protocols: ['messages'] };
    const options = { path: MESSAGES.path, body: MESSAGES.ask('q') } as never;
    const gateway = await start({ worthUsd: 0.001, furtherCalls: 0 }, { script, local });
    await ask(gateway, 'cheap', 0.1, options);
    await ask(gateway, 'strong', 0.1, options);
    // 110 tokens at $3.75 less the same at $0.3 per million.
    expect(gateway.requests.at(-1)?.reason).toMatch(/including \$0\.00038 for rereading it/);
  });

  it.each<[string, object]>([
    [
      'chat',
      {
        messages: [
          { role: 'user', content: 'q' },
          { role: 'assistant', reasoning_content: 'Hm.', tool_calls: [] },
          { role: 'tool', tool_call_id: 'c', content: 'fine' },
        ],
      },
    ],
    [
      'messages',
      {
        max_tokens: 2000,
        thinking: { type: 'enabled', budget_tokens: 1024 },
        messages: [
          { role: 'user', content: 'q' },
          { role: 'assistant', content: [{ type: 'tool_use', id: 'c', name: 'run', input: {} }] },
          { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c', content: 'fine' }] },
        ],
      },
    ],
  ])('never between a call and its result where the model thinks, in %s', async (name, body) => {
    const isChat = name === 'chat';
    const path = isChat ? '/v1/chat/completions' : MESSAGES.path;
    const script = isChat ? well : wellIn(MESSAGES);
    const local = { protocols: [name] };
    const gateway = await start({ worthUsd: 1000 }, { script, local });
    const first = isChat ? { messages: [{ role: 'user', content: 'q' }] } : MESSAGES.ask('q');
    await ask(gateway, 'cheap', 0.1, { path, body: first } as never);
    expect(await ask(gateway, 'strong', 0.4, { path, body } as never)).toEqual(['cheap', 'stay']);
    expect(gateway.requests.at(-1)?.reason).toBe(
      'The session stays with cheap between a tool call and its results, because the model has reasoned about the call.',
    );
    expect(await ask(gateway, 'strong', 0.4, { path, body: first } as never)).toEqual([
      'strong',
      'switch',
    ]);
  });

  it('goes on from what an older gateway has kept, or somebody else', async () => {
    for (const text of ['cheap', '{"model":7}', '{"model":"cheap","calls":1}', '[]']) {
      const sessionStore = { find: async () => text, keep: async () => undefined };
      const settings = { routing: { sessions: { worthUsd: 1 } }, models: MODELS };
      const gateway = await scriptedGateway({ cheap: well, strong: well }, settings, {
        sessionStore,
      });
      expect(await ask(gateway, 'strong')).toEqual(['strong', 'begin']);
    }
  });

  it.each([
    [
      { sticky: true, worthUsd: 1 },
      MODELS,
      /routing\.sessions\.sticky.*Cannot be combined with `worthUsd`/,
    ],
    [{ furtherCalls: 2 }, MODELS, /furtherCalls.*Requires `worthUsd`/],
    [{ worthUsd: 0 }, MODELS, /worthUsd.*Must be a number of at least/],
    [
      { worthUsd: 1 },
      { ...MODELS, strong: { upstream: 'local' } },
      /The price of strong is unknown/,
    ],
    [
      { worthUsd: 1 },
      {
        cheap: { upstream: 'local', pricePerMillionInputTokens: 1, pricePerMillionOutputTokens: 1 },
      },
      /No model has a price for cached tokens/,
    ],
  ])('refuses %j', async (sessions, models, message) => {
    await expect(start(sessions, { models: models as typeof MODELS })).rejects.toThrow(message);
  });
});
