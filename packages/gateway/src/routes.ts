import { answerChat } from './answer-chat.js';
import { answerFeedback } from './answer-feedback.js';
import { answerRoute } from './answer-route.js';
import { answerCompletion, answerEmbedding } from './answer-text.js';
import type { Exchange } from './exchange.js';
import type { GatewayState } from './gateway-state.js';
import { answerModel, listModels } from './list-models.js';
import type { Activity } from './observe/activity.js';
import type { GatewayMetrics } from './observe/gateway-metrics.js';
import { pageRoutes } from './ui/page-routes.js';

/** A path and how its requests are answered. */
export interface Route {
  readonly method: 'GET' | 'POST';
  /** The pattern, as Hono has it and as it is shown in metrics. */
  readonly path: string;
  readonly answer: (exchange: Exchange) => Response | Promise<Response>;
  /** Whose key it takes, if any. */
  readonly access: (state: GatewayState) => Access;
}

/** Who may ask: everyone, those with a key, those with an operator's, or those who may see the page. */
export type Access = 'everyone' | 'clients' | 'operators' | 'page';

/** What the routes work with. */
export interface RouteSurroundings {
  readonly metrics: GatewayMetrics;
  readonly activity: Activity;
  readonly isDraining: () => boolean;
}

const clients = (): Access => 'clients';
const everyone = (): Access => 'everyone';

/** Everything that a gateway serves. */
export function routesOf({ metrics, activity, isDraining }: RouteSurroundings): Route[] {
  const route = (
    method: Route['method'],
    path: string,
    answer: Route['answer'],
    access: Route['access'] = clients,
  ): Route => ({ method, path, answer, access });
  return [
    route('POST', '/v1/chat/completions', answerChat),
    route('POST', '/v1/completions', answerCompletion),
    route('POST', '/v1/embeddings', answerEmbedding),
    route('POST', '/v1/route', answerRoute),
    route('POST', '/v1/feedback', answerFeedback),
    route('GET', '/v1/models', (exchange) => Response.json(listModels(exchange))),
    route('GET', '/v1/models/:id{.+}', answerModel),
    route('GET', '/healthz', () => Response.json({ status: 'ok' }), everyone),
    route('GET', '/readyz', ({ state }) => answerReady(isDraining(), state), everyone),
    route('GET', '/metrics', async () => metricsResponse(await metrics.render()), metricsAccess),
    ...pageRoutes(activity, isDraining).map(({ path, answer }) =>
      route('GET', path, answer, () => 'page'),
    ),
  ];
}

/** A pattern as people write it: `/v1/models/{id}`. */
export function shownPath(pattern: string): string {
  return pattern.replace(/:(\w+)(\{[^}]*\})?/g, '{$1}');
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
