import { type ChatMessage, neededCapabilities } from '@embedllm/router';
import { estimateItems } from '../costs/estimate-tokens.js';
import { MESSAGES, TOKEN_COUNT } from '../protocol/messages.js';
import { type ChatRequest, readMessages } from './chat-request.js';
import { isObject } from './json-object.js';
import { type ModelRequest, readModelRequest, wrong } from './model-request.js';
import type { JsonBody } from './read-body.js';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Checks what the gateway itself relies on in a request of Anthropic's Messages; all else is for the
 * upstream to judge.
 *
 * @throws ApiError 400 naming the field.
 */
export function readMessagesRequest(body: JsonBody): ChatRequest {
  const request = readModelRequest(body, MESSAGES);
  const { value } = body;
  const messages = [...readSystem(value.system), ...readMessages(value.messages).flatMap(plain)];
  const tools = Array.isArray(value.tools) ? value.tools : [];
  return {
    ...request,
    messages,
    capabilities: neededCapabilities({ messages, tools, responseFormat: formatOf(value) }),
    bound: boundBy(value),
    input: estimateItems(value.messages, tools.length > 0, body.bytes),
  };
}

/**
 * Checks a request for the number of tokens that such a request would have. Counting reads and writes
 * nothing that is paid for.
 *
 * @throws ApiError 400 naming the field.
 */
export function readTokenCountRequest(body: JsonBody): ModelRequest {
  const request = readModelRequest(body, TOKEN_COUNT);
  if (request.stream) throw wrong('stream', 'must be omitted: counts are not streamed');
  readMessages(body.value.messages);
  return { ...request, maxTokens: 0, input: { likely: 0, most: 0, parts: 0 } };
}

function readSystem(system: unknown): ChatMessage[] {
  if (system === undefined || system === null) return [];
  if (typeof system === 'string' || Array.isArray(system)) {
    return [{ role: 'system', content: system }];
  }
  throw wrong('system', 'must be a string or a list of blocks');
}

/** Results of tools are written by the user in this protocol; nobody asked what they say. */
function plain({ role, content }: ChatMessage): ChatMessage[] {
  if (!Array.isArray(content)) return [{ role, content }];
  const blocks = content.filter(isObject);
  const results = blocks.filter(({ type }) => type === 'tool_result');
  const others = blocks.filter(({ type }) => type !== 'tool_result').map(part);
  return [
    ...results.map(({ content: result }) => ({
      role: 'tool',
      content: typeof result === 'string' ? result : listOf(result).map(part),
    })),
    ...(others.length > 0 || results.length === 0 ? [{ role, content: others }] : []),
  ];
}

/** A block under a name that the router knows. */
function part(block: Fields): Fields {
  if (block.type !== 'document') return block;
  const type = isObject(block.source) ? block.source.type : undefined;
  return type === 'text' ? { type: 'text' } : { type: 'file', mediaType: 'application/pdf' };
}

/** What no other protocol has: see `ChatRequest.bound`. */
function boundBy({ tools, mcp_servers: servers, container, messages }: Fields): string | undefined {
  const own = listOf(tools).findIndex(
    ({ type }) => type !== undefined && type !== null && type !== 'custom',
  );
  if (own >= 0) return `tools[${own}]`;
  if (listOf(servers).length > 0) return 'mcp_servers';
  if (container !== undefined && container !== null) return 'container';
  const turns = listOf(messages);
  const at = turns.length - 2;
  const isResult = listOf(turns.at(-1)?.content).some(({ type }) => type === 'tool_result');
  const isSigned = listOf(turns[at]?.content).some(
    ({ type, signature }) => type === 'redacted_thinking' || (type === 'thinking' && signature),
  );
  return isResult && isSigned ? `messages[${at}].content` : undefined;
}

/** Older clients send `output_format`, newer ones `output_config.format`. */
function formatOf({ output_format: older, output_config: config }: Fields): { type?: string } {
  const format = isObject(config) && isObject(config.format) ? config.format : older;
  return isObject(format) && typeof format.type === 'string' ? { type: format.type } : {};
}

function listOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
