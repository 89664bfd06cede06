import { readResponsesUsage } from '../costs/token-usage.js';
import { isObject } from '../http/json-object.js';
import { noteShort } from '../upstream/answer-facts.js';
import { messageOf } from './message-of.js';
import type { EventReader, Protocol } from './protocol.js';

type Fields = Readonly<Record<string, unknown>>;

/** Items that hold nothing yet when they begin. */
const EMPTY_ITEMS: ReadonlySet<unknown> = new Set(['message', 'reasoning']);

const noteFacts: Protocol['noteFacts'] = (facts, answer) => {
  noteShort(facts, { id: answer.id, model: answer.model, finishReason: reasonOf(answer) });
};

const EVENTS: EventReader = {
  read(event, facts) {
    const response = isObject(event.response) ? event.response : {};
    switch (event.type) {
      case 'error':
        return { error: messageOf(isObject(event.error) ? event.error : event) };
      case 'response.failed':
        return { error: messageOf(response.error) };
      case 'response.completed':
      case 'response.incomplete':
        noteFacts(facts, response);
        return { hasContent: true, isEnd: true, usage: readResponsesUsage(response.usage) };
      case 'response.created':
        noteShort(facts, { id: response.id, model: response.model });
        return {};
      case 'response.output_item.added':
        return { hasContent: isObject(event.item) && !EMPTY_ITEMS.has(event.item.type) };
      case 'response.output_item.done':
        return { hasContent: true };
      default:
        if (isObject(event.error)) return { error: messageOf(event.error) };
        return { hasContent: typeof event.type === 'string' && event.type.endsWith('.delta') };
    }
  },
};

/** OpenAI's Responses. */
export const RESPONSES: Protocol = {
  name: 'responses',
  spoken: 'responses',
  operation: 'chat',
  path: '/responses',
  noun: 'responses',
  input: 'input',
  span: 'chat',
  outputLimits: ['max_output_tokens'],
  // What the upstream keeps is read again with every request, and nobody here knows how much it is.
  uncounted: ['conversation', 'previous_response_id', 'prompt'],
  asksUsage: false,
  passedHeaders: { 'openai-beta': undefined },
  passedQuery: [],
  problemOf: ({ output }) => (Array.isArray(output) ? undefined : 'no output'),
  // What was asked is repeated in front of the output, at any length.
  mark: /"object"\s*:\s*"response"/,
  readUsage: readResponsesUsage,
  textIn: ({ type, delta }) =>
    type === 'response.output_text.delta' && typeof delta === 'string' ? delta : '',
  noteFacts,
  openEvents: () => EVENTS,
  telling:
    /"type"\s*:\s*"(?:response\.(?:created|completed|incomplete|failed)|error)"|"error"\s*:\s*\{/,
  tokens: /"type"\s*:\s*"response\.[a-z_.]+\.delta"/,
  errorBody: (error) => error.toJSON(),
  errorEvent,
};

/** `completed`, or why it is not: `max_output_tokens`, `content_filter`. */
function reasonOf({ status, incomplete_details: details }: Fields): unknown {
  return isObject(details) ? details.reason : status;
}

/** Both as the protocol has it, and with the `error` that clients raise. */
function errorEvent(body: Fields): string {
  const error = isObject(body.error) ? body.error : {};
  const { code = null, message = messageOf(error), param = null } = error;
  const event = { type: 'error', code, message, param, sequence_number: 0, error };
  return `event: error\ndata: ${JSON.stringify(event)}`;
}
