import { messageText } from '@embedllm/router';
import type { ChatRequest } from '../http/chat-request.js';
import { hexDigest } from '../http/digest.js';
import { isObject, parseObject } from '../http/json-object.js';
import type { RequestHeaders } from '../http/request-headers.js';

/** The header by which a client says which session a request belongs to. */
export const SESSION_HEADER = 'x-embedllm-session';

/** Headers of agents: Claude Code, Codex, OpenCode and others, Grok. */
const AGENT_HEADERS = [
  'x-claude-code-session-id',
  'session-id',
  'session_id',
  'x-session-affinity',
  'x-session-id',
  'x-opencode-session',
  'x-grok-conv-id',
];
/** A longer name is taken for none. */
const MAX_CHARACTERS = 512;
/** The first block of Claude Code's system prompt; it changes with its version. */
const BILLING = /^x-anthropic-billing-header:[^\n]*\n?/gm;

/** What a session is known by. */
export interface SessionNames {
  readonly headers: Pick<RequestHeaders, 'get'>;
  readonly request: Pick<ChatRequest, 'body' | 'messages'>;
  /** The name of the client's key: what another client sends is nobody else's. */
  readonly client: string | undefined;
}

/**
 * The session that a request belongs to: by the header `x-embedllm-session`, else one of an agent, else the session in
 * `metadata.user_id`, `client_metadata` or `prompt_cache_key`, else `conversation`, else by what all requests of
 * a conversation begin with: its system prompt and the user's first message.
 *
 * @returns 32 hexadecimal characters.
 */
export async function identifySession({ headers, request, client }: SessionNames): Promise<string> {
  const named = namedSession(headers, request.body);
  const told = named ?? ['beginning', beginningOf(request)];
  return (await hexDigest(JSON.stringify([client ?? '', ...told]))).slice(0, 32);
}

function namedSession(
  headers: SessionNames['headers'],
  body: Readonly<Record<string, unknown>>,
): [string, string] | undefined {
  const own = usable(headers.get(SESSION_HEADER));
  if (own !== undefined) return ['header', own];
  for (const name of AGENT_HEADERS) {
    const value = usable(headers.get(name));
    if (value !== undefined) return ['agent', value];
  }
  const inMetadata = sessionOfUser(isObject(body.metadata) ? body.metadata.user_id : undefined);
  if (inMetadata !== undefined) return ['agent', inMetadata];
  const metadata = isObject(body.client_metadata) ? body.client_metadata : {};
  const ofClient = usable(metadata.session_id);
  if (ofClient !== undefined) return ['agent', ofClient];
  const cacheKey = usable(body.prompt_cache_key);
  if (cacheKey !== undefined) return ['cache', cacheKey];
  const { conversation } = body;
  const kept = usable(isObject(conversation) ? conversation.id : conversation);
  return kept === undefined ? undefined : ['conversation', kept];
}

/** Claude Code writes JSON into it; older ones `user_HASH_account_UUID_session_UUID`. */
function sessionOfUser(user: unknown): string | undefined {
  if (typeof user !== 'string') return undefined;
  return usable(parseObject(user)?.session_id) ?? /_session_([\w-]{8,128})$/.exec(user)?.[1];
}

function beginningOf({ messages }: SessionNames['request']): string {
  const systems = messages.filter(({ role }) => role === 'system' || role === 'developer');
  const first = messages.find(({ role }) => role === 'user');
  const texts = [...systems, ...(first ? [first] : [])].map(messageText);
  return texts.join('\n').replace(BILLING, '');
}

function usable(value: unknown): string | undefined {
  const isName = typeof value === 'string' && value !== '' && value.length <= MAX_CHARACTERS;
  return isName ? value : undefined;
}
