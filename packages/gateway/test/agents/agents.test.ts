import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLIENT_KEY, type StartedGateway, startGateway } from '../start-gateway.js';
import type { AgentDriver } from './agent-driver.js';
import { type AgentServer, type SeenByAgentModel, startAgentServer } from './agent-server.js';
import { aiSdkAgentDriver } from './ai-sdk-agent-driver.js';
import { anthropicDriver } from './anthropic-driver.js';
import { langChainAnthropicDriver } from './langchain-anthropic-driver.js';
import { openAiAgentsDriver } from './openai-agents-driver.js';
import { openAiResponsesDriver } from './openai-responses-driver.js';
import { PROOF } from './turn.js';

type Protocol = 'chat' | 'messages' | 'responses';

/** Clients by the protocol that they speak. */
const CLIENTS: readonly (readonly [string, 'messages' | 'responses', AgentDriver])[] = [
  ['@anthropic-ai/sdk, key in x-api-key', 'messages', anthropicDriver('x-api-key')],
  ['@anthropic-ai/sdk, key in authorization', 'messages', anthropicDriver('authorization')],
  ['@langchain/anthropic', 'messages', langChainAnthropicDriver],
  ['ai with @ai-sdk/anthropic', 'messages', aiSdkAgentDriver('messages')],
  ['openai, Responses', 'responses', openAiResponsesDriver],
  ['@openai/agents', 'responses', openAiAgentsDriver],
  ['ai with @ai-sdk/openai', 'responses', aiSdkAgentDriver('responses')],
];
const IMAGE =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGD4DwABBAEAfbLI3wAAAABJRU5ErkJggg==';

/** What upstreams are asked in by each client: its own protocol, or another by translation. */
const ENDS: readonly (readonly [string, Protocol, AgentDriver, Protocol])[] = CLIENTS.flatMap(
  ([name, protocol, connect], index) => {
    const other: Protocol = protocol === 'messages' ? 'responses' : 'messages';
    // One client of each protocol is enough to tell whether the third is translated.
    const isFirst = CLIENTS.findIndex(([, spoken]) => spoken === protocol) === index;
    if (name.endsWith('in authorization')) return [[name, protocol, connect, protocol] as const];
    const ends: Protocol[] = isFirst ? [protocol, 'chat', other] : [protocol, 'chat'];
    return ends.map((end) => [name, end, connect, protocol] as const);
  },
);

let server: AgentServer;
const gateways = new Map<Protocol, StartedGateway>();
const stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  server = await startAgentServer();
  stops.push(() => server.close());
  const { baseURL } = server;
  const local = { upstream: 'local' };
  for (const protocol of ['chat', 'messages', 'responses'] as const) {
    const gateway = await startGateway(
      {
        upstreams: { local: { baseURL, protocols: [protocol], translate: true } },
        models: {
          mathematician: local,
          lawyer: local,
          generalist: local,
          cut: local,
          failing: local,
        },
        retries: { attempts: 1 },
        breaker: { minimumCalls: 100, window: 100 },
      },
      {},
      {},
      (stop) => stops.push(stop),
    );
    gateways.set(protocol, gateway);
  }
});

afterAll(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

describe.each(ENDS)('%s, before an upstream of %s', (name, end, connect, protocol) => {
  const gateway = (): StartedGateway => {
    const found = gateways.get(end);
    if (!found) throw new Error(`There is no gateway before ${end}.`);
    return found;
  };
  const run: ReturnType<AgentDriver>['run'] = (task) =>
    connect({ url: gateway().url, apiKey: CLIENT_KEY }).run(task);
  const seen = (text: string): SeenByAgentModel[] =>
    server.seen.filter((one) => one.turn.text === text);
  const path = end === 'chat' ? '/v1/chat/completions' : `/v1/${end}`;
  const title = `${name} before ${end}`.replaceAll(',', '').replace(/ with | key in /g, ' ');

  it.each([false, true])('gets a routed answer (stream: %s)', async (stream) => {
    const prompt = `${title}: which court decides on contracts? ${stream}`;
    const done = await run({ prompt, stream });
    expect(done).toMatchObject({ text: prompt, cities: [] });
    expect(done.outputTokens ?? 7).toBe(7);
    const [call] = seen(prompt);
    expect([call?.path, call?.body.model]).toEqual([path, 'lawyer']);
    expect(gateway().requests.at(-1)).toMatchObject({
      route: `/v1/${protocol}`,
      model: 'lawyer',
      inputTokens: 20,
      cachedInputTokens: 8,
      outputTokens: 7,
    });
  });

  it.each([false, true])('calls tools, two at once, and continues (stream: %s)', async (stream) => {
    const prompt = `weather in ${title}, Rome ${stream}`;
    const done = await run({ prompt, stream, withTool: true });
    const cities = prompt.slice('weather in '.length).split(', ');
    expect(done).toMatchObject({ cities, text: cities.map((city) => `sun in ${city}`).join(', ') });
    const [first, second] = seen(prompt);
    expect(first?.turn.hasTools).toBe(true);
    expect(second?.turn.results.map(({ id }) => id)).toEqual(cities.map((_, i) => `call_${i + 1}`));
  });

  it.each([false, true])(
    'has thoughts where their proofs are kept (stream: %s)',
    async (stream) => {
      const prompt = `weather in ${title} once more ${stream}`;
      const done = await run({ prompt, stream, withTool: true, thinks: true });
      const [first, second] = seen(prompt);
      expect(done).toMatchObject({ cities: [`${title} once more ${stream}`] });
      if (end === protocol) {
        expect(done.thought).toBe(`Hm, ${prompt}.`);
        expect([first?.turn.thinks, second?.turn.thoughts]).toEqual([true, [PROOF]]);
      } else expect([done.thought, second?.turn.thoughts]).toEqual(['', []]);
    },
  );

  it('sends images', async () => {
    const prompt = `${title}: an image`;
    const done = await run({ prompt, stream: false, image: IMAGE });
    expect(done.text).toBe(`${prompt}: ${IMAGE.length}`);
  });

  it('raises an error when a stream breaks off', async () => {
    const task = { prompt: `${title}: a long text that never ends`, model: 'cut', stream: true };
    await expect(run(task)).rejects.toThrow();
    expect(gateway().requests.at(-1)).toMatchObject({ model: 'cut', isEstimated: true });
  });

  it('raises the errors of the gateway', async () => {
    const prompt = `${title}: an error`;
    for (const stream of [false, true]) {
      await expect(run({ prompt, model: 'failing', stream })).rejects.toMatchObject({
        message: expect.stringContaining('answered with status 500'),
      });
      await expect(run({ prompt, model: 'absent', stream })).rejects.toMatchObject({
        message: expect.stringContaining('Unknown model'),
      });
    }
  });
});
