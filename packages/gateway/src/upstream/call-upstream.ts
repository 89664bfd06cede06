import { retryAfterMs } from '@embedllm/internals';
import type { UpstreamConfiguration } from '../configuration/configuration.js';
import { passedOnHeaders } from '../http/headers.js';
import type { RequestHeaders } from '../http/request-headers.js';
import type { Protocol } from '../protocol/protocol.js';
import type { GatewayFetchResponse } from './gateway-fetch.js';
import { discardBody, readAnswer } from './read-answer.js';
import { readRefusal } from './read-refusal.js';
import { openStream } from './stream-answer.js';
import { LONGEST_REST_MS } from './upstream.js';
import { upstreamCredentials, upstreamUrl } from './upstream-address.js';
import type { UpstreamAnswer } from './upstream-answer.js';
import type { UpstreamCall } from './upstream-call.js';
import { UpstreamFailure } from './upstream-failure.js';
import { UpstreamInit } from './upstream-init.js';

const NO_QUERY = new URLSearchParams();
/** Statuses that say nothing about the request, so that asking again may help. */
const PASSING: ReadonlySet<number> = new Set([408, 409, 425, 429]);
/** Statuses that are about the gateway's account or address, not about the client's request. */
const OUR_OWN: ReadonlySet<number> = new Set([401, 402, 404, 405, 407]);

/**
 * Calls an upstream once. A stream is read up to its first token before it is passed on, so that
 * until then another call can take its place.
 *
 * @throws UpstreamFailure when there is no answer to pass on; the signal's reason when aborted.
 */
export async function callUpstream(call: UpstreamCall): Promise<UpstreamAnswer> {
  const { deadline } = call;
  deadline.expect(call.request.stream ? 'firstTokenMs' : 'firstByteMs');
  try {
    const response = await send(call);
    if (response.status >= 400) {
      const answer = await readRefusal(response, call);
      call.settle('refused');
      return answer;
    }
    const headers = passedOnHeaders(response.headers);
    call.noteTranslation(headers['x-embedllm-dropped'] !== undefined);
    if (call.request.stream) {
      return { status: 200, headers, body: await openStream(response, call) };
    }
    const body = await readAnswer(response, call);
    call.settle('answered');
    return { status: 200, headers: { ...headers, 'content-type': 'application/json' }, body };
  } catch (error) {
    const failure = deadline.explain(error);
    deadline.abandon();
    call.settle(failure instanceof UpstreamFailure ? failure : 'abandoned');
    throw failure;
  }
}

async function send(call: UpstreamCall): Promise<GatewayFetchResponse> {
  const { configuration } = call.upstream;
  const { protocol } = call.request;
  const { raw } = call.exchange;
  // Vendors' packages send keys in ways of their own.
  const { fetch, isTranslated } = call.upstream.reach(protocol);
  const headers: Record<string, string> = {
    ...sentHeaders(protocol, call.exchange.headers, configuration),
    'content-type': 'application/json',
    accept: call.request.stream ? 'text/event-stream' : 'application/json',
    // Nothing to unpack means nothing to wait for between tokens.
    'accept-encoding': 'identity',
    'x-request-id': call.exchange.requestId,
    'idempotency-key': call.idempotencyKey,
    ...(isTranslated ? {} : upstreamCredentials(configuration)),
  };
  call.span.inject(headers);
  const query = raw.url.includes('?') ? new URL(raw.url).searchParams : NO_QUERY;
  const url = upstreamUrl(configuration, { protocol, model: call.upstreamModel, query });
  const { cancellation } = call.deadline;
  const init = new UpstreamInit({ headers, pieces: call.body, cancellation });
  const response = await fetch(url, init);
  call.span.set(() => ({ 'http.response.status_code': response.status }));
  const failure = failureOf(response, configuration.name);
  if (failure) {
    await discardBody(response);
    throw failure;
  }
  return response;
}

/** The client's headers that belong to the protocol, and those that are configured; lists are joined. */
function sentHeaders(
  { passedHeaders }: Protocol,
  given: RequestHeaders,
  { headers }: UpstreamConfiguration,
): Record<string, string> {
  const sent: Record<string, string> = {};
  for (const [name, standard] of Object.entries(passedHeaders)) {
    const value = given.get(name) ?? standard;
    if (value !== undefined) sent[name] = value;
  }
  for (const [name, secret] of Object.entries(headers)) {
    const before = name.endsWith('-beta') ? sent[name] : undefined;
    sent[name] = before === undefined ? secret.reveal() : `${before},${secret.reveal()}`;
  }
  return sent;
}

/** `undefined` for answers, and for refusals that are the client's to know. */
function failureOf(response: GatewayFetchResponse, name: string): UpstreamFailure | undefined {
  const { status } = response;
  const isRefusal = status >= 400 && status < 500 && !PASSING.has(status) && !OUR_OWN.has(status);
  if ((status >= 200 && status < 300) || isRefusal) return undefined;
  const askedMs = retryAfterMs(response.headers, Date.now());
  return new UpstreamFailure(
    status === 429 ? 'rate-limit' : 'status',
    `The upstream ${name} answered with status ${status}.`,
    {
      status,
      canRetry: status >= 500 || PASSING.has(status),
      retryAfterMs: askedMs === undefined ? undefined : Math.min(askedMs, LONGEST_REST_MS),
      // A wrong key fails every call; no other 4xx says anything about calls of other clients.
      isOutage: status >= 500 || status === 401,
    },
  );
}
