import type { ServerResponse } from 'node:http';
import { json, type Script } from './scripted-gateway.js';

/** How a protocol is asked and answered in tests. */
export interface TestedProtocol {
  readonly path: '/v1/messages' | '/v1/responses';
  /** The members of a request besides its model. */
  ask(question: string): object;
  readonly answer: object;
  /** Of a stream, in order: the beginning, one token, the end. */
  readonly events: readonly [string, string, string];
  /** What is counted of both. */
  readonly usage: object;
  /** An error in its form, with this message. */
  error(type: string, message: unknown): object;
}

const event = (type: string, extra: object = {}): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...extra })}\n\n`;

/** Anthropic's Messages. */
export const MESSAGES: TestedProtocol = {
  path: '/v1/messages',
  ask: (question) => ({ max_tokens: 100, messages: [{ role: 'user', content: question }] }),
  answer: {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [{ type: 'text', text: 'well' }],
    stop_reason: 'end_turn',
    usage: {
      input_tokens: 10,
      cache_read_input_tokens: 90,
      cache_creation_input_tokens: 20,
      output_tokens: 7,
    },
  },
  events: [
    event('message_start', {
      message: {
        id: 'msg_1',
        model: 'm',
        usage: {
          input_tokens: 10,
          cache_read_input_tokens: 90,
          cache_creation_input_tokens: 20,
          output_tokens: 1,
        },
      },
    }) +
      event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }) +
      event('ping'),
    event('content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'well' } }),
    event('content_block_stop', { index: 0 }) +
      event('message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 7 } }) +
      event('message_stop'),
  ],
  usage: { inputTokens: 120, cachedInputTokens: 90, cacheWriteTokens: 20, outputTokens: 7 },
  error: (type, message) => ({ type: 'error', error: { type, message } }),
};

const response = {
  id: 'resp_1',
  object: 'response',
  model: 'm',
  status: 'completed',
  error: null,
  output: [
    { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'well' }] },
  ],
  usage: {
    input_tokens: 120,
    input_tokens_details: { cached_tokens: 90 },
    output_tokens: 7,
    output_tokens_details: { reasoning_tokens: 5 },
    total_tokens: 127,
  },
};

/** OpenAI's Responses. */
export const RESPONSES: TestedProtocol = {
  path: '/v1/responses',
  ask: (question) => ({ input: question }),
  answer: response,
  events: [
    event('response.created', { response: { ...response, status: 'in_progress', usage: null } }) +
      event('response.output_item.added', { item: { type: 'message', content: [] } }),
    event('response.output_text.delta', { delta: 'well' }),
    event('response.completed', { response }),
  ],
  usage: { inputTokens: 120, cachedInputTokens: 90, outputTokens: 7, reasoningTokens: 5 },
  error: (type, message) => ({ error: { type, message } }),
};

/** Sends the beginning of a stream. */
export function open(answer: ServerResponse, ...events: readonly string[]): void {
  answer.writeHead(200, { 'content-type': 'text/event-stream' });
  answer.write(events.join(''));
}

/** Answers as a model of the protocol should. */
export function wellIn({ answer, events }: TestedProtocol): Script {
  return (reply, { stream }) => {
    if (!stream) return json(reply, 200, answer);
    open(reply, ...events);
    reply.end();
  };
}
