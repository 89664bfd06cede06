import { version } from '../../package.json';
import { NARROWING_HEADERS } from '../configuration/narrowing.js';
import type { GatewayState } from '../gateway-state.js';
import { RATE_LIMIT_HEADERS } from '../limits/rate-limit-headers.js';
import { type Access, type Route, shownPath } from '../route.js';
import { SESSION_HEADER } from '../session/session-identity.js';
import type { RouteDescription } from './descriptions.js';
import type { Schema } from './schema.js';
import { SCHEMAS, type SchemaName } from './schemas.js';

const EVENTS: Schema = {
  type: 'string',
  description:
    'Server-sent events of the protocol. An interrupted answer ends with an error event instead of the usual end.',
};

/** Describes routes as an OpenAPI document (3.1), with the keys that they take at this gateway. */
export function openApiDocument(routes: readonly Route[], state: GatewayState): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    const path = shownPath(route.path);
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route, state) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'EmbedLLM gateway',
      description: 'An OpenAI-compatible server that routes each request to a model.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      version,
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: SCHEMAS,
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer' },
        header: { type: 'apiKey', in: 'header', name: 'x-api-key' },
        password: { type: 'http', scheme: 'basic', description: 'A key as the password.' },
      },
    },
  };
}

function operation({ path, description, access }: Route, state: GatewayState): object {
  const { id, summary, request, answer, canStream = false, error, failures = {} } = description;
  const isRouted = (canStream && request !== 'CompletionRequest') || request === 'RouteRequest';
  const needed = access(state);
  const names = [...shownPath(path).matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  const refused = needed === 'everyone' ? {} : refusals(state, needed);
  return {
    operationId: id,
    summary,
    security: security(state, needed),
    parameters: [
      ...names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
      ...(request === undefined ? [] : REQUEST_HEADERS),
      ...(isRouted ? NARROWING : []),
      ...(isRouted && canStream ? [SESSION] : []),
    ],
    ...(request === undefined ? {} : { requestBody: { required: true, content: json(request) } }),
    responses: {
      200: {
        description: 'The answer.',
        headers: canStream || request === 'EmbeddingRequest' ? answerHeaders() : OWN_HEADERS,
        content: {
          ...(typeof answer === 'string' ? json(answer) : { [answer.mediaType]: {} }),
          ...(canStream ? { 'text/event-stream': { schema: EVENTS } } : {}),
        },
      },
      ...Object.fromEntries(
        Object.entries({ ...refused, ...failures }).map(([status, text]) => [
          status,
          failure(text, error),
        ]),
      ),
      default: failure('Another error.', error),
    },
  };
}

/** What a key, or the lack of one, can meet with. */
function refusals({ authenticator }: GatewayState, needed: Access): Record<number, string> {
  return {
    ...(authenticator.hasKeys ? { 401: 'The key is missing or invalid.' } : {}),
    403: needed === 'clients' ? 'The key may not use the model.' : 'This is only for operators.',
    ...(needed === 'clients'
      ? { 429: 'A limit is reached; `Retry-After` says when to retry.' }
      : {}),
  };
}

function security({ authenticator }: GatewayState, needed: Access): object[] {
  if (needed === 'everyone' || !authenticator.hasKeys) return [];
  if (needed !== 'page') return [{ key: [] }, { header: [] }];
  return authenticator.hasAdmins ? [{ password: [] }, { key: [] }] : [];
}

const header = (description: string): object => ({ description, schema: { type: 'string' } });

const REQUEST_HEADERS: readonly object[] = [
  {
    name: 'idempotency-key',
    in: 'header',
    description: 'Requests with the same key and body get the same answer.',
    schema: { type: 'string', maxLength: 255 },
  },
  {
    name: 'x-request-id',
    in: 'header',
    description: 'An id for the request; generated if omitted.',
    schema: { type: 'string', pattern: '^[A-Za-z0-9._:-]{1,128}$' },
  },
];
const SESSION: object = {
  name: SESSION_HEADER,
  in: 'header',
  description: 'The session that the request belongs to, for `routing.sessions`.',
  schema: { type: 'string', maxLength: 512 },
};
const NARROWING: readonly object[] = Object.entries(NARROWING_HEADERS).map(([field, name]) => ({
  name,
  in: 'header',
  description: `Narrows routing by \`${field}\`, if the key allows it.`,
  schema: field.startsWith('max') ? { type: 'number', minimum: 0 } : { type: 'string' },
}));
const OWN_HEADERS = { 'x-request-id': header('The id of the request.') };

function answerHeaders(): Record<string, object> {
  return {
    ...OWN_HEADERS,
    'x-embedllm-model': header('The model that answered.'),
    'x-embedllm-attempts': header('Number of upstream calls.'),
    'x-embedllm-cascade': header(
      'Of a cascade: whether its models agreed, disagreed or failed, or the better one was asked directly.',
    ),
    'x-embedllm-probability': header('How likely its answer is right, if routed.'),
    'x-embedllm-familiarity': header('How familiar the question was.'),
    ...Object.fromEntries(
      RATE_LIMIT_HEADERS.map((name) => [name, header('Of the key, if it has limits.')]),
    ),
  };
}

function failure(
  description: RouteDescription['summary'],
  error: RouteDescription['error'] = 'Error',
): object {
  return { description, headers: OWN_HEADERS, content: json(error) };
}

function json(name: SchemaName): object {
  return { 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } };
}
