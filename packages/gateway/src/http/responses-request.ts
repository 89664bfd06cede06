import { type ChatMessage, neededCapabilities } from '@embedllm/router';
import { estimateItems } from '../costs/estimate-tokens.js';
import { RESPONSES } from '../protocol/responses.js';
import { type ChatRequest, MAX_MESSAGES } from './chat-request.js';
import { isObject } from './json-object.js';
import { readModelRequest, wrong } from './model-request.js';
import type { JsonBody } from './read-body.js';

type Fields = Readonly<Record<string, unknown>>;

/** Members by which an upstream adds what it has kept. */
const STORED = ['conversation', 'previous_response_id', 'prompt'];

/**
 * Checks what the gateway itself relies on in a request of OpenAI's Responses; all else is for the
 * upstream to judge.
 *
 * @throws ApiError 400 naming the field.
 */
export function readResponsesRequest(body: JsonBody): ChatRequest {
  const request = readModelRequest(body, RESPONSES);
  const { value } = body;
  if (value.background === true) {
    throw wrong('background', 'must be omitted: responses are not stored to be fetched later');
  }
  const messages = [...readInstructions(value.instructions), ...readInput(value)];
  const tools = Array.isArray(value.tools) ? value.tools : [];
  const format = isObject(value.text) && isObject(value.text.format) ? value.text.format : {};
  const type = typeof format.type === 'string' ? format.type : undefined;
  return {
    ...request,
    messages,
    capabilities: neededCapabilities({ messages, tools, responseFormat: { type } }),
    bound: boundBy(value),
    input: estimateItems(value.input, tools.length > 0, body.bytes),
  };
}

/** What no other protocol has: see `ChatRequest.bound`. */
function boundBy(body: Fields): string | undefined {
  const stored = STORED.find((name) => body[name] !== undefined && body[name] !== null);
  if (stored !== undefined) return stored;
  const tools: readonly unknown[] = Array.isArray(body.tools) ? body.tools : [];
  const own = tools.findIndex((tool) => isObject(tool) && tool.type !== 'function');
  if (own >= 0) return `tools[${own}]`;
  const items: readonly unknown[] = Array.isArray(body.input) ? body.input : [];
  const kept = items.findIndex((item) => isObject(item) && item.type === 'item_reference');
  if (kept >= 0) return `input[${kept}]`;
  const asked = items.findLastIndex((item) => isObject(item) && item.role === 'user');
  const signed = items.findIndex(
    (item, index) => index > asked && isObject(item) && Boolean(item.encrypted_content),
  );
  return signed >= 0 ? `input[${signed}]` : undefined;
}

function readInstructions(instructions: unknown): ChatMessage[] {
  if (instructions === undefined || instructions === null) return [];
  if (typeof instructions === 'string') return [{ role: 'system', content: instructions }];
  throw wrong('instructions', 'must be a string');
}

function readInput(body: Fields): ChatMessage[] {
  const { input } = body;
  if (typeof input === 'string') return [{ role: 'user', content: input }];
  const isStored = STORED.some((name) => body[name] !== undefined && body[name] !== null);
  if ((input === undefined || input === null) && isStored) return [];
  if (!Array.isArray(input) || input.length === 0 || input.length > MAX_MESSAGES) {
    throw wrong('input', `must be a string or a list of 1 to ${MAX_MESSAGES} items`);
  }
  return input.map((item: unknown, index) => {
    if (!isObject(item)) throw wrong(`input[${index}]`, 'must be an object');
    return toMessage(item);
  });
}

/** Calls of tools and thoughts are the model's, results of tools nobody's question. */
function toMessage(item: Fields): ChatMessage {
  const { role, content, output, type } = item;
  if (typeof role === 'string') return { role, content: parts(content) };
  const isResult = typeof type === 'string' && type.endsWith('_output');
  return isResult ? { role: 'tool', content: parts(output) } : { role: 'assistant' };
}

/** Parts under names that the router knows. */
function parts(content: unknown): ChatMessage['content'] {
  if (!Array.isArray(content)) return typeof content === 'string' ? content : undefined;
  return content.map((part: unknown) => {
    if (!isObject(part)) return part;
    if (part.type === 'input_image') return { type: 'image' };
    return part.type === 'input_file' ? { type: 'file', mediaType: 'application/pdf' } : part;
  });
}
