import { type Context, Hono } from 'hono';
import { cors } from 'hono/cors';
import { answerChat, answerRoute, type GatewayRequest } from './answer-chat.js';
import { ROUTED_NAMES } from './configuration/parse-configuration.js';
import type { Gateway, GatewayOptions } from './gateway.js';
import { buildState, type GatewayState } from './gateway-state.js';
import { ApiError } from './http/api-error.js';
import { toApiError } from './http/failure-response.js';
import { requestId } from './http/headers.js';
import { InFlight } from './in-flight.js';
import { GatewayMetrics } from './observe/gateway-metrics.js';
import { RequestRecord } from './observe/request-record.js';
import { startSpan } from './observe/telemetry.js';

type Answer = (request: GatewayRequest) => Response | Promise<Response>;

/** Status of an answer whose client went away before it was complete (nginx's own). */
const CLIENT_GONE = 499;

/**
 * An OpenAI-compatible server in front of any number of upstreams: requests for the model `auto`
 * (or `embedllm`) go where the router sends them, and to the next candidates while nothing has
 * been answered; requests for a configured model go there. Runs wherever `fetch` does; in Node,
 * `serveGateway` puts it on a port.
 *
 * @throws DataError `invalid-data` when configuration and router do not fit together.
 *
 * @example
 * ```ts
 * const configuration = parseGatewayConfiguration(settings, { environment: process.env });
 * export default createGateway({ configuration, router });
 * ```
 */
export function createGateway(options: GatewayOptions): Gateway {
  const { transport = () => fetch, openTelemetry, onRequest, random = Math.random } = options;
  const now = (): number => performance.now();
  let state = buildState(options, { transport, now });
  let isDraining = false;
  const inFlight = new InFlight();
  const metrics = new GatewayMetrics(() => state);

  /** Answers a request that needs a key, and keeps an account of it. */
  function handle(route: string, answer: Answer, needsKey: (state: GatewayState) => boolean) {
    return async ({ req }: Context): Promise<Response> => {
      const begun = state;
      const id = requestId(req.raw.headers);
      const { signal, end } = inFlight.add(req.raw.signal);
      const span = startSpan(openTelemetry, `${req.method} ${route}`, req.raw.headers);
      const onEnd = onRequest ?? (() => undefined);
      const account = { method: req.method, route, requestId: id, metrics, span, now, onEnd };
      const record = new RequestRecord(account);
      const actions: (() => void)[] = [];
      const finish = (status: number): void => {
        for (const action of actions.splice(0)) action();
        end();
        record.end(status);
      };
      let stream: Promise<boolean> | undefined;
      let response: Response;
      try {
        if (needsKey(begun)) {
          record.notes.client = await begun.authenticator.identify(req.raw.headers);
        }
        response = await answer({
          raw: req.raw,
          requestId: id,
          state: begun,
          signal,
          span,
          record,
          metrics,
          routing: options.routing,
          random,
          atEnd: (action) => actions.push(action),
          lasts: (isTaken) => {
            stream = isTaken;
          },
        });
      } catch (error) {
        const shown = signal.aborted ? unavailable() : toApiError(error);
        if (shown.status === 500) record.notes.error = error;
        response = shown.toResponse();
      }
      response.headers.set('x-request-id', id);
      if (isDraining) response.headers.set('connection', 'close');
      const { status } = response;
      if (stream) void stream.then((isTaken) => finish(isTaken ? status : CLIENT_GONE));
      else finish(req.raw.signal.aborted ? CLIENT_GONE : status);
      return response;
    };
  }

  const app = new Hono();
  app.use('/v1/*', async (context, next) => {
    const { origins } = state.configuration.cors;
    if (origins.length === 0) return await next();
    const allow = cors({
      origin: (origin) => (origins.includes(origin) ? origin : null),
      allowMethods: ['GET', 'POST'],
      allowHeaders: ['authorization', 'content-type', 'x-request-id'],
      exposeHeaders: ['x-request-id', 'x-embedllm-model', 'x-embedllm-attempts', 'retry-after'],
    });
    return await allow(context, next);
  });
  const always = (_: GatewayState): boolean => true;
  const never = (_: GatewayState): boolean => false;
  const serve = (method: 'GET' | 'POST', path: string, answer: Answer, needsKey = always): void => {
    app.on(method, path, handle(path, answer, needsKey));
    const refuse = (): never => {
      throw new ApiError(405, `Use ${method} here.`, { headers: { allow: method }, isFinal: true });
    };
    app.all(path, handle(path, refuse, needsKey));
  };
  serve('POST', '/v1/chat/completions', answerChat);
  serve('POST', '/v1/route', answerRoute);
  serve('GET', '/v1/models', ({ state }) => Response.json(listModels(state)));
  serve('GET', '/healthz', () => Response.json({ status: 'ok' }), never);
  serve('GET', '/readyz', () => (isDraining ? notReady() : Response.json({ status: 'ok' })), never);
  serve(
    'GET',
    '/metrics',
    () =>
      new Response(metrics.render(), { headers: { 'content-type': 'text/plain; version=0.0.4' } }),
    ({ configuration }) => !configuration.authentication.publicMetrics,
  );
  app.notFound(
    handle(
      'unknown',
      () => {
        throw new ApiError(404, 'There is nothing here.', { isFinal: true });
      },
      never,
    ),
  );

  return {
    app,
    fetch: (request) => app.fetch(request),
    get inFlight() {
      return inFlight.size;
    },
    replace(contents) {
      const next = buildState(contents, { transport, now }, state);
      next.limit.adjust(next.configuration.limits);
      state = next;
      metrics.reloads.add({ result: 'success' });
    },
    countFailedReload: () => metrics.reloads.add({ result: 'failure' }),
    drain() {
      isDraining = true;
    },
    idle: () => inFlight.idle(),
    abort: (reason) => inFlight.abort(reason),
  };
}

function listModels({ configuration, router }: GatewayState): object {
  const routed = router ? ROUTED_NAMES.map((id) => ({ id, owned_by: 'embedllm' })) : [];
  const named = [...configuration.models.values()].map(({ name, upstream }) => ({
    id: name,
    owned_by: upstream,
  }));
  return {
    object: 'list',
    data: [...routed, ...named].map((model) => ({ ...model, object: 'model', created: 0 })),
  };
}

function notReady(): Response {
  return Response.json({ status: 'draining' }, { status: 503 });
}

function unavailable(): ApiError {
  return new ApiError(503, 'The gateway is shutting down.', {
    code: 'shutting_down',
    isFinal: true,
  });
}
