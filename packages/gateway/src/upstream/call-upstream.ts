import { retryAfterMs } from '@embedllm/internals';
import { passedOnHeaders } from '../http/headers.js';
import type { GatewaySpan } from '../observe/telemetry.js';
import { CallDeadline } from './call-deadline.js';
import type { GatewayFetchResponse } from './gateway-fetch.js';
import { discardBody, readAnswer, readRefusal } from './read-answer.js';
import { openStream } from './stream-answer.js';
import type { Upstream } from './upstream.js';
import { UpstreamFailure } from './upstream-failure.js';

/** How a call ended, once its answer was passed on in full or not. */
export type CallOutcome = 'answered' | 'refused' | 'abandoned' | UpstreamFailure;

/** One call of one upstream. */
export interface UpstreamCall {
  readonly upstream: Upstream;
  /** The request's body, under the upstream's name for the model. */
  readonly body: string;
  readonly isStream: boolean;
  readonly requestId: string;
  /** Aborted when the client goes away or the gateway stops. */
  readonly signal: AbortSignal;
  readonly responseBytes: number;
  readonly span: GatewaySpan;
  /** Told once, when the call and all of its answer are over. */
  readonly settle: (outcome: CallOutcome) => void;
}

/** An answer for the client: good, or a refusal that no other upstream would see differently. */
export interface UpstreamAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
  /** Of a stream: resolves when it is over, with whether the client took all of it. */
  readonly isTaken?: Promise<boolean> | undefined;
}

/** Statuses that say nothing about the request, so that asking again may help. */
const PASSING: ReadonlySet<number> = new Set([408, 409, 425, 429]);
/** Statuses that are about the gateway's account or address, not about the client's request. */
const OUR_OWN: ReadonlySet<number> = new Set([401, 402, 403, 404, 405, 407]);

/**
 * Calls an upstream once. A stream is read up to its first token before it is passed on, so that
 * until then another call can take its place.
 *
 * @throws UpstreamFailure when there is no answer to pass on; the signal's reason when aborted.
 */
export async function callUpstream(call: UpstreamCall): Promise<UpstreamAnswer> {
  const { upstream, signal, settle } = call;
  const deadline = new CallDeadline(upstream.configuration.timeouts, signal);
  const end = (outcome: CallOutcome): void => {
    deadline.stop();
    settle(outcome);
  };
  deadline.expect(call.isStream ? 'firstTokenMs' : undefined);
  try {
    const response = await send(call, deadline.signal);
    if (response.status >= 400) {
      const answer = await readRefusal(response, upstream.configuration.apiKey);
      end('refused');
      return answer;
    }
    const headers = passedOnHeaders(response.headers);
    if (call.isStream) {
      return { status: 200, headers, ...(await openStream(response, deadline, end)) };
    }
    const body = await readAnswer(response, call.responseBytes, deadline);
    end('answered');
    return { status: 200, headers, body };
  } catch (error) {
    const failure = deadline.explain(error);
    deadline.abandon();
    end(failure instanceof UpstreamFailure ? failure : 'abandoned');
    throw failure;
  }
}

async function send(call: UpstreamCall, signal: AbortSignal): Promise<GatewayFetchResponse> {
  const { configuration, fetch } = call.upstream;
  const { apiKey } = configuration;
  const headers: Record<string, string> = {
    ...configuration.headers,
    'content-type': 'application/json',
    accept: call.isStream ? 'text/event-stream' : 'application/json',
    // Nothing to unpack means nothing to wait for between tokens.
    'accept-encoding': 'identity',
    'x-request-id': call.requestId,
    ...(apiKey ? { authorization: `Bearer ${apiKey.reveal()}` } : {}),
  };
  call.span.inject(headers);
  const response = await fetch(`${configuration.baseURL}/chat/completions`, {
    method: 'POST',
    headers,
    body: call.body,
    signal,
    redirect: 'manual',
  });
  call.span.set({ 'http.response.status_code': response.status });
  const failure = failureOf(response, configuration.name);
  if (failure) {
    await discardBody(response);
    throw failure;
  }
  return response;
}

/** `undefined` for answers, and for refusals that are the client's to know. */
function failureOf(response: GatewayFetchResponse, name: string): UpstreamFailure | undefined {
  const { status } = response;
  const isRefusal = status >= 400 && status < 500 && !PASSING.has(status) && !OUR_OWN.has(status);
  if (status === 200 || isRefusal) return undefined;
  const isOutage = status >= 500 || status === 401 || status === 403;
  return new UpstreamFailure(
    status === 429 ? 'rate-limit' : 'status',
    `The upstream ${name} answered with status ${status}.`,
    {
      status,
      canRetry: status >= 500 || PASSING.has(status),
      retryAfterMs: retryAfterMs(response.headers, Date.now()),
      isOutage,
    },
  );
}
