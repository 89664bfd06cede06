import { ApiError } from '../http/api-error.js';
import { isObject, parseObject } from '../http/json-object.js';
import type { Protocol } from '../protocol/protocol.js';
import type { GatewayFetchResponse } from '../upstream/gateway-fetch.js';
import { UpstreamFailure } from '../upstream/upstream-failure.js';
import { UntranslatableError } from './untranslatable.js';

/** Errors of the AI SDK that say that a request has no equal at its vendor. */
const NO_EQUAL: ReadonlySet<string> = new Set([
  'AI_UnsupportedFunctionalityError',
  'AI_InvalidPromptError',
  'AI_InvalidArgumentError',
]);

/** How errors are written. */
export interface FailureTerms {
  readonly protocol: Protocol;
  readonly requestId: string;
}

/**
 * What a call that failed would have been answered with, had its upstream spoken the client's protocol.
 *
 * @throws UpstreamFailure where the vendor answered with something that nobody understands; the error
 * itself where no answer came.
 */
export function failureResponse(error: unknown, terms: FailureTerms): GatewayFetchResponse {
  if (error instanceof UntranslatableError) {
    const { message, param } = error;
    return respond(terms, new ApiError(400, message, { param, code: 'unsupported_parameter' }));
  }
  if (!(error instanceof Error)) throw error;
  if (NO_EQUAL.has(error.name)) {
    return respond(terms, new ApiError(400, error.message, { code: 'unsupported_feature' }));
  }
  const status = 'statusCode' in error ? error.statusCode : undefined;
  if (typeof status === 'number' && (status < 200 || status >= 300)) {
    const headers = 'responseHeaders' in error ? error.responseHeaders : undefined;
    return respond(terms, describe(error, status), isObject(headers) ? headers : {});
  }
  if (status === undefined && error.name === 'AI_APICallError') throw error.cause ?? error;
  if (!error.name.startsWith('AI_')) throw error;
  throw new UpstreamFailure('broken', `The provider package failed: ${error.name}.`, {
    canRetry: true,
    isOutage: true,
    cause: error,
  });
}

/** An error within a stream, as an event. */
export function failureEvent(error: unknown, { protocol, requestId }: FailureTerms): string {
  return `${protocol.errorEvent(protocol.errorBody(describe(error, 502), requestId))}\n\n`;
}

/** The vendor's own words. */
function describe(error: unknown, status: number): ApiError {
  const written =
    isObject(error) && typeof error.responseBody === 'string'
      ? parseObject(error.responseBody)
      : undefined;
  const own = isObject(written?.error) ? written.error : isObject(error) ? error : {};
  const message = [own.message, isObject(error) ? error.message : error].find(isText);
  return new ApiError(status, message ?? 'The upstream failed.', {
    type: [own.type, own.status].find(isText),
    code: isText(own.code) ? own.code : undefined,
  });
}

function respond(
  { protocol, requestId }: FailureTerms,
  error: ApiError,
  headers: Readonly<Record<string, unknown>> = {},
): GatewayFetchResponse {
  const body = new TextEncoder().encode(JSON.stringify(protocol.errorBody(error, requestId)));
  const kept = Object.entries(headers).filter(([name]) => /^retry-after(-ms)?$/i.test(name));
  return {
    status: error.status,
    headers: new Map([
      ...kept.map(([name, value]) => [name.toLowerCase(), String(value)] as const),
      ['content-type', 'application/json'],
      ['content-length', String(body.length)],
    ]),
    body: piecesOf(body),
  };
}

/** A body of one piece. */
export async function* piecesOf(body: Uint8Array): AsyncGenerator<Uint8Array> {
  yield body;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
