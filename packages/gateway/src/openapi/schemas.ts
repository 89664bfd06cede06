import { OUTCOME_SOURCES } from '../outcomes/outcome.js';
import { AGENT_SCHEMAS, type AgentSchemaName } from './agent-schemas.js';
import {
  count,
  message,
  messages,
  model,
  object,
  probability,
  type Schema,
  text,
} from './schema.js';

/** The name of a body. */
export type SchemaName =
  | 'ChatRequest'
  | 'ChatCompletion'
  | AgentSchemaName
  | 'CompletionRequest'
  | 'Completion'
  | 'EmbeddingRequest'
  | 'Embeddings'
  | 'RouteRequest'
  | 'RouteDecision'
  | 'OutcomeRequest'
  | 'Outcome'
  | 'Model'
  | 'ModelList'
  | 'Status'
  | 'Document'
  | 'Error';

const source: Schema = { enum: [...OUTCOME_SOURCES] };
const tokens: Schema = { type: 'array', items: { type: 'integer' }, minItems: 1 };
const prompts: Schema = {
  anyOf: [
    text,
    tokens,
    { type: 'array', items: { anyOf: [text, tokens] }, minItems: 1, maxItems: 2048 },
  ],
};

const usage: Schema = object(
  { prompt_tokens: count, completion_tokens: count, total_tokens: count },
  ['prompt_tokens'],
);
const generation: Readonly<Record<string, Schema>> = {
  stream: { type: ['boolean', 'null'], default: false },
  n: { type: ['integer', 'null'], minimum: 1 },
  max_tokens: { type: ['integer', 'null'], minimum: 1 },
  stream_options: object({ include_usage: { type: 'boolean' } }, []),
};
const listedModel: Schema = object(
  { id: text, object: { const: 'model' }, created: { type: 'integer' }, owned_by: text },
  ['id', 'object', 'created', 'owned_by'],
);
const candidate: Schema = object(
  {
    model: object({ name: text }, ['name']),
    probability,
    expectedCostUsd: { type: 'number', minimum: 0 },
  },
  ['model', 'probability'],
);

/** Bodies of requests and answers, by name. Whatever else a request holds goes to the upstream as it is. */
export const SCHEMAS: Readonly<Record<SchemaName, Schema>> = {
  ChatRequest: object(
    {
      model,
      messages,
      ...generation,
      max_completion_tokens: { type: ['integer', 'null'], minimum: 1 },
      tools: { type: 'array', items: { type: 'object' } },
      response_format: { type: 'object' },
    },
    ['model', 'messages'],
  ),
  ChatCompletion: object(
    {
      id: text,
      object: { const: 'chat.completion' },
      created: { type: 'integer' },
      model: text,
      choices: {
        type: 'array',
        minItems: 1,
        items: object({ index: count, message, finish_reason: { type: ['string', 'null'] } }, []),
      },
      usage,
    },
    ['choices'],
  ),
  ...AGENT_SCHEMAS,
  CompletionRequest: object({ model, prompt: prompts, ...generation }, ['model', 'prompt']),
  Completion: object(
    {
      id: text,
      object: { const: 'text_completion' },
      choices: {
        type: 'array',
        minItems: 1,
        items: object({ index: count, text, finish_reason: { type: ['string', 'null'] } }, []),
      },
      usage,
    },
    ['choices'],
  ),
  EmbeddingRequest: object(
    {
      model,
      input: prompts,
      dimensions: { type: 'integer', minimum: 1 },
      encoding_format: { enum: ['float', 'base64'] },
    },
    ['model', 'input'],
  ),
  Embeddings: object(
    {
      object: { const: 'list' },
      data: {
        type: 'array',
        minItems: 1,
        items: object(
          {
            index: count,
            embedding: { anyOf: [{ type: 'array', items: { type: 'number' } }, text] },
          },
          ['embedding'],
        ),
      },
      usage,
    },
    ['data'],
  ),
  RouteRequest: {
    ...object({ model: { ...model, default: 'auto' }, messages, question: text }, []),
    anyOf: [{ required: ['messages'] }, { required: ['question'] }],
  },
  RouteDecision: object(
    {
      model: object({ name: text }, ['name']),
      probability,
      familiarity: probability,
      reason: text,
      policy: text,
      candidates: { type: 'array', items: candidate },
    },
    ['model', 'probability', 'reason', 'policy', 'candidates'],
  ),
  OutcomeRequest: object(
    {
      id: {
        ...text,
        minLength: 1,
        maxLength: 256,
        description: 'The `x-request-id` of an answer.',
      },
      outcome: { anyOf: [probability, { type: 'boolean' }] },
      source,
    },
    ['id', 'outcome'],
  ),
  Outcome: object(
    {
      object: { const: 'outcome' },
      id: text,
      outcome: probability,
      source,
      repeated: { type: 'boolean' },
    },
    ['object', 'id', 'outcome', 'source', 'repeated'],
  ),
  Model: listedModel,
  ModelList: object({ object: { const: 'list' }, data: { type: 'array', items: listedModel } }, [
    'object',
    'data',
  ]),
  Status: object({ status: { enum: ['ok', 'degraded', 'draining'] } }, ['status']),
  Document: { type: 'object' },
  Error: object(
    {
      error: object(
        {
          message: text,
          type: text,
          param: { type: ['string', 'null'] },
          code: { type: ['string', 'null'] },
        },
        ['message', 'type', 'param', 'code'],
      ),
    },
    ['error'],
  ),
};
