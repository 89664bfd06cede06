import { expect, it } from 'vitest';
import { identifySession } from './session-identity.js';

const messages = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'Build it.' },
];

const identify = (
  headers: Record<string, string> = {},
  body: Record<string, unknown> = {},
  { client = 'app', said = messages }: { client?: string; said?: typeof messages } = {},
): Promise<string> =>
  identifySession({ headers: new Headers(headers), request: { body, messages: said }, client });

const UUID = '0b6a3f5e-8a51-4c2a-9d0e-6d1f7f3c2b1a';

it.each<[string, Record<string, string>, Record<string, unknown>]>([
  ['its own header', { 'x-embedllm-session': UUID }, {}],
  ['the header of Claude Code', { 'x-claude-code-session-id': UUID }, {}],
  ['the metadata of Claude Code', {}, { metadata: { user_id: `{"session_id":"${UUID}"}` } }],
  [
    'the metadata of older ones',
    {},
    { metadata: { user_id: `user_ab12_account_cd34_session_${UUID}` } },
  ],
  ['the header of Codex', { 'session-id': UUID }, {}],
  ['the header of OpenCode', { 'x-opencode-session': UUID }, {}],
  ['the metadata of Codex', {}, { client_metadata: { session_id: UUID } }],
  ['a key of the prompt cache', {}, { prompt_cache_key: UUID }],
  ['a conversation', {}, { conversation: { id: UUID } }],
])('knows a session by %s, whatever is said in it', async (_, headers, body) => {
  const id = await identify(headers, body);
  expect(id).toMatch(/^[0-9a-f]{32}$/);
  const said = [{ role: 'user', content: 'Something else.' }];
  expect(await identify(headers, body, { said })).toBe(id);
  expect(await identify(headers, body, { client: 'other' })).not.toBe(id);
  const other = JSON.stringify([headers, body]).replaceAll(UUID, UUID.replace('0b', '1c'));
  const [otherHeaders, otherBody] = JSON.parse(other);
  expect(await identify(otherHeaders, otherBody)).not.toBe(id);
});

it('takes the first of several', async () => {
  const first = await identify({ 'x-embedllm-session': 'a' });
  expect(await identify({ 'x-embedllm-session': 'a', 'session-id': 'b' })).toBe(first);
  const agent = await identify({ 'x-claude-code-session-id': UUID });
  const user_id = JSON.stringify({ session_id: UUID });
  expect(await identify({}, { metadata: { user_id }, prompt_cache_key: 'c' })).toBe(agent);
});

it('identifies a conversation by its beginning if nothing names it', async () => {
  const id = await identify({ 'x-embedllm-session': '' }, { metadata: { user_id: 'somebody' } });
  const later = [...messages, { role: 'assistant', content: 'Shall I?' }];
  expect(await identify({}, {}, { said: [...later, { role: 'user', content: 'yes' }] })).toBe(id);
  const billed = (version: string) => [
    { role: 'system', content: `x-anthropic-billing-header: cc_version=${version}` },
    ...messages,
  ];
  const one = await identify({}, {}, { said: billed('2.1.1') });
  expect(await identify({}, {}, { said: billed('2.1.2') })).toBe(one);
  const other = [{ role: 'system', content: 'Be long.' }, ...messages.slice(1)];
  expect(await identify({}, {}, { said: other })).not.toBe(id);
});
