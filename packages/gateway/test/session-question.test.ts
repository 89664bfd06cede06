import type { ChatMessage, RouteDecision } from '@embedllm/router';
import { lastUserQuestion } from '@embedllm/router';
import { afterEach, describe, expect, it } from 'vitest';
import type { QuestionSession } from '../src/index.js';
import { MESSAGES, RESPONSES, wellIn } from './protocols.js';
import {
  type Script,
  type ScriptedGateway,
  scriptedGateway,
  stopScripted,
  well,
} from './scripted-gateway.js';

afterEach(stopScripted);

const OPENING = 'Make the parser of the grammar handle comments.';
const PLAN = 'I would add a rule. Shall I?';
const RESULT = '2 failed, 40 passed';
const TASK = `${OPENING}\n${PLAN}\nyes, do it\n${RESULT}`;

/** A session of an agent in each protocol: a request, a plan, an approval, a call and its result. */
const CONVERSATIONS: Readonly<Record<string, { path: string; body: object; script: Script }>> = {
  chat: {
    path: '/v1/chat/completions',
    body: {
      messages: [
        { role: 'system', content: 'You are an agent.' },
        { role: 'user', content: OPENING },
        { role: 'assistant', content: PLAN },
        { role: 'user', content: 'yes, do it' },
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'c', type: 'function', function: { name: 'test', arguments: '{}' } }],
        },
        { role: 'tool', tool_call_id: 'c', content: RESULT },
      ],
    },
    script: well,
  },
  messages: {
    path: MESSAGES.path,
    body: {
      max_tokens: 10,
      system: 'You are an agent.',
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: '<system-reminder>Be careful.</system-reminder>' },
            { type: 'text', text: OPENING },
          ],
        },
        { role: 'assistant', content: [{ type: 'text', text: PLAN }] },
        { role: 'user', content: 'yes, do it' },
        { role: 'assistant', content: [{ type: 'tool_use', id: 'c', name: 'test', input: {} }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c', content: RESULT }] },
      ],
    },
    script: wellIn(MESSAGES),
  },
  responses: {
    path: RESPONSES.path,
    body: {
      instructions: 'You are an agent.',
      input: [
        {
          role: 'user',
          content: [
            { type: 'input_text', text: '<environment_context>here</environment_context>' },
          ],
        },
        { role: 'user', content: [{ type: 'input_text', text: OPENING }] },
        { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: PLAN }] },
        { role: 'user', content: 'yes, do it' },
        { type: 'function_call', call_id: 'c', name: 'test', arguments: '{}' },
        { type: 'function_call_output', call_id: 'c', output: RESULT },
      ],
    },
    script: wellIn(RESPONSES),
  },
};

/** A gateway whose router keeps what it is asked. */
async function recording(
  script: Script,
  settings: object = {},
  options: Parameters<typeof scriptedGateway>[2] = {},
): Promise<{ gateway: ScriptedGateway; asked: string[] }> {
  const asked: string[] = [];
  const chosen = { model: { name: 'first' }, probability: 0.9 };
  const decision: RouteDecision = { ...chosen, candidates: [chosen], reason: '', policy: '' };
  const loadRouter = async () => ({
    models: [{ name: 'first' }],
    route: async (question: unknown) => {
      asked.push(lastUserQuestion(question as ChatMessage[]));
      return decision;
    },
  });
  const local = { protocols: ['chat', 'messages', 'responses'] };
  const all = { ...settings, local };
  const gateway = await scriptedGateway({ first: script }, all, { ...options, loadRouter });
  return { gateway, asked };
}

describe('the question of a session', () => {
  it.each(Object.keys(CONVERSATIONS))('is its task, in %s', async (name) => {
    const { path, body, script } = CONVERSATIONS[name] as (typeof CONVERSATIONS)[string];
    const { gateway, asked } = await recording(script);
    expect((await gateway.post(path, { model: 'auto', ...body })).status).toBe(200);
    expect(asked).toEqual([TASK]);
  });

  it('has as many tokens as it may have', async () => {
    const settings = { routing: { sessions: { questionTokens: 10 } } };
    const { gateway, asked } = await recording(well, settings);
    await gateway.post('/v1/chat/completions', { model: 'auto', ...CONVERSATIONS.chat?.body });
    expect(asked).toEqual(['Make the\n.\nI would\n?\nyes, do\nt\n2 faile\nd']);
  });

  it('is left to the router with 0', async () => {
    const settings = { routing: { sessions: { questionTokens: 0 } } };
    const { gateway, asked } = await recording(well, settings);
    await gateway.post('/v1/chat/completions', { model: 'auto', ...CONVERSATIONS.chat?.body });
    expect(asked).toEqual([`${OPENING}\nyes, do it`]);
  });

  it("is the program's to say, which is told of the session", async () => {
    const sessions: (QuestionSession | undefined)[] = [];
    const toQuestion = (messages: readonly ChatMessage[], session?: QuestionSession): string => {
      sessions.push(session);
      return `${messages.length} messages`;
    };
    const { gateway, asked } = await recording(well, {}, { toQuestion });
    const chat = { model: 'auto', ...CONVERSATIONS.chat?.body };
    await gateway.post('/v1/chat/completions', chat);
    await gateway.post('/v1/chat/completions', chat);
    await gateway.post('/v1/route', chat);
    expect(asked).toEqual(['6 messages', '6 messages', '6 messages']);
    const id = expect.stringMatching(/^[0-9a-f]{32}$/);
    expect(sessions).toEqual([
      { id, calls: 0, model: undefined },
      { id: sessions[0]?.id, calls: 1, model: 'first' },
      undefined,
    ]);
  });
});
