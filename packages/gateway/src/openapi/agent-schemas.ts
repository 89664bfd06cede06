import { count, messages, model, object, type Schema, text } from './schema.js';

const items: Schema = { type: 'array', items: { type: 'object' } };
const textOrItems: Schema = { anyOf: [text, items] };
const limit: Schema = { type: ['integer', 'null'], minimum: 1 };
const usage: Schema = object({ input_tokens: count, output_tokens: count }, [
  'input_tokens',
  'output_tokens',
]);
const conversation: Readonly<Record<string, Schema>> = {
  model,
  messages,
  system: textOrItems,
  tools: items,
};

/** The name of a body of the protocols that agents speak. */
export type AgentSchemaName =
  | 'MessagesRequest'
  | 'Message'
  | 'TokenCountRequest'
  | 'TokenCount'
  | 'MessagesError'
  | 'ResponsesRequest'
  | 'Response';

/** Bodies of the protocols that agents speak. */
export const AGENT_SCHEMAS: Readonly<Record<AgentSchemaName, Schema>> = {
  MessagesRequest: object({ ...conversation, max_tokens: limit, stream: { type: 'boolean' } }, [
    'model',
    'messages',
  ]),
  Message: object(
    {
      id: text,
      type: { const: 'message' },
      role: { const: 'assistant' },
      model: text,
      content: items,
      stop_reason: { type: ['string', 'null'] },
      usage,
    },
    ['type', 'content'],
  ),
  TokenCountRequest: object(conversation, ['model', 'messages']),
  TokenCount: object({ input_tokens: count }, ['input_tokens']),
  MessagesError: object(
    {
      type: { const: 'error' },
      error: object({ type: text, message: text, code: text, param: text }, ['type', 'message']),
      request_id: text,
    },
    ['type', 'error'],
  ),
  ResponsesRequest: object(
    {
      model,
      input: textOrItems,
      instructions: { type: ['string', 'null'] },
      max_output_tokens: limit,
      stream: { type: ['boolean', 'null'], default: false },
      tools: items,
    },
    ['model'],
  ),
  Response: object(
    { id: text, object: { const: 'response' }, model: text, status: text, output: items, usage },
    ['object', 'output'],
  ),
};
