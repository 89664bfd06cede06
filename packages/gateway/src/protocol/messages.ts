import { NO_TOKENS, readMessagesUsage } from '../costs/token-usage.js';
import type { ApiError } from '../http/api-error.js';
import { isObject } from '../http/json-object.js';
import { noteShort } from '../upstream/answer-facts.js';
import { messageOf } from './message-of.js';
import type { EventReader, EventSigns, Protocol } from './protocol.js';

type Fields = Readonly<Record<string, unknown>>;

const TYPES: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  503: 'overloaded_error',
  504: 'timeout_error',
};

const noteFacts: Protocol['noteFacts'] = (facts, answer) => {
  noteShort(facts, { id: answer.id, model: answer.model, finishReason: answer.stop_reason });
};

/** Anthropic's Messages. */
export const MESSAGES: Protocol = {
  name: 'messages',
  spoken: 'messages',
  operation: 'chat',
  path: '/messages',
  noun: 'messages',
  input: 'messages',
  span: 'chat',
  outputLimits: ['max_tokens'],
  // Servers and containers that bill apart, speed at six times the price, and places that cost more.
  uncounted: ['container', 'inference_geo', 'mcp_servers', 'speed'],
  asksUsage: false,
  passedHeaders: { 'anthropic-version': '2023-06-01', 'anthropic-beta': undefined },
  passedQuery: ['beta'],
  problemOf: ({ content }) => (Array.isArray(content) ? undefined : 'no content'),
  mark: /"content"\s*:\s*\[/,
  readUsage: readMessagesUsage,
  textIn: ({ delta }) =>
    isObject(delta) && delta.type === 'text_delta' && typeof delta.text === 'string'
      ? delta.text
      : '',
  noteFacts,
  openEvents,
  telling: /"type"\s*:\s*"(?:message_start|message_delta|message_stop|error)"/,
  tokens: /"type"\s*:\s*"content_block_delta"/,
  errorBody: messagesError,
  errorEvent: (body) => `event: error\ndata: ${JSON.stringify(body)}`,
};

/** How many tokens a message would have; costs nothing. */
export const TOKEN_COUNT: Protocol = {
  ...MESSAGES,
  name: 'token-count',
  path: '/messages/count_tokens',
  noun: 'token counts',
  outputLimits: [],
  problemOf: ({ input_tokens: tokens }) =>
    typeof tokens === 'number' ? undefined : 'no input_tokens',
  mark: /"input_tokens"\s*:/,
  readUsage: () => NO_TOKENS,
};

/** Its beginning counts what was read, its end what was written. */
function openEvents(): EventReader {
  let counted: Fields = {};
  const count = (usage: unknown): EventSigns['usage'] => {
    const known = isObject(usage)
      ? Object.entries(usage).filter(([, value]) => value !== null)
      : [];
    counted = { ...counted, ...Object.fromEntries(known) };
    return readMessagesUsage(counted);
  };
  return {
    read(event, facts) {
      switch (event.type) {
        case 'error':
          return { error: messageOf(event.error) };
        case 'message_start': {
          const message = isObject(event.message) ? event.message : {};
          noteFacts(facts, message);
          const read = count(message.usage);
          // Translations count at the end.
          return read && read.input > 0 ? { read } : {};
        }
        case 'content_block_start':
          return { hasContent: isObject(event.content_block) && hasOutput(event.content_block) };
        case 'content_block_delta':
          return { hasContent: true };
        case 'message_delta': {
          const delta = isObject(event.delta) ? event.delta : {};
          noteShort(facts, { finishReason: delta.stop_reason });
          return { hasContent: true, usage: count(event.usage) };
        }
        case 'message_stop':
          return { hasContent: true, isEnd: true };
        default:
          return {};
      }
    },
  };
}

/** The beginning of a text or a thought is empty; a tool has been named already. */
function hasOutput({ type }: Fields): boolean {
  return type !== 'text' && type !== 'thinking';
}

function messagesError(error: ApiError, requestId: string): Fields {
  const { code, param } = error.options;
  const { message, status } = error;
  return {
    type: 'error',
    error: {
      type: TYPES[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error'),
      message,
      ...(code === undefined ? {} : { code }),
      ...(param === undefined ? {} : { param }),
    },
    request_id: requestId,
  };
}
