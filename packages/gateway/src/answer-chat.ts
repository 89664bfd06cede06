import type { RouteDecision, RouteOptions } from '@embedllm/router';
import { completeChat } from './complete-chat.js';
import { ROUTED_NAMES } from './configuration/parse-configuration.js';
import type { GatewayState } from './gateway-state.js';
import { ApiError } from './http/api-error.js';
import { type ChatRequest, readChatRequest, readMessages } from './http/chat-request.js';
import { checkJson } from './http/check-json.js';
import { headerValue } from './http/headers.js';
import { readJsonBody } from './http/read-body.js';
import type { GatewayMetrics } from './observe/gateway-metrics.js';
import type { RequestRecord } from './observe/request-record.js';
import type { GatewaySpan } from './observe/telemetry.js';

/** A request within the gateway. */
export interface GatewayRequest {
  readonly raw: Request;
  readonly requestId: string;
  readonly state: GatewayState;
  /** Aborted when the client goes away or the gateway stops. */
  readonly signal: AbortSignal;
  readonly span: GatewaySpan;
  readonly record: RequestRecord;
  readonly metrics: GatewayMetrics;
  readonly routing: Omit<RouteOptions, 'signal' | 'onProgress' | 'top' | 'models'> | undefined;
  readonly random: () => number;
  /** Does something once the answer is complete, or the client has gone away. */
  atEnd(action: () => void): void;
  /** The answer is a stream, over when this resolves, with whether the client took all of it. */
  lasts(isTaken: Promise<boolean> | undefined): void;
}

/** Answers `POST /v1/chat/completions`. */
export async function answerChat(request: GatewayRequest): Promise<Response> {
  const { state, signal } = request;
  const chat = readChatRequest(await readJsonBody(request.raw, state.configuration.limits));
  request.span.set({ 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': chat.model });
  request.atEnd(await state.limit.acquire(signal));
  const decision = ROUTED_NAMES.includes(chat.model) ? await decide(request, chat) : undefined;
  const { answer, model, attempts } = await completeChat({
    state,
    request: chat,
    candidates: decision ? candidatesOf(decision, state) : [namedModel(chat.model, state)],
    requestId: request.requestId,
    signal,
    span: request.span,
    metrics: request.metrics,
    random: request.random,
  });
  request.record.notes.model = model;
  request.record.notes.attempts = attempts;
  request.lasts(answer.isTaken);
  if (chat.stream && answer.status === 200) request.record.firstToken();
  const candidate = decision?.candidates.find((one) => one.model.name === model);
  return new Response(answer.body, {
    status: answer.status,
    headers: {
      ...answer.headers,
      ...(chat.stream ? { 'cache-control': 'no-cache', 'x-accel-buffering': 'no' } : {}),
      'x-embedllm-model': headerValue(model),
      'x-embedllm-attempts': String(attempts),
      ...(candidate ? { 'x-embedllm-probability': candidate.probability.toFixed(4) } : {}),
    },
  });
}

/** Answers `POST /v1/route`: the decision alone, for `messages` or a `question`. */
export async function answerRoute(request: GatewayRequest): Promise<Response> {
  const { state, signal } = request;
  const body = await readJsonBody(request.raw, state.configuration.limits);
  checkJson(body);
  const { question } = body;
  if (question !== undefined && (typeof question !== 'string' || question.trim() === '')) {
    throw new ApiError(400, '`question` must be a text.', { param: 'question' });
  }
  const messages =
    question === undefined ? readMessages(body.messages) : [{ role: 'user', content: question }];
  request.atEnd(await state.limit.acquire(signal));
  return Response.json(await decide(request, { messages }));
}

async function decide(
  { state, signal, routing, metrics, span }: GatewayRequest,
  { messages }: Pick<ChatRequest, 'messages'>,
): Promise<RouteDecision> {
  const { router, routable } = state;
  if (!router) {
    throw new ApiError(404, 'This gateway has no router. Name a model; /v1/models lists them.', {
      code: 'model_not_found',
      param: 'model',
    });
  }
  const decision = await router.route(messages, {
    ...routing,
    signal,
    models: routable,
    top: Math.max(state.configuration.routing.candidates, 5),
  });
  metrics.decisions.add({ model: decision.model.name });
  span.set({
    'embedllm.decision': decision.model.name,
    'embedllm.probability': decision.probability,
  });
  return decision;
}

function candidatesOf(decision: RouteDecision, state: GatewayState): string[] {
  const names = decision.candidates.map(({ model }) => model.name);
  return names.slice(0, state.configuration.routing.candidates);
}

function namedModel(name: string, state: GatewayState): string {
  if (state.configuration.models.has(name)) return name;
  throw new ApiError(404, `There is no model ${JSON.stringify(name)}. /v1/models lists them.`, {
    code: 'model_not_found',
    param: 'model',
  });
}
