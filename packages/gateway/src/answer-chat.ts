import { lastUserQuestion } from '@embedllm/router';
import { type CompletedChat, completeChat } from './complete-chat.js';
import { candidatesOf, decide } from './decide.js';
import type { Exchange } from './exchange.js';
import { withHeartbeats } from './heartbeats.js';
import { ApiError } from './http/api-error.js';
import { type ChatRequest, neededBy, readChatRequest, readMessages } from './http/chat-request.js';
import { checkKeys } from './http/check-json.js';
import { headerValue } from './http/headers.js';
import { readJsonBody } from './http/read-body.js';
import { answerOnce } from './idempotency.js';
import { checkModel, checkRequest } from './limits/check-request.js';
import { LimitReachedError } from './upstream/concurrency-limit.js';

/** Answers `POST /v1/chat/completions`. */
export async function answerChat(exchange: Exchange): Promise<Response> {
  const { state, notes, span, account } = exchange;
  const body = await readJsonBody(exchange, state.configuration.limits);
  const chat = readChatRequest(body);
  span.set({ 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': chat.model });
  const isRouted = state.policies.has(chat.model);
  if (!isRouted && !state.configuration.models.has(chat.model)) throw unknownModel(chat.model);
  notes.asked = chat.model;
  if (account) checkRequest(account.key, chat, body.value, isRouted);
  await account?.countRequest();
  return await answerOnce(exchange, body.text, () => answerNew(exchange, chat, isRouted));
}

/** Answers a request that was not answered before. */
async function answerNew(
  exchange: Exchange,
  chat: ChatRequest,
  isRouted: boolean,
): Promise<Response> {
  const { state, notes } = exchange;
  await takePlace(exchange);
  const decision = isRouted ? await decide(exchange, chat) : undefined;
  notes.decision = decision;
  if (exchange.decisionLog?.isOn) notes.question = lastUserQuestion(chat.messages);
  const candidates = decision ? candidatesOf(decision, state) : [chat.model];
  const completion = completeChat(exchange, chat, candidates).then((completed) => {
    notes.model = completed.model;
    notes.attempts = completed.attempts;
    if (isStream(completed)) exchange.noteFirstToken();
    return completed;
  });

  function probabilityOf(name: string): number | undefined {
    return decision?.candidates.find(({ model }) => model.name === name)?.probability;
  }

  function respond({ answer, model, attempts }: CompletedChat): Response {
    const probability = probabilityOf(model);
    return new Response(answer.body, {
      status: answer.status,
      headers: {
        ...answer.headers,
        ...(answer.body instanceof ReadableStream ? EVENT_STREAM : {}),
        'x-embedllm-model': headerValue(model),
        'x-embedllm-attempts': String(attempts),
        ...(probability === undefined ? {} : { 'x-embedllm-probability': probability.toFixed(4) }),
        ...(decision?.familiarity === undefined
          ? {}
          : { 'x-embedllm-familiarity': decision.familiarity.toFixed(4) }),
      },
    });
  }

  const { heartbeatMs } = state.configuration.limits;
  if (!chat.stream || heartbeatMs === 0) {
    const completed = await completion;
    exchange.isStreamed = isStream(completed);
    return respond(completed);
  }
  const first = await withHeartbeats(exchange, completion, heartbeatMs);
  exchange.isStreamed = first instanceof ReadableStream || isStream(first);
  if (first instanceof ReadableStream) return new Response(first, { headers: EVENT_STREAM });
  return respond(first);
}

/** Answers `POST /v1/route`: the decision alone, for `messages` or a `question`. */
export async function answerRoute(exchange: Exchange): Promise<Response> {
  const { state, account } = exchange;
  const { value: body } = await readJsonBody(exchange, state.configuration.limits);
  checkKeys(body);
  const { question } = body;
  if (question !== undefined && (typeof question !== 'string' || question.trim() === '')) {
    throw new ApiError(400, '`question` must be a text.', { param: 'question' });
  }
  const messages =
    question === undefined ? readMessages(body.messages) : [{ role: 'user', content: question }];
  const { model = 'auto' } = body;
  if (typeof model !== 'string' || !state.policies.has(model)) {
    const names = [...state.policies.keys()].join(', ');
    throw new ApiError(400, `\`model\` must be one of ${names}.`, { param: 'model' });
  }
  if (account) checkModel(account.key, model, true);
  await account?.countRequest();
  await takePlace(exchange);
  const capabilities = neededBy(messages, body);
  return Response.json(await decide(exchange, { model, messages, capabilities }));
}

/** Waits for a place among the requests of the client, then among all. */
async function takePlace(exchange: Exchange): Promise<void> {
  const { state, signal, notes } = exchange;
  const places = state.clients.get(notes.client ?? '')?.places;
  if (places) exchange.hold(await places.acquire(signal).catch(tooMany));
  exchange.hold(await state.limit.acquire(signal, notes.client));
}

function tooMany(error: unknown): never {
  if (!(error instanceof LimitReachedError)) throw error;
  const message = 'Too many requests of the key run and wait (limits.concurrency of the key).';
  const { retryAfterMs } = error;
  throw new ApiError(429, message, { code: 'too_many_requests', retryAfterMs });
}

const EVENT_STREAM = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-cache',
  'x-accel-buffering': 'no',
} as const;

function isStream({ answer }: CompletedChat): boolean {
  return answer.body instanceof ReadableStream;
}

function unknownModel(name: string): ApiError {
  return new ApiError(404, `There is no model ${JSON.stringify(name)}. /v1/models lists them.`, {
    code: 'model_not_found',
    param: 'model',
  });
}
