import { type ChatMessage, neededCapabilities } from '@embedllm/router';
import { estimateInput, type InputEstimate } from '../costs/estimate-tokens.js';
import { ApiError } from './api-error.js';
import { checkKeys } from './check-json.js';
import { isObject } from './json-object.js';
import type { JsonBody } from './read-body.js';

/** A checked request for a chat completion. */
export interface ChatRequest {
  /** The name that the client asked for. */
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly stream: boolean;
  /** What a model has to be capable of, such as `vision` and `tools`. */
  readonly capabilities: readonly string[];
  /** How many choices are asked for (`n`). */
  readonly choices: number;
  /** The most tokens that a choice may have, where the request says so. */
  readonly maxTokens: number | undefined;
  /** The request's own, for streams. */
  readonly streamOptions: Readonly<Record<string, unknown>>;
  /** Tokens that it makes a model read. */
  readonly input: InputEstimate;
  /** The whole body as the client wrote it, which goes to the upstream under another `model`. */
  readonly text: string;
  /** The same, as it was understood. */
  readonly body: Readonly<Record<string, unknown>>;
}

const MAX_NAME = 256;
const MAX_MESSAGES = 10_000;

/**
 * Checks what the gateway itself relies on; all else is for the upstream to judge.
 *
 * @throws ApiError 400 naming the field.
 */
export function readChatRequest({ text, bytes, value: body }: JsonBody): ChatRequest {
  checkKeys(body);
  const { model, stream, n } = body;
  if (typeof model !== 'string' || model === '' || model.length > MAX_NAME) {
    throw wrong('model', `must be a text of 1 to ${MAX_NAME} characters`);
  }
  if (stream !== undefined && stream !== null && typeof stream !== 'boolean') {
    throw wrong('stream', 'must be true or false');
  }
  const choices = Math.max(count(n) ?? 1, count(body.best_of) ?? 1);
  const limits = [count(body.max_tokens), count(body.max_completion_tokens)].filter(isGiven);
  const messages = readMessages(body.messages);
  const capabilities = neededBy(messages, body);
  const input = estimateInput(body, bytes);
  return {
    model,
    messages,
    capabilities,
    stream: stream === true,
    choices,
    // Of two, upstreams differ in which one counts.
    maxTokens: limits.length === 0 ? undefined : Math.max(...limits),
    streamOptions: isObject(body.stream_options) ? body.stream_options : {},
    input,
    text,
    body,
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
      throw wrong(`${param}.role`, 'must be a text');
    }
    return { role, content: readContent('content' in message ? message.content : null, param) };
  });
}

function readContent(content: unknown, param: string): ChatMessage['content'] {
  if (content === undefined || content === null || typeof content === 'string') return content;
  if (Array.isArray(content)) return content;
  throw wrong(`${param}.content`, 'must be a text or a list of parts');
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : undefined;
}

function isGiven(value: number | undefined): value is number {
  return value !== undefined;
}

function wrong(param: string, problem: string): ApiError {
  return new ApiError(400, `\`${param}\` ${problem}.`, { param });
}
