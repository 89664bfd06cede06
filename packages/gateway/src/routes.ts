import { answerChat, answerMessages, answerResponses } from './answer-chat.js';
import { answerRoute } from './answer-route.js';
import { answerCompletion, answerEmbedding } from './answer-text.js';
import { answerTokenCount } from './answer-token-count.js';
import type { Exchange } from './exchange.js';
import type { GatewayState } from './gateway-state.js';
import { answerModel, answerModels } from './list-models.js';
import { DESCRIPTIONS, type RouteDescription } from './openapi/descriptions.js';
import { openApiDocument } from './openapi/openapi-document.js';
import { answerOutcome } from './outcomes/answer-outcome.js';
import { MESSAGES, TOKEN_COUNT } from './protocol/messages.js';
import { RESPONSES } from './protocol/responses.js';
import type { Access, Route } from './route.js';
import { pageRoutes } from './ui/page-routes.js';
import type { PageState } from './ui/page-state.js';

/** What the routes work with. */
export interface RouteSurroundings {
  /** The text of `/metrics`. */
  readonly metrics: () => Promise<string>;
  /** What the page of the operator shows. */
  readonly page: () => Promise<PageState>;
  readonly isDraining: () => boolean;
}

const clients = (): Access => 'clients';
const everyone = (): Access => 'everyone';

/** Everything that a gateway serves. */
export function routesOf({ metrics, page, isDraining }: RouteSurroundings): Route[] {
  const route = (
    [method, path]: readonly [Route['method'], string],
    description: RouteDescription,
    answer: Route['answer'],
    access: Route['access'] = clients,
  ): Route => ({ method, path, description, answer, access });
  const { chat, completion, embedding, messages, tokenCount, responses, ...d } = DESCRIPTIONS;
  const routes: Route[] = [
    route(['POST', '/v1/chat/completions'], chat, answerChat),
    {
      ...route(['POST', '/v1/messages'], messages, answerMessages),
      protocol: MESSAGES,
    },
    {
      ...route(['POST', '/v1/messages/count_tokens'], tokenCount, answerTokenCount),
      protocol: TOKEN_COUNT,
    },
    {
      ...route(['POST', '/v1/responses'], responses, answerResponses),
      protocol: RESPONSES,
    },
    route(['POST', '/v1/completions'], completion, answerCompletion),
    route(['POST', '/v1/embeddings'], embedding, answerEmbedding),
    route(['POST', '/v1/route'], d.route, answerRoute),
    route(['POST', '/v1/outcomes'], d.outcome, answerOutcome),
    route(['GET', '/v1/models'], d.models, answerModels),
    route(['GET', '/v1/models/:id{.+}'], d.model, answerModel),
    route(['GET', '/healthz'], d.health, () => Response.json({ status: 'ok' }), everyone),
    route(['GET', '/readyz'], d.ready, ({ state }) => answerReady(isDraining(), state), everyone),
    route(
      ['GET', '/metrics'],
      d.metrics,
      async () => metricsResponse(await metrics()),
      metricsAccess,
    ),
    route(
      ['GET', '/openapi.json'],
      d.document,
      ({ state }) => Response.json(openApiDocument(routes, state)),
      everyone,
    ),
    ...pageRoutes(page).map(({ path, description, answer }) =>
      route(['GET', path], description, answer, () => 'page'),
    ),
  ];
  return routes;
}

/** Metrics show what all keys do. */
function metricsAccess({ configuration, authenticator }: GatewayState): Access {
  if (configuration.authentication.publicMetrics) return 'everyone';
  return authenticator.hasAdmins ? 'operators' : 'clients';
}

function metricsResponse(text: string): Response {
  return new Response(text, { headers: { 'content-type': 'text/plain; version=0.0.4' } });
}

/** Ready as long as it takes requests; `degraded` where no model could be asked right now. */
function answerReady(
  isDraining: boolean,
  { configuration, upstreams }: Exchange['state'],
): Response {
  if (isDraining) return Response.json({ status: 'draining' }, { status: 503 });
  const isOpen = [...configuration.models.values()].every(
    ({ name, upstream }) => upstreams.get(upstream)?.breaker(name).state === 'open',
  );
  return Response.json({ status: isOpen ? 'degraded' : 'ok' });
}
