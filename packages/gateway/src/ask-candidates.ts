import { type Backoff, backoffMs, sleep } from '@embedllm/internals';
import type { ModelConfiguration } from './configuration/model-configuration.js';
import { CallMeter } from './costs/call-meter.js';
import type { ModelFacts } from './costs/model-facts.js';
import type { Exchange } from './exchange.js';
import { ApiError } from './http/api-error.js';
import { hexDigest } from './http/digest.js';
import type { ModelRequest } from './http/model-request.js';
import { mostOutput } from './limits/output-bound.js';
import { requestAttributes } from './observe/gen-ai-attributes.js';
import { CallDeadline } from './upstream/call-deadline.js';
import { callUpstream } from './upstream/call-upstream.js';
import { LimitReachedError } from './upstream/concurrency-limit.js';
import type { Upstream } from './upstream/upstream.js';
import type { UpstreamAnswer } from './upstream/upstream-answer.js';
import { UpstreamCall } from './upstream/upstream-call.js';
import { isMade, UpstreamFailure } from './upstream/upstream-failure.js';
import { upstreamBody } from './upstream-body.js';

/** The answer, and how it came about. */
export interface CandidateAnswer {
  readonly answer: UpstreamAnswer;
  readonly model: string;
  /** Calls made, this one included. */
  readonly attempts: number;
}

/** How candidates are asked that are not all there is. */
export interface AskingTerms {
  /** By when there has to be an answer, as `performance.now` counts. @default after `limits.requestMs` */
  readonly giveUpAt?: number | undefined;
  /** Whether another model is asked where all of these fail. @default false */
  readonly isFollowed?: boolean | undefined;
}

/** A request on its way to an answer. */
interface Asking {
  readonly exchange: Exchange;
  readonly request: ModelRequest;
  readonly giveUpAt: number;
  readonly idempotencyKey: string;
  attempts: number;
}

/** One of the models to ask. */
interface Candidate {
  readonly model: ModelConfiguration;
  readonly upstream: Upstream;
  /** Another one can be asked after it. */
  readonly hasNext: boolean;
}

/**
 * Asks the candidates in order, each as often as its upstream's `retries` allow, until one gives
 * an answer or refuses the request for good, or `limits.requestMs` have passed. A refusal that is
 * about the model asks the next one; it is passed on where all refuse.
 *
 * @param candidates - Names of models, best first; at least one.
 * @throws UpstreamFailure the most telling one, when none answers; the signal's reason when aborted.
 */
export async function askCandidates(
  exchange: Exchange,
  request: ModelRequest,
  candidates: readonly string[],
  { giveUpAt, isFollowed = false }: AskingTerms = {},
): Promise<CandidateAnswer> {
  const { models, limits } = exchange.state.configuration;
  const asking: Asking = {
    exchange,
    request,
    giveUpAt: giveUpAt ?? performance.now() + limits.requestMs,
    idempotencyKey: await upstreamKey(exchange),
    attempts: 0,
  };
  const failures: UpstreamFailure[] = [];
  let refusal: CandidateAnswer | undefined;
  for (const [index, name] of candidates.entries()) {
    const model = models.get(name) as ModelConfiguration;
    const upstream = exchange.state.upstreams.get(model.upstream) as Upstream;
    const hasNext = isFollowed || index + 1 < candidates.length;
    const result = await askModel(asking, { model, upstream, hasNext });
    if (result instanceof UpstreamFailure) {
      failures.push(result);
      if (performance.now() >= asking.giveUpAt) break;
      continue;
    }
    const completed = { answer: result, model: name, attempts: asking.attempts };
    if (!result.isModelLimit) return completed;
    refusal ??= completed;
  }
  if (refusal && failures.length === 0) return { ...refusal, attempts: asking.attempts };
  throw mostTelling(failures);
}

/** A key of two clients is not the same one at an upstream, where they share an account. */
async function upstreamKey({ headers, notes }: Exchange): Promise<string> {
  const given = headers.get('idempotency-key');
  if (given === null) return crypto.randomUUID();
  return (await hexDigest(JSON.stringify([notes.client, given]))).slice(0, 32);
}

/** Calls one model until it answers, refuses, or has failed too often. */
async function askModel(
  asking: Asking,
  candidate: Candidate,
): Promise<UpstreamAnswer | UpstreamFailure> {
  const { signal, random } = asking.exchange;
  const { upstream, model, hasNext } = candidate;
  const { attempts, baseDelayMs, maxDelayMs } = upstream.configuration.retries;
  const backoff: Backoff = { firstMs: baseDelayMs, longestMs: maxDelayMs, random };
  let last: UpstreamFailure | undefined;
  for (let attempt = 1; ; attempt++) {
    try {
      return await callOnce(asking, candidate);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof UpstreamFailure)) throw error;
      const { reason, retryAfterMs = 0 } = error;
      // What failed before says more than that another attempt cannot be paid.
      if (reason === 'limit') return last ?? error;
      last = error;
      if (isMade(reason) && retryAfterMs > 0) upstream.rest(model.name, retryAfterMs);
      const delay = Math.max(backoffMs(attempt, backoff), retryAfterMs);
      const isTooLate = performance.now() + delay >= asking.giveUpAt;
      // Rather another model now than this one later.
      const isLeft = hasNext && (retryAfterMs > 0 || reason === 'rate-limit');
      if (!error.canRetry || attempt >= attempts || delay > maxDelayMs || isTooLate || isLeft) {
        return error;
      }
      await sleep(delay, signal.signal);
    }
  }
}

async function callOnce(asking: Asking, { model, upstream }: Candidate): Promise<UpstreamAnswer> {
  const { exchange, request } = asking;
  const { name, timeouts } = upstream.configuration;
  const refuse = (failure: UpstreamFailure): never => {
    const { reason } = failure;
    exchange.metrics.attempts.add({ upstream: name, model: model.name, outcome: reason });
    exchange.notes.failures.push({ model: model.name, upstream: name, reason });
    throw failure;
  };
  const restMs = upstream.restMs(model.name);
  if (restMs > 0) {
    const message = `The upstream ${name} is rate-limiting ${model.name} (Retry-After).`;
    refuse(new UpstreamFailure('rate-limit', message, { status: 429, retryAfterMs: restMs }));
  }
  const breaker = upstream.breaker(model.name);
  const isOpen = (): never => {
    const message = `The model ${model.name} at upstream ${name} has failed too often recently (circuit open).`;
    const retryAfterMs = Math.max(1000, breaker.retryAfterMs);
    return refuse(new UpstreamFailure('circuit-open', message, { retryAfterMs }));
  };
  if (breaker.state === 'open') isOpen();
  const release = await takePlace(exchange, upstream, refuse);
  const pass = breaker.enter();
  if (!pass) {
    release();
    return isOpen();
  }
  const facts = exchange.state.facts.get(model.name) as ModelFacts;
  const onSettled = await reserve(asking, model.name, facts).catch((error: unknown) => {
    release();
    pass.discard();
    if (!(error instanceof ApiError)) throw error;
    const { retryAfterMs } = error.options;
    return refuse(new UpstreamFailure('limit', error.message, { retryAfterMs, cause: error }));
  });
  asking.attempts++;
  exchange.attempts++;
  const body = upstreamBody(request, model, upstream.configuration, exchange.account);
  const answerMs = Math.max(1, asking.giveUpAt - performance.now());
  const { writeTimeoutMs } = exchange.state.configuration.limits;
  return await callUpstream(
    new UpstreamCall({
      exchange,
      upstream,
      model: model.name,
      upstreamModel: model.model,
      body: body.pieces,
      hidesUsage: body.hidesUsage,
      request,
      idempotencyKey: `${asking.idempotencyKey}-${model.name}`.replace(/[^\x21-\x7e]/g, '_'),
      deadline: new CallDeadline({ timeouts, answerMs, writeTimeoutMs }, exchange.signal),
      pass,
      meter: new CallMeter({
        exchange,
        model: model.name,
        price: facts.price,
        inputTokens: request.input.likely,
        mostOutputTokens: mostOutput(request, exchange.account?.key, facts),
        onSettled,
      }),
      span: exchange.span.child(`${request.protocol.span} ${model.model}`, () =>
        requestAttributes(request, model.model, upstream.configuration),
      ),
      release,
    }),
  );
}

/** Sets aside what the next attempt may cost, so that repeating never spends what nobody has. */
async function reserve({ exchange, request }: Asking, model: string, facts: ModelFacts) {
  const { account, signal, reserved } = exchange;
  const first = reserved.get(model);
  reserved.delete(model);
  const settle = first ?? (await account?.reserveCall(request, facts));
  if (signal.aborted) {
    settle?.(undefined);
    signal.throwIfAborted();
  }
  return settle;
}

async function takePlace(
  { signal, notes }: Exchange,
  upstream: Upstream,
  refuse: (failure: UpstreamFailure) => never,
): Promise<() => void> {
  try {
    return await upstream.limit.acquire(signal, notes.client, notes.address);
  } catch (error) {
    if (!(error instanceof LimitReachedError)) throw error;
    const message = `The upstream ${upstream.configuration.name} has too many calls in progress.`;
    return refuse(
      new UpstreamFailure('busy', message, { status: 429, retryAfterMs: error.retryAfterMs }),
    );
  }
}

/** The last failure of a call that was made, else the one that ends soonest. */
function mostTelling(failures: readonly UpstreamFailure[]): UpstreamFailure {
  const made = failures.findLast(({ reason }) => isMade(reason));
  const soonest = [...failures].sort((a, b) => (a.retryAfterMs ?? 0) - (b.retryAfterMs ?? 0))[0];
  return made ?? (soonest as UpstreamFailure);
}
