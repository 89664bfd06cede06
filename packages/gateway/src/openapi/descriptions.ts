import type { SchemaName } from './schemas.js';

/** What a route does, for the OpenAPI document. */
export interface RouteDescription {
  /** The name of a client's function for it. */
  readonly id: string;
  readonly summary: string;
  /** The body of a request. */
  readonly request?: SchemaName | undefined;
  /** The body of a good answer, or its media type where that is not JSON. */
  readonly answer: SchemaName | { readonly mediaType: string };
  /** Whether the answer is a stream where the request says `stream`. */
  readonly canStream?: boolean | undefined;
  /** The body of an error. @default Error */
  readonly error?: SchemaName | undefined;
  /** Statuses of its own besides those that all have. */
  readonly failures?: Readonly<Record<number, string>> | undefined;
}

type RouteName =
  | 'chat'
  | 'messages'
  | 'tokenCount'
  | 'responses'
  | 'completion'
  | 'embedding'
  | 'route'
  | 'outcome'
  | 'models'
  | 'model'
  | 'health'
  | 'ready'
  | 'metrics'
  | 'document'
  | 'page'
  | 'style'
  | 'script'
  | 'state';

const OF_MODELS = {
  400: 'A field of the request is invalid, the model does not support the operation, or no model can be chosen.',
  402: 'The budget of the key does not cover the request.',
  404: 'Unknown model.',
  408: 'The body took too long to arrive.',
  413: 'The body is too large.',
  415: 'The body is not JSON.',
  422: 'The `Idempotency-Key` was already used with a different body.',
  502: 'The upstream did not answer.',
  503: 'The circuit breaker of the upstream is open, or the gateway is shutting down.',
  504: 'The upstream took too long.',
};
const OF_BODIES = {
  400: 'A field of the request is invalid.',
  404: 'What the request names does not exist.',
};

/** What the routes do. */
export const DESCRIPTIONS: Readonly<Record<RouteName, RouteDescription>> = {
  chat: {
    id: 'createChatCompletion',
    summary: 'Answers a chat with the model that the router chooses or the request names.',
    request: 'ChatRequest',
    answer: 'ChatCompletion',
    canStream: true,
    failures: OF_MODELS,
  },
  messages: {
    id: 'createMessage',
    summary: "Answers a chat in Anthropic's Messages format.",
    request: 'MessagesRequest',
    answer: 'Message',
    canStream: true,
    error: 'MessagesError',
    failures: OF_MODELS,
  },
  tokenCount: {
    id: 'countMessageTokens',
    summary: 'Counts the tokens of such a chat without calling a model.',
    request: 'TokenCountRequest',
    answer: 'TokenCount',
    error: 'MessagesError',
    failures: OF_MODELS,
  },
  responses: {
    id: 'createResponse',
    summary: "Answers a chat in OpenAI's Responses format.",
    request: 'ResponsesRequest',
    answer: 'Response',
    canStream: true,
    failures: OF_MODELS,
  },
  completion: {
    id: 'createCompletion',
    summary: 'Continues prompts with the model that the request names.',
    request: 'CompletionRequest',
    answer: 'Completion',
    canStream: true,
    failures: OF_MODELS,
  },
  embedding: {
    id: 'createEmbedding',
    summary: 'Embeds texts with the model that the request names.',
    request: 'EmbeddingRequest',
    answer: 'Embeddings',
    failures: OF_MODELS,
  },
  route: {
    id: 'route',
    summary: 'Decides which model to use, without calling any.',
    request: 'RouteRequest',
    answer: 'RouteDecision',
    failures: OF_BODIES,
  },
  outcome: {
    id: 'createOutcome',
    summary: 'Records how good an answer was; repeating the same outcome changes nothing.',
    request: 'OutcomeRequest',
    answer: 'Outcome',
    failures: { ...OF_BODIES, 403: 'The key may not post outcomes.' },
  },
  models: { id: 'listModels', summary: 'Model names that the key may use.', answer: 'ModelList' },
  model: {
    id: 'retrieveModel',
    summary: 'One of these names, which may contain slashes.',
    answer: 'Model',
    failures: { 404: 'Unknown model.' },
  },
  health: { id: 'health', summary: 'Whether the gateway is running.', answer: 'Status' },
  ready: {
    id: 'readiness',
    summary: 'Whether it accepts requests.',
    answer: 'Status',
    failures: { 503: 'It is shutting down.' },
  },
  metrics: {
    id: 'metrics',
    summary: 'Prometheus metrics.',
    answer: { mediaType: 'text/plain' },
  },
  document: { id: 'openapi', summary: 'This document.', answer: 'Document' },
  page: {
    id: 'page',
    summary: 'A page for operators.',
    answer: { mediaType: 'text/html' },
  },
  style: { id: 'pageStyle', summary: 'Its style.', answer: { mediaType: 'text/css' } },
  script: { id: 'pageScript', summary: 'Its script.', answer: { mediaType: 'text/javascript' } },
  state: {
    id: 'pageState',
    summary: 'The data of that page.',
    answer: { mediaType: 'application/json' },
  },
};
