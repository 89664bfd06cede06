import { backoffMs, sleep } from '@embedllm/internals';
import type { ModelConfiguration } from './configuration/configuration.js';
import type { GatewayState } from './gateway-state.js';
import type { ChatRequest } from './http/chat-request.js';
import type { GatewayMetrics } from './observe/gateway-metrics.js';
import type { GatewaySpan } from './observe/telemetry.js';
import { type CallOutcome, callUpstream, type UpstreamAnswer } from './upstream/call-upstream.js';
import { LimitReachedError } from './upstream/concurrency-limit.js';
import type { Upstream } from './upstream/upstream.js';
import { UpstreamFailure } from './upstream/upstream-failure.js';

/** A request on its way to an answer. */
export interface ChatCompletion {
  readonly state: GatewayState;
  readonly request: ChatRequest;
  /** Names of models to ask, best first; at least one. */
  readonly candidates: readonly string[];
  readonly requestId: string;
  readonly signal: AbortSignal;
  readonly span: GatewaySpan;
  readonly metrics: GatewayMetrics;
  /** Uniform over [0, 1). */
  readonly random: () => number;
}

/** The answer, and how it came about. */
export interface CompletedChat {
  readonly answer: UpstreamAnswer;
  readonly model: string;
  /** Calls made, this one included. */
  readonly attempts: number;
}

/**
 * Asks the candidates in order, each as often as its upstream's `retries` allow, until one gives
 * an answer or refuses the request for good, or `limits.requestMs` have passed.
 *
 * @throws UpstreamFailure the last one, when none does; the signal's reason when aborted.
 */
export async function completeChat(chat: ChatCompletion): Promise<CompletedChat> {
  const giveUpAt = performance.now() + chat.state.configuration.limits.requestMs;
  let attempts = 0;
  const failures: UpstreamFailure[] = [];
  for (const name of chat.candidates) {
    const model = chat.state.configuration.models.get(name) as ModelConfiguration;
    const upstream = chat.state.upstreams.get(model.upstream) as Upstream;
    const { retries } = upstream.configuration;
    const { baseDelayMs: firstMs, maxDelayMs: longestMs } = retries;
    const backoff = { firstMs, longestMs, random: chat.random };
    for (let attempt = 1; attempt <= retries.attempts; attempt++) {
      try {
        const answer = await callOnce(chat, model, upstream, () => attempts++);
        return { answer, model: name, attempts };
      } catch (error) {
        chat.signal.throwIfAborted();
        if (!(error instanceof UpstreamFailure)) throw error;
        failures.push(error);
        if (performance.now() >= giveUpAt) throw mostTelling(failures);
        if (error.reason === 'rate-limit') upstream.rest(name, error.retryAfterMs ?? 0);
        const delay = Math.max(backoffMs(attempt, backoff), error.retryAfterMs ?? 0);
        if (!error.canRetry || attempt === retries.attempts || delay > retries.maxDelayMs) break;
        await sleep(delay, chat.signal);
      }
    }
  }
  throw mostTelling(failures);
}

async function callOnce(
  chat: ChatCompletion,
  model: ModelConfiguration,
  upstream: Upstream,
  onCall: () => void,
): Promise<UpstreamAnswer> {
  const { name } = upstream.configuration;
  const count = (outcome: string): void =>
    chat.metrics.attempts.add({ upstream: name, model: model.name, outcome });
  const refuse = (failure: UpstreamFailure): never => {
    count(failure.reason);
    throw failure;
  };
  const restMs = upstream.restMs(model.name);
  if (restMs > 0) {
    refuse(
      new UpstreamFailure('rate-limit', `The upstream ${name} asked to be left alone.`, {
        status: 429,
        retryAfterMs: restMs,
      }),
    );
  }
  const isOpen = (): never =>
    refuse(
      new UpstreamFailure('circuit-open', `The upstream ${name} has failed too often of late.`, {
        retryAfterMs: Math.max(1000, upstream.breaker.retryAfterMs),
      }),
    );
  if (upstream.breaker.state === 'open') isOpen();
  const release = await takePlace(chat, upstream, refuse);
  const pass = upstream.breaker.enter();
  if (!pass) {
    release();
    return isOpen();
  }
  onCall();
  const span = chat.span.child(`chat ${model.model}`, {
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.model': model.model,
    'embedllm.upstream': name,
    'server.address': new URL(upstream.configuration.baseURL).hostname,
  });
  let isSettled = false;
  const settle = (outcome: CallOutcome): void => {
    if (isSettled) return;
    isSettled = true;
    release();
    const failure = outcome instanceof UpstreamFailure ? outcome : undefined;
    if (outcome === 'abandoned') pass.discard();
    else if (failure?.isOutage) pass.fail();
    else if (failure) pass.discard();
    else pass.succeed();
    count(failure?.reason ?? String(outcome));
    span.end(failure?.message);
  };
  return await callUpstream({
    upstream,
    body: JSON.stringify({ ...chat.request.body, model: model.model }),
    isStream: chat.request.stream,
    requestId: chat.requestId,
    signal: chat.signal,
    responseBytes: chat.state.configuration.limits.responseBytes,
    span,
    settle,
  });
}

async function takePlace(
  chat: ChatCompletion,
  upstream: Upstream,
  refuse: (failure: UpstreamFailure) => never,
): Promise<() => void> {
  try {
    return await upstream.limit.acquire(chat.signal);
  } catch (error) {
    if (!(error instanceof LimitReachedError)) throw error;
    const message = `The upstream ${upstream.configuration.name} has too many calls already.`;
    return refuse(
      new UpstreamFailure('busy', message, { status: 429, retryAfterMs: error.retryAfterMs }),
    );
  }
}

/** The last failure of a call that was made, else the one that ends soonest. */
function mostTelling(failures: readonly UpstreamFailure[]): UpstreamFailure {
  const made = failures.findLast(({ reason }) => reason !== 'circuit-open' && reason !== 'busy');
  const soonest = [...failures].sort((a, b) => (a.retryAfterMs ?? 0) - (b.retryAfterMs ?? 0))[0];
  return made ?? (soonest as UpstreamFailure);
}
