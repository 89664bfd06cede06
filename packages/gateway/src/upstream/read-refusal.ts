import { isModelLimit } from '@embedllm/internals';
import { ApiError } from '../http/api-error.js';
import { passedOnHeaders } from '../http/headers.js';
import { joinBytes } from '../http/join-bytes.js';
import { isObject, parseObject } from '../http/json-object.js';
import type { GatewayFetchResponse } from './gateway-fetch.js';
import { readBytes } from './read-bytes.js';
import type { UpstreamAnswer } from './upstream-answer.js';
import type { UpstreamCall } from './upstream-call.js';

/** Longer refusals quote the request; what is beyond this is cut off. */
const MAX_REFUSAL_BYTES = 65_536;
const EXCERPT_CHARACTERS = 500;

/**
 * What a client may know of a refusal: its JSON, with the gateway's secrets taken out should the
 * upstream have repeated them. A long one is cut off, because its length says nothing about the
 * upstream.
 */
export async function readRefusal(
  response: GatewayFetchResponse,
  { upstream, deadline, exchange }: UpstreamCall,
): Promise<UpstreamAnswer> {
  const { status } = response;
  const { pieces, isWhole } = await readBytes(response, MAX_REFUSAL_BYTES, deadline);
  const bytes = joinBytes(pieces).subarray(0, MAX_REFUSAL_BYTES);
  const text = upstream.redact(new TextDecoder().decode(bytes));
  const value = isWhole ? parseObject(text) : undefined;
  const own = (): string => {
    const { protocol, requestId } = exchange;
    return JSON.stringify(protocol.errorBody(new ApiError(status, excerpt(text)), requestId));
  };
  const { message, codes } = value ? describe(value) : { message: text, codes: [] };
  const shown = value ? text : own();
  return {
    status,
    headers: { ...passedOnHeaders(response.headers), 'content-type': 'application/json' },
    body: new TextEncoder().encode(shown),
    // A provider's own rules (403) are not another's.
    isModelLimit: status === 403 || isModelLimit({ status, message, codes }),
  };
}

/** The beginning of a JSON text that was too long; nothing of a page that a proxy made. */
function excerpt(text: string): string {
  const isJson = /^\s*[[{"]/.test(text);
  if (!isJson) return 'The upstream rejected the request.';
  return `The upstream rejected the request: ${text.slice(0, EXCERPT_CHARACTERS)}`;
}

/** OpenAI's form of an error, or one of those that come close. */
function describe(value: Record<string, unknown>): { message: string; codes: unknown[] } {
  const error = isObject(value.error) ? value.error : value;
  const texts = [error.message, value.error, value.message, value.detail];
  const message = texts.find((text) => typeof text === 'string');
  return {
    message: typeof message === 'string' ? message : '',
    codes: [error.code, error.type, value.code],
  };
}
