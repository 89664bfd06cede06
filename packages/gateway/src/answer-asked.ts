import { askCandidates, type CandidateAnswer } from './ask-candidates.js';
import type { Exchange } from './exchange.js';
import { withHeartbeats } from './heartbeats.js';
import { headerValue } from './http/headers.js';
import type { ModelRequest } from './http/model-request.js';
import { pacedStream } from './http/paced-stream.js';
import { answerOnce } from './idempotency/answer-once.js';
import { checkRequest } from './limits/check-request.js';
import { checkAsked, isAlias } from './list-models.js';
import { narrowingOf } from './narrow.js';
import { takePlace } from './take-place.js';

const EVENT_STREAM = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-cache',
  'x-accel-buffering': 'no',
} as const;

/**
 * Answers a request for a model once its client may ask for that, and has a place.
 *
 * @param answer - Answers it where the same was not answered before.
 * @throws ApiError 404 for a model that is not served, 400 for one that does not take the operation.
 */
export async function answerAsked(
  exchange: Exchange,
  request: ModelRequest,
  answer: () => Promise<Response>,
): Promise<Response> {
  const { state, notes, span, account } = exchange;
  const { protocol, model } = request;
  span.set(() => ({ 'gen_ai.operation.name': protocol.span, 'gen_ai.request.model': model }));
  checkAsked(exchange, request);
  // What is wrong with the headers is said before anything is counted.
  narrowingOf(exchange, model);
  notes.asked = model;
  if (account) checkRequest(account.key, request, isAlias(state, model));
  await account?.countRequest();
  return await answerOnce(exchange, request, async () => {
    await takePlace(exchange);
    return await answer();
  });
}

/**
 * Asks the candidates, and answers with what they say: with the first of a stream, with heartbeats
 * where even that takes long.
 */
export async function beginAnswer(
  exchange: Exchange,
  request: ModelRequest,
  candidates: readonly string[],
): Promise<Response> {
  return await answerWith(exchange, request, askCandidates(exchange, request, candidates));
}

/** Answers with what is on its way, as `beginAnswer` does. */
export async function answerWith(
  exchange: Exchange,
  request: ModelRequest,
  asked: Promise<CandidateAnswer>,
): Promise<Response> {
  const { notes } = exchange;
  const completion = asked.then((completed) => {
    notes.model = completed.model;
    notes.attempts = completed.attempts;
    if (isStream(completed)) exchange.noteFirstToken();
    return completed;
  });
  const { heartbeatMs } = exchange.state.configuration.limits;
  if (!request.stream || heartbeatMs === 0) {
    const completed = await completion;
    exchange.isStreamed = isStream(completed);
    return respond(exchange, completed);
  }
  const first = await withHeartbeats(exchange, completion, heartbeatMs);
  exchange.isStreamed = first instanceof ReadableStream || isStream(first);
  if (first instanceof ReadableStream) return new Response(first, { headers: EVENT_STREAM });
  return respond(exchange, first);
}

function respond(exchange: Exchange, { answer, model, attempts }: CandidateAnswer): Response {
  const { decision, sessionChoice, cascade } = exchange.notes;
  const { candidates = [], familiarity } = decision ?? {};
  const probability = candidates.find((one) => one.model.name === model)?.probability;
  const { body } = answer;
  const isWhole = body instanceof ReadableStream || body instanceof Uint8Array;
  exchange.headed = new exchange.Response(isWhole ? body : pacedStream(body, exchange.turns), {
    status: answer.status,
    headers: {
      ...answer.headers,
      ...(body instanceof ReadableStream ? EVENT_STREAM : {}),
      ...(isWhole ? {} : { 'content-length': String(lengthOf(body)) }),
      'x-embedllm-model': headerValue(model),
      'x-embedllm-attempts': String(attempts),
      ...(probability === undefined ? {} : { 'x-embedllm-probability': probability.toFixed(4) }),
      ...(cascade === undefined ? {} : { 'x-embedllm-cascade': cascade.outcome }),
      ...(sessionChoice === undefined ? {} : { 'x-embedllm-session-choice': sessionChoice }),
      ...(familiarity === undefined ? {} : { 'x-embedllm-familiarity': familiarity.toFixed(4) }),
      ...exchange.ownHeaders(),
    },
  });
  return exchange.headed;
}

function lengthOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}

function isStream({ answer }: CandidateAnswer): boolean {
  return answer.body instanceof ReadableStream;
}
