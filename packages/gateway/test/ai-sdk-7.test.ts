import type { createAnthropic } from '@ai-sdk/anthropic-4';
import type { createGoogleGenerativeAI } from '@ai-sdk/google-4';
import type { LanguageModelV4 } from '@ai-sdk/provider-4';
import OpenAI from 'openai';
import { afterEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { fakeAnthropic, type Reply } from './fake-anthropic.js';
import { CLIENT_KEY, startGateway } from './start-gateway.js';

vi.mock('@ai-sdk/anthropic', () => import('@ai-sdk/anthropic-4'));

const KEY = 'sk-ant-test-5e1f77';
const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGD4DwABBAEAfbLI3wAAAABJRU5ErkJggg==';
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function start(reply: Reply) {
  const anthropic = await fakeAnthropic(KEY, reply);
  stops.push(anthropic.close);
  const gateway = await startGateway(
    {
      upstreams: {
        anthropic: {
          provider: 'anthropic',
          baseURL: anthropic.baseURL,
          apiKeyEnv: 'ANTHROPIC',
        },
      },
      models: { claude: { upstream: 'anthropic', model: 'claude-sonnet-4-5' } },
    },
    {},
    { loadRouter: undefined, environment: { CLIENT_KEY, ANTHROPIC: KEY } },
  );
  const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: CLIENT_KEY, maxRetries: 0 });
  return { anthropic, client };
}

it('has packages of the interface that is translated', () => {
  type Made<Create extends (settings?: never) => (id: never) => unknown> = ReturnType<
    ReturnType<Create>
  >;
  expectTypeOf<Made<typeof createAnthropic>>().toExtend<LanguageModelV4>();
  expectTypeOf<Made<typeof createGoogleGenerativeAI>>().toExtend<LanguageModelV4>();
});

describe("a package of the AI SDK's version 7", () => {
  const call = { type: 'tool_use', id: 'call-1', name: 'weather', input: { city: 'Paris' } };

  it('answers chats with images, with usage', async () => {
    const { anthropic, client } = await start(() => ({
      content: [{ type: 'text', text: 'All is well.' }],
    }));
    const url = `data:image/png;base64,${PNG}`;
    const answer = await client.chat.completions.create({
      model: 'claude',
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            { type: 'image_url', image_url: { url } },
          ],
        },
      ],
    });
    expect(answer).toMatchObject({
      choices: [{ message: { content: 'All is well.' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 120, completion_tokens: 7 },
    });
    expect(anthropic.seen[0]?.body.messages[0]?.content).toMatchObject([
      { type: 'text', text: 'What is this?' },
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } },
    ]);
  });

  it('streams tool calls, and takes their results', async () => {
    const { anthropic, client } = await start(({ body }) =>
      body.messages.length > 1
        ? { content: [{ type: 'text', text: 'Sun.' }] }
        : { content: [call], stop: 'tool_use' },
    );
    const function_ = { name: 'weather', parameters: { type: 'object', properties: {} } };
    const ask = async (messages: OpenAI.ChatCompletionMessageParam[]) => {
      const stream = client.chat.completions.stream({
        model: 'claude',
        messages,
        tools: [{ type: 'function', function: function_ }],
      });
      return (await stream.finalChatCompletion()).choices[0];
    };
    const question = { role: 'user' as const, content: 'How is the weather in Paris?' };
    const first = await ask([question]);
    expect(first?.finish_reason).toBe('tool_calls');
    const [asked] = first?.message.tool_calls ?? [];
    expect(JSON.parse(asked?.function.arguments ?? '')).toEqual({ city: 'Paris' });
    const result = { role: 'tool' as const, tool_call_id: 'call-1', content: 'sun' };
    const last = await ask([
      question,
      { role: 'assistant', tool_calls: first?.message.tool_calls ?? [] },
      result,
    ]);
    expect(last?.message.content).toBe('Sun.');
    expect(anthropic.seen[1]?.body.messages.at(-1)?.content).toMatchObject([
      { type: 'tool_result', tool_use_id: 'call-1', content: 'sun' },
    ]);
  });
});
