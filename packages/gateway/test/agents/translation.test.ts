import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StartedGateway, startGateway } from '../start-gateway.js';
import { type AgentServer, startAgentServer } from './agent-server.js';

let server: AgentServer;
let gateway: StartedGateway;
const stops: (() => Promise<void>)[] = [];

/** `lawyer` is best at contracts, and behind chat completions; `generalist` speaks everything. */
beforeAll(async () => {
  server = await startAgentServer();
  stops.push(() => server.close());
  const { baseURL } = server;
  gateway = await startGateway(
    {
      upstreams: {
        chat: { baseURL, translate: true },
        all: { baseURL, protocols: ['messages', 'responses'] },
        plain: { baseURL },
      },
      models: {
        lawyer: { upstream: 'chat' },
        generalist: { upstream: 'all' },
        mathematician: { upstream: 'plain' },
      },
    },
    {},
    {},
    (stop) => stops.push(stop),
  );
});

afterAll(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

const LAW = 'Which court decides on contracts?';
const asking = (extra: object = {}) => ({
  max_tokens: 100,
  messages: [{ role: 'user', content: LAW }],
  ...extra,
});

async function send(path: string, body: object) {
  const response = await gateway.post(path, body);
  const { status, headers } = response;
  const value: Record<string, unknown> = JSON.parse(await response.text());
  return {
    status,
    value,
    model: headers.get('x-embedllm-model'),
    dropped: headers.get('x-embedllm-dropped')?.split(', ').sort(),
    sent: server.seen.at(-1)?.body,
  };
}

describe('a request of Messages for an upstream of chat completions', () => {
  it('says the same, and names what was left out', async () => {
    const ephemeral = { cache_control: { type: 'ephemeral' } };
    const call = { type: 'tool_use', id: 'toolu_1', name: 'look', input: { at: 'it' } };
    const thinking = { type: 'thinking', thinking: 'Hm.', signature: 'x' };
    const image = {
      type: 'image',
      source: { type: 'base64', media_type: 'image/png', data: 'AA' },
    };
    const result = { type: 'tool_result', tool_use_id: 'toolu_1', is_error: true };
    const { status, dropped, sent } = await send('/v1/messages', {
      model: 'lawyer',
      max_tokens: 100,
      temperature: 0.5,
      stop_sequences: ['END'],
      metadata: { user_id: 'u' },
      thinking: { type: 'enabled', budget_tokens: 50 },
      output_config: { effort: 'max', format: { type: 'json_schema', schema: { type: 'object' } } },
      system: [{ type: 'text', text: 'Be brief.', ...ephemeral }],
      tools: [{ name: 'look', input_schema: { type: 'object' }, ...ephemeral }],
      tool_choice: { type: 'any', disable_parallel_tool_use: true },
      messages: [
        { role: 'user', content: 'Look at it.' },
        { role: 'assistant', content: [thinking, { type: 'text', text: 'I will.' }, call] },
        {
          role: 'user',
          content: [
            { ...result, content: [{ type: 'text', text: 'no' }, image] },
            { type: 'text', text: LAW },
          ],
        },
      ],
    });
    expect(status).toBe(200);
    expect(dropped).toEqual([
      'messages[].content[].is_error',
      'messages[].content[].thinking',
      'metadata',
      'system[].cache_control',
      'thinking',
      'tools[].cache_control',
    ]);
    expect(sent).toMatchObject({
      model: 'lawyer',
      max_tokens: 100,
      temperature: 0.5,
      stop: ['END'],
      reasoning_effort: 'high',
      parallel_tool_calls: false,
      tool_choice: 'required',
      response_format: { type: 'json_schema' },
      tools: [{ type: 'function', function: { name: 'look' } }],
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Look at it.' },
        {
          role: 'assistant',
          content: 'I will.',
          tool_calls: [{ id: 'toolu_1', function: { name: 'look', arguments: '{"at":"it"}' } }],
        },
        { role: 'tool', tool_call_id: 'toolu_1', content: 'no' },
        {
          role: 'user',
          content: [
            { type: 'image_url', image_url: { url: 'data:image/png;base64,AA' } },
            { type: 'text', text: LAW },
          ],
        },
      ],
    });
    const metrics = await gateway.gateway.metrics();
    expect(metrics).toContain(
      'embedllm_gateway_translations_total{model="lawyer",protocol="messages",dropped="true"} 1',
    );
  });

  it.each([
    [
      'tools that the upstream runs',
      { tools: [{ type: 'web_search_20250305', name: 'w' }] },
      'tools[0]',
    ],
    ['servers of tools', { mcp_servers: [{ url: 'http://x' }] }, 'mcp_servers'],
    [
      'files that are kept elsewhere',
      {
        messages: [
          { role: 'user', content: [{ type: 'image', source: { type: 'file', file_id: 'f' } }] },
        ],
      },
      'messages[0].content[0].source',
    ],
  ])('refuses %s', async (_, extra, param) => {
    const { status, value } = await send('/v1/messages', { model: 'lawyer', ...asking(extra) });
    expect([status, value]).toMatchObject([
      400,
      { type: 'error', error: { type: 'invalid_request_error', param } },
    ]);
  });
});

describe('a request of Responses for an upstream of chat completions', () => {
  it('says the same, and names what was left out', async () => {
    const { status, dropped, sent } = await send('/v1/responses', {
      model: 'lawyer',
      instructions: 'Be brief.',
      max_output_tokens: 100,
      store: true,
      prompt_cache_key: 'k',
      reasoning: { effort: 'low', summary: 'auto' },
      text: { verbosity: 'low', format: { type: 'json_object' } },
      tools: [{ type: 'function', name: 'look', parameters: { type: 'object' } }],
      tool_choice: { type: 'function', name: 'look' },
      input: [
        { type: 'message', role: 'developer', content: 'Be kind.' },
        { role: 'user', content: [{ type: 'input_text', text: 'Look.' }] },
        { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'x' },
        { type: 'function_call', call_id: 'c1', name: 'look', arguments: '{}' },
        { type: 'function_call', call_id: 'c2', name: 'look', arguments: '' },
        { type: 'function_call_output', call_id: 'c1', output: 'one' },
        {
          type: 'function_call_output',
          call_id: 'c2',
          output: [{ type: 'input_text', text: 'two' }],
        },
        { role: 'user', content: LAW },
      ],
    });
    expect(status).toBe(200);
    expect(dropped).toEqual([
      'input[].reasoning',
      'prompt_cache_key',
      'reasoning.summary',
      'store',
      'text.verbosity',
    ]);
    expect(sent).toMatchObject({
      max_tokens: 100,
      reasoning_effort: 'low',
      response_format: { type: 'json_object' },
      tool_choice: { type: 'function', function: { name: 'look' } },
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'system', content: 'Be kind.' },
        { role: 'user', content: 'Look.' },
        { role: 'assistant', tool_calls: [{ id: 'c1' }, { id: 'c2' }] },
        { role: 'tool', tool_call_id: 'c1', content: 'one' },
        { role: 'tool', tool_call_id: 'c2', content: 'two' },
        { role: 'user', content: LAW },
      ],
    });
  });

  it.each([
    ['what an upstream has kept', { previous_response_id: 'resp_1' }, 'previous_response_id'],
    ['items by their names', { input: [{ type: 'item_reference', id: 'msg_1' }] }, 'input[0]'],
    ['tools with a grammar', { tools: [{ type: 'custom', name: 'patch' }] }, 'tools[0]'],
  ])('refuses %s', async (_, extra, param) => {
    const body = { model: 'lawyer', input: LAW, ...extra };
    expect(await send('/v1/responses', body)).toMatchObject({
      status: 400,
      value: { error: { param, code: 'unsupported_parameter' } },
    });
  });
});

describe('auto', () => {
  const tool = { type: 'web_search_20250305', name: 'w' };
  const thinking = { type: 'thinking', thinking: 'Hm.', signature: 'x' };
  const call = { type: 'tool_use', id: 't', name: 'look', input: {} };
  const result = { type: 'tool_result', tool_use_id: 't', content: 'no' };
  const turn = (...content: object[]) => ({
    messages: [
      { role: 'user', content: LAW },
      { role: 'assistant', content },
      { role: 'user', content: [result] },
    ],
    tools: [{ name: 'look', input_schema: {} }],
  });

  it('goes to models behind other protocols too', async () => {
    expect(await send('/v1/messages', { model: 'auto', ...asking() })).toMatchObject({
      model: 'lawyer',
      value: { model: 'lawyer', content: [{ type: 'text', text: LAW }] },
    });
    expect(await send('/v1/messages', { model: 'auto', ...asking(turn(call)) })).toMatchObject({
      model: 'lawyer',
    });
  });

  it.each([
    ['tools that an upstream runs', '/v1/messages', asking({ tools: [tool] })],
    ['thoughts that were signed in this turn', '/v1/messages', asking(turn(thinking, call))],
    ['what an upstream has kept', '/v1/responses', { input: LAW, previous_response_id: 'r' }],
  ])('leaves them out where a request has %s', async (_, path, body) => {
    expect(await send(path, { model: 'auto', ...body })).toMatchObject({
      status: 200,
      model: 'generalist',
    });
  });

  it('does not go to models whose upstream takes the protocol in no way', async () => {
    const body = { model: 'mathematician', ...asking() };
    const { status, value } = await send('/v1/messages', body);
    expect([status, value]).toMatchObject([
      400,
      { error: { message: expect.stringContaining('upstreams.plain.protocols') } },
    ]);
    const sum = { ...asking(), messages: [{ role: 'user', content: 'The sum of the number 1' }] };
    expect((await send('/v1/messages', { model: 'auto', ...sum })).model).not.toBe('mathematician');
  });
});
