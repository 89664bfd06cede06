import { type ChatMessage, neededCapabilities } from '@embedllm/router';
import { estimateInput } from '../costs/estimate-tokens.js';
import { CHAT } from '../protocol/openai.js';
import { isObject } from './json-object.js';
import { MAX_NAME, type ModelRequest, readModelRequest, wrong } from './model-request.js';
import type { JsonBody } from './read-body.js';

/** A checked request for an answer to a chat, whatever its protocol. */
export interface ChatRequest extends ModelRequest {
  /** The messages that the model is chosen by. */
  readonly messages: readonly ChatMessage[];
  /** What a model has to be capable of, such as `vision` and `tools`. */
  readonly capabilities: readonly string[];
  /**
   * The field for which only an upstream that speaks the protocol itself can continue: a tool that it runs, what it
   * has kept, or thoughts that its model has signed in this turn.
   */
  readonly bound?: string | undefined;
}

/** The most messages or items of a chat. */
export const MAX_MESSAGES = 10_000;

/**
 * Checks what the gateway itself relies on; all else is for the upstream to judge.
 *
 * @throws ApiError 400 naming the field.
 */
export function readChatRequest(body: JsonBody): ChatRequest {
  const request = readModelRequest(body, CHAT);
  const messages = readMessages(body.value.messages);
  return {
    ...request,
    messages,
    capabilities: neededBy(messages, body.value),
    input: estimateInput(body.value, body.bytes),
  };
}

/** The capabilities that a request with these messages needs. */
export function neededBy(
  messages: readonly ChatMessage[],
  { tools, response_format: format }: Readonly<Record<string, unknown>>,
): string[] {
  const type = isObject(format) && typeof format.type === 'string' ? format.type : undefined;
  return neededCapabilities({
    messages,
    tools: Array.isArray(tools) ? tools : undefined,
    responseFormat: { type },
  });
}

/** @throws ApiError 400 naming the message. */
export function readMessages(value: unknown): ChatMessage[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > MAX_MESSAGES) {
    throw wrong('messages', `must be a list of 1 to ${MAX_MESSAGES} messages`);
  }
  return value.map((message: unknown, index) => {
    const param = `messages[${index}]`;
    if (typeof message !== 'object' || message === null || Array.isArray(message)) {
      throw wrong(param, 'must be an object');
    }
    const role = 'role' in message ? message.role : undefined;
    if (typeof role !== 'string' || role === '' || role.length > MAX_NAME) {
      throw wrong(`${param}.role`, 'must be a string');
    }
    return { role, content: readContent('content' in message ? message.content : null, param) };
  });
}

function readContent(content: unknown, param: string): ChatMessage['content'] {
  if (content === undefined || content === null || typeof content === 'string') return content;
  if (Array.isArray(content)) return content;
  throw wrong(`${param}.content`, 'must be a string or a list of parts');
}
