import type { Secret } from '../configuration/secret.js';
import { ApiError } from '../http/api-error.js';
import { passedOnHeaders } from '../http/headers.js';
import type { CallDeadline } from './call-deadline.js';
import type { UpstreamAnswer } from './call-upstream.js';
import type { GatewayFetchResponse } from './gateway-fetch.js';
import { UpstreamFailure } from './upstream-failure.js';

/** Messages of errors are shorter. */
const MAX_REFUSAL_BYTES = 65_536;

/**
 * Reads a whole answer before any of it is passed on, so that half an answer never is.
 *
 * @throws UpstreamFailure `broken` when it is no answer, or too long.
 */
export async function readAnswer(
  response: GatewayFetchResponse,
  maxBytes: number,
  deadline: CallDeadline,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await readBytes(response, maxBytes, deadline);
  const answer = parseObject(bytes);
  if (!answer) throw broken('no JSON object');
  if (answer.error !== undefined && answer.error !== null && answer.choices === undefined) {
    throw broken('an error with status 200');
  }
  return bytes;
}

/**
 * What a client may know of a refusal: its JSON, with the gateway's key taken out should the
 * upstream have repeated it.
 */
export async function readRefusal(
  response: GatewayFetchResponse,
  apiKey: Secret | undefined,
): Promise<UpstreamAnswer> {
  const { status } = response;
  const bytes = await readBytes(response, MAX_REFUSAL_BYTES);
  const text = new TextDecoder().decode(bytes);
  const isJson = parseObject(bytes) !== undefined;
  const shown = isJson ? text : JSON.stringify(new ApiError(status, 'The upstream refused this.'));
  return {
    status,
    headers: { ...passedOnHeaders(response.headers), 'content-type': 'application/json' },
    body: new TextEncoder().encode(apiKey ? apiKey.redactFrom(shown) : shown),
  };
}

/**
 * Reads a short body that nobody wants, so that its connection can be used again; with a long one
 * the connection is given up.
 */
export async function discardBody(response: GatewayFetchResponse): Promise<void> {
  const length = Number(response.headers.get('content-length') ?? Number.NaN);
  if (response.body && length <= MAX_REFUSAL_BYTES) await readBytes(response, MAX_REFUSAL_BYTES);
}

async function readBytes(
  response: GatewayFetchResponse,
  maxBytes: number,
  deadline?: CallDeadline,
): Promise<Uint8Array<ArrayBuffer>> {
  if (!response.body) return new Uint8Array(0);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body) {
    deadline?.expect('idleMs');
    length += chunk.length;
    if (length > maxBytes) throw broken(`more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

function parseObject(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function broken(what: string): UpstreamFailure {
  return new UpstreamFailure('broken', `The upstream answered with ${what}.`, {
    canRetry: true,
    isOutage: true,
  });
}
