import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { resolveModel } from './resolve-model.js';

let sent: { url: string; key: string | null; body: Record<string, unknown> }[];
beforeEach(() => {
  sent = [];
  // Stands in for servers that cannot be reached from here.
  vi.stubGlobal('fetch', async (url: string, { headers, body }: RequestInit) => {
    sent.push({
      ...{ url, key: new Headers(headers).get('authorization') },
      body: JSON.parse(String(body)),
    });
    return Response.json({ choices: [{ message: { content: '4' }, finish_reason: 'stop' }] });
  });
  vi.stubEnv('OPENAI_API_KEY', 'secret');
  vi.stubEnv('GROQ_API_KEY', 'other');
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
});

it.each([
  ['openai:gpt-5-mini:low', 'https://api.openai.com/v1', 'max_completion_tokens', 'Bearer secret'],
  [
    'https://api.openai.com/v1/#gpt-5-mini',
    'https://api.openai.com/v1',
    'max_completion_tokens',
    null,
  ],
  ['groq:llama', 'https://api.groq.com/openai/v1', 'max_tokens', 'Bearer other'],
])('asks %s without a package of the AI SDK', async (name, baseURL, limit, key) => {
  const { model, providerOptions = {} } = await resolveModel(name);
  const prompt = [{ role: 'user' as const, content: [{ type: 'text' as const, text: '2 + 2?' }] }];
  const reply = await model.doGenerate({ prompt, maxOutputTokens: 50, providerOptions });
  expect(reply.content).toEqual([{ type: 'text', text: '4' }]);
  expect(sent).toMatchObject([{ url: `${baseURL}/chat/completions`, key }]);
  const { body } = sent[0]!;
  expect([body.max_tokens, body.max_completion_tokens]).toEqual(
    limit === 'max_tokens' ? [50, undefined] : [undefined, 50],
  );
  expect(body.reasoning_effort).toBe(name.endsWith(':low') ? 'low' : undefined);
});

it.each([
  ['openai:gpt-5-mini', 'OPENAI_API_KEY'],
  ['anthropic:claude-haiku-4-5', 'ANTHROPIC_API_KEY'],
  ['google:gemini-3-flash', 'GOOGLE_GENERATIVE_AI_API_KEY'],
])('misses the key of %s before anything is asked', async (name, variable) => {
  vi.stubEnv(variable, '');
  await expect(resolveModel(name)).rejects.toThrow(`${variable} is not set. Set it to the key`);
  expect(sent).toEqual([]);
});

it('refuses a key that no header can hold without saying what it is', async () => {
  vi.stubEnv('OPENAI_API_KEY', 'sk-secret\nother');
  const refused = resolveModel('openai:gpt-5-mini');
  await expect(refused).rejects.toThrow(/OPENAI_API_KEY must consist of visible ASCII characters/);
  await expect(refused).rejects.not.toThrow(/sk-secret/);
});
