import type { Context, Hono } from 'hono';
import { answerChat, answerRoute } from './answer-chat.js';
import { answerFeedback } from './answer-feedback.js';
import type { Exchange } from './exchange.js';
import type { GatewayState } from './gateway-state.js';
import { ApiError } from './http/api-error.js';
import { answerModel, listModels } from './list-models.js';
import type { Activity } from './observe/activity.js';
import type { GatewayMetrics } from './observe/gateway-metrics.js';
import { pageRoutes } from './ui/page-routes.js';

/** A path and how its requests are answered. */
export interface Route {
  /** The pattern, as it is shown in metrics. */
  readonly path: string;
  readonly answer: (exchange: Exchange) => Response | Promise<Response>;
  /** Whose key it takes, if any. */
  readonly access: (state: GatewayState) => Access;
}

/** Who may ask: everyone, those with a key, those with an operator's, or those who may see the page. */
export type Access = 'everyone' | 'clients' | 'operators' | 'page';

/** What the routes work with. */
export interface RouteSurroundings {
  /** Makes a handler that keeps an account of what it answers. */
  readonly handle: (route: Route) => (context: Context) => Promise<Response>;
  readonly metrics: GatewayMetrics;
  readonly activity: Activity;
  readonly isDraining: () => boolean;
}

/** What there is, for those who ask for something else. */
const ENDPOINTS = [
  'POST /v1/chat/completions',
  'POST /v1/route',
  'POST /v1/feedback',
  'GET /v1/models',
  'GET /v1/models/{id}',
  'GET /healthz',
  'GET /readyz',
  'GET /metrics',
  'GET /ui',
];

/** Ways in which clients come to ask for what is not here. */
const HINTS: readonly { readonly path: RegExp; readonly hint: string }[] = [
  {
    path: /\/responses$/,
    hint: 'With the AI SDK, use `openai.chat("auto")` or `@ai-sdk/openai-compatible`; other clients have a setting for the chat completions API.',
  },
  {
    path: /^(?!\/v1\/).*\/chat\/completions$|^\/chat\/completions$/,
    hint: 'The base URL of clients has to end with /v1.',
  },
];

const clients = (): Access => 'clients';
const everyone = (): Access => 'everyone';

/** Metrics show what all keys do. */
function metricsAccess({ configuration, authenticator }: GatewayState): Access {
  if (configuration.authentication.publicMetrics) return 'everyone';
  return authenticator.hasAdmins ? 'operators' : 'clients';
}

/** Adds everything that a gateway serves to an app. */
export function addRoutes(app: Hono, surroundings: RouteSurroundings): void {
  const { handle, metrics, activity, isDraining } = surroundings;
  const serve = (
    method: 'GET' | 'POST',
    path: string,
    answer: Route['answer'],
    access: Route['access'] = clients,
  ): void => {
    app.on(method, path, handle({ path, answer, access }));
    const refuse = (): never => {
      throw new ApiError(405, `Use ${method} here.`, { headers: { allow: method }, isFinal: true });
    };
    app.all(path, handle({ path, answer: refuse, access }));
  };
  serve('POST', '/v1/chat/completions', answerChat);
  serve('POST', '/v1/route', answerRoute);
  serve('POST', '/v1/feedback', answerFeedback);
  serve('GET', '/v1/models', (exchange) => Response.json(listModels(exchange)));
  serve('GET', '/v1/models/:id{.+}', answerModel);
  serve('GET', '/healthz', () => Response.json({ status: 'ok' }), everyone);
  serve('GET', '/readyz', ({ state }) => answerReady(isDraining(), state), everyone);
  serve(
    'GET',
    '/metrics',
    async () =>
      new Response(await metrics.render(), {
        headers: { 'content-type': 'text/plain; version=0.0.4' },
      }),
    metricsAccess,
  );
  for (const { path, answer } of pageRoutes(activity, isDraining)) {
    serve('GET', path, answer, () => 'page');
  }
  app.notFound(handle({ path: 'unknown', answer: refuseUnknown, access: everyone }));
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

function refuseUnknown({ raw }: Exchange): never {
  const { pathname } = new URL(raw.url);
  const hints = HINTS.filter(({ path }) => path.test(pathname)).map(({ hint }) => ` ${hint}`);
  throw new ApiError(
    404,
    `This gateway does not serve ${raw.method} ${pathname.slice(0, 200)}. Available: ${ENDPOINTS.join(', ')}.${hints.join('')}`,
    { code: 'unknown_url', isFinal: true },
  );
}
