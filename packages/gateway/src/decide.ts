import {
  type ChatMessage,
  havingCapabilities,
  messageText,
  type RouteDecision,
} from '@embedllm/router';
import { createConstraints } from '@embedllm/router/settings';
import { hasRoom } from './costs/model-facts.js';
import type { Exchange } from './exchange.js';
import type { GatewayState } from './gateway-state.js';
import { ApiError } from './http/api-error.js';
import type { ChatRequest } from './http/chat-request.js';
import type { KeyAccount } from './limits/key-account.js';
import { canTake } from './list-models.js';
import { narrowingOf } from './narrow.js';
import type { QuestionSession } from './session/question-session.js';
import { routedMessages } from './session/session-question.js';

/** Characters that make about one token of English text. */
const CHARACTERS_PER_TOKEN = 4;

/**
 * Chooses among the models that may be routed to and can do what the request needs, by the policy
 * of the name that was asked for.
 *
 * @throws ApiError 404 without a router; EmbedLLMError `no-candidate` when no model meets the policy.
 */
export async function decide(
  exchange: Exchange,
  request: Pick<ChatRequest, 'model' | 'messages' | 'capabilities'> | ChatRequest,
  session?: QuestionSession,
): Promise<RouteDecision> {
  const { state, signal, routing, metrics, span, account } = exchange;
  const { model, messages, capabilities } = request;
  const { router, routable, policies, configuration } = state;
  if (!router) {
    throw new ApiError(404, 'This gateway has no router. Name a model; /v1/models lists them.', {
      code: 'model_not_found',
      param: 'model',
    });
  }
  const isAlias = configuration.routing.aliases.has(model);
  const ofKey = state.clients.get(account?.key.name ?? '')?.policy;
  // What the program says goes before the file, as on a command line.
  const policy = (isAlias ? undefined : (routing?.policy ?? ofKey)) ?? policies.get(model);
  const narrowing = narrowingOf(exchange, model);
  const takes = (name: string): boolean =>
    !('protocol' in request) || canTake(state, name, request.protocol, request.bound !== undefined);
  const pool = router.models.filter(({ name }) => routable.includes(name) && takes(name));
  if (pool.length === 0 && 'protocol' in request) throw noneTakes(request);
  const able = havingCapabilities(pool, capabilities).map(({ name }) => name);
  const allowed = able.filter((name) => account?.key.models?.includes(name) !== false);
  if (able.length > 0 && allowed.length === 0) throw noneAllowed(model);
  const models = 'input' in request ? await fitting(request, allowed, state, account) : allowed;
  const asked = routedMessages(exchange, request, session);
  // A log is to judge other policies by all that could have been chosen, and a session must find its model.
  const isLogged = exchange.decisionLog?.isOn === true && 'protocol' in request;
  const isWhole = isLogged || session?.model !== undefined;
  const decision = await router.route(asked, {
    inputTokens: estimateTokens(messages),
    ...routing,
    policy,
    ...(narrowing && { constraints: createConstraints(narrowing) }),
    signal: signal.signal,
    models,
    top: isWhole ? pool.length : Math.max(configuration.routing.candidates, 5),
  });
  metrics.decisions.add({ model: decision.model.name });
  span.set(() => ({
    'embedllm.decision': decision.model.name,
    'embedllm.probability': decision.probability,
  }));
  return decision;
}

/** Names of the models to ask, best first. */
export function candidatesOf(decision: RouteDecision, state: GatewayState): string[] {
  const names = decision.candidates.map(({ model }) => model.name);
  return names.slice(0, state.configuration.routing.candidates);
}

/** The models that can take the request's length, as far as known, and that the budget covers. */
async function fitting(
  request: ChatRequest,
  models: readonly string[],
  { facts }: GatewayState,
  account: KeyAccount | undefined,
): Promise<readonly string[]> {
  const { maxTokens = 0 } = request;
  const roomy = models.filter((name) => {
    const known = facts.get(name);
    const isShort = maxTokens <= (known?.maxOutputTokens ?? Number.POSITIVE_INFINITY);
    return isShort && hasRoom(known, request);
  });
  // The length is an estimate: where no model seems long enough, they may say so themselves.
  const long = roomy.length > 0 ? roomy : models;
  return account ? await account.affordable(long, request, facts) : long;
}

function noneTakes({ model, bound = '', protocol }: ChatRequest): ApiError {
  const message = `None of the models that ${model} is routed to accepts ${protocol.noun} untranslated, as \`${bound}\` requires (upstreams.*.protocols).`;
  return new ApiError(400, message, { code: 'unsupported_operation', param: bound });
}

function noneAllowed(model: string): ApiError {
  return new ApiError(403, `The key may not use any of the models that ${model} routes to.`, {
    code: 'model_not_allowed',
    type: 'permission_error',
    param: 'model',
  });
}

function estimateTokens(messages: readonly ChatMessage[]): number {
  const characters = messages.reduce((sum, message) => sum + messageText(message).length, 0);
  return Math.ceil(characters / CHARACTERS_PER_TOKEN);
}
