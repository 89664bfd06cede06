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
  400: 'A field of the request is wrong, the model does not take the operation, or no model can be chosen.',
  402: 'The budget of the key does not cover the request.',
  404: 'There is no such model.',
  408: 'The body took too long to arrive.',
  413: 'The body is too large.',
  415: 'The body is not JSON.',
  422: 'The `Idempotency-Key` came with another body before.',
  502: 'The upstream gave no answer.',
  503: 'The circuit breaker of the upstream is open, or the gateway is shutting down.',
  504: 'The upstream took too long.',
};
const OF_BODIES = {
  400: 'A field of the request is wrong.',
  404: 'What the request names is not here.',
};

/** What the routes do. */
export const DESCRIPTIONS: Readonly<Record<RouteName, RouteDescription>> = {
  chat: {
    id: 'createChatCompletion',
    summary: 'Answers a chat, by the model that the router chooses or the one that it names.',
    request: 'ChatRequest',
    answer: 'ChatCompletion',
    canStream: true,
    failures: OF_MODELS,
  },
  messages: {
    id: 'createMessage',
    summary: "Answers a chat in the form of Anthropic's Messages.",
    request: 'MessagesRequest',
    answer: 'Message',
    canStream: true,
    error: 'MessagesError',
    failures: OF_MODELS,
  },
  tokenCount: {
    id: 'countMessageTokens',
    summary: 'Counts the tokens of such a chat, and asks no model.',
    request: 'TokenCountRequest',
    answer: 'TokenCount',
    error: 'MessagesError',
    failures: OF_MODELS,
  },
  responses: {
    id: 'createResponse',
    summary: "Answers a chat in the form of OpenAI's Responses.",
    request: 'ResponsesRequest',
    answer: 'Response',
    canStream: true,
    failures: OF_MODELS,
  },
  completion: {
    id: 'createCompletion',
    summary: 'Continues prompts, by the model that the request names.',
    request: 'CompletionRequest',
    answer: 'Completion',
    canStream: true,
    failures: OF_MODELS,
  },
  embedding: {
    id: 'createEmbedding',
    summary: 'Embeds texts, by the model that the request names.',
    request: 'EmbeddingRequest',
    answer: 'Embeddings',
    failures: OF_MODELS,
  },
  route: {
    id: 'route',
    summary: 'Decides which model to ask, and asks none.',
    request: 'RouteRequest',
    answer: 'RouteDecision',
    failures: OF_BODIES,
  },
  outcome: {
    id: 'createOutcome',
    summary: 'Takes how good an answer was; saying the same again changes nothing.',
    request: 'OutcomeRequest',
    answer: 'Outcome',
    failures: { ...OF_BODIES, 403: 'The key may not say how good answers were.' },
  },
  models: { id: 'listModels', summary: 'Names that the key may ask for.', answer: 'ModelList' },
  model: {
    id: 'retrieveModel',
    summary: 'One of these names, which may hold slashes.',
    answer: 'Model',
    failures: { 404: 'There is no such model.' },
  },
  health: { id: 'health', summary: 'Whether the gateway runs.', answer: 'Status' },
  ready: {
    id: 'readiness',
    summary: 'Whether it takes requests.',
    answer: 'Status',
    failures: { 503: 'It shuts down.' },
  },
  metrics: {
    id: 'metrics',
    summary: 'Metrics for Prometheus.',
    answer: { mediaType: 'text/plain' },
  },
  document: { id: 'openapi', summary: 'This document.', answer: 'Document' },
  page: {
    id: 'page',
    summary: 'A page that shows operators what happens.',
    answer: { mediaType: 'text/html' },
  },
  style: { id: 'pageStyle', summary: 'Its style.', answer: { mediaType: 'text/css' } },
  script: { id: 'pageScript', summary: 'Its script.', answer: { mediaType: 'text/javascript' } },
  state: {
    id: 'pageState',
    summary: 'What it shows.',
    answer: { mediaType: 'application/json' },
  },
};
