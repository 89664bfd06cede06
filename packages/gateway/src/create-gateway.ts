import { Hono } from 'hono';
import { cors } from 'hono/cors';
import { addRoutes, type Handle } from './add-routes.js';
import { CLIENT_GONE, Exchange } from './exchange.js';
import type { Gateway, GatewayOptions } from './gateway.js';
import { buildState } from './gateway-state.js';
import { guardAnswers, guardLockouts, guardSessions } from './guarded-stores.js';
import { ApiError } from './http/api-error.js';
import { bodySource } from './http/body-source.js';
import { clientAddress } from './http/client-address.js';
import { watchClient } from './http/client-presence.js';
import { toApiError } from './http/failure-response.js';
import { requestId } from './http/headers.js';
import { identifyClient } from './http/identify-client.js';
import { joinFirstWrites } from './http/join-first-writes.js';
import { requestHeaders } from './http/request-headers.js';
import { responseClass } from './http/response-class.js';
import { MemoryAnswerStore } from './idempotency/memory-answer-store.js';
import { InFlight } from './in-flight.js';
import { KeyAccount } from './limits/key-account.js';
import { MemoryLimitStore } from './limits/memory-limit-store.js';
import { RATE_LIMIT_HEADERS } from './limits/rate-limit-headers.js';
import { MemoryLockoutStore } from './lockout/memory-lockout-store.js';
import { Activity } from './observe/activity.js';
import { GatewayMetrics } from './observe/gateway-metrics.js';
import { startSpan } from './observe/telemetry.js';
import type { AnswerOutcome } from './outcomes/outcome.js';
import { outcomeTaker } from './outcomes/take-outcome.js';
import { CHAT } from './protocol/openai.js';
import { shownPath } from './route.js';
import { routesOf } from './routes.js';
import { MemorySessionStore } from './session/memory-session-store.js';
import { notePosted } from './session/note-posted.js';
import { ShadowCalls } from './shadow/shadow-calls.js';
import { checkPageAccess } from './ui/check-page-access.js';
import { type PageState, pageState } from './ui/page-state.js';
import type { CircuitNews } from './upstream/circuit-store.js';

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
  const { transport = () => fetch, random = Math.random } = options;
  const { onRequest = () => undefined, onCircuitChange = () => undefined } = options;
  const { decisionLog, siblings } = options;
  const { limitStore: store = new MemoryLimitStore() } = options;
  const { onLimitFailure: onFailure = () => undefined } = options;
  const { onStoreFailure = () => undefined } = options;
  const now = (): number => performance.now();
  const answers = guardAnswers(options.answerStore ?? new MemoryAnswerStore(), onStoreFailure);
  const lockouts = guardLockouts(options.lockoutStore ?? new MemoryLockoutStore(), onStoreFailure);
  const sessions = guardSessions(
    options.sessionStore ?? new MemorySessionStore(now),
    onStoreFailure,
  );
  const tell = (news: CircuitNews): void => circuits?.tell(news);
  const surroundings = { transport, answers, sessions, now, onCircuitChange, tell };
  let state = buildState(options, surroundings);
  const circuits = options.circuitStore?.join((news) => {
    const { configuration, upstreams } = state;
    const isKnown = configuration.models.get(news.model)?.upstream === news.upstream;
    if (isKnown) upstreams.get(news.upstream)?.learn(news);
  });
  let isDraining = false;
  const inFlight = new InFlight();
  const activity = new Activity();
  const metrics = new GatewayMetrics(() => state, store);
  const onLockout = (address: string, lockMs: number): void => {
    metrics.lockouts.add({});
    options.onLockout?.({ address, lockMs });
  };
  const outcomes = outcomeTaker({
    state: () => state,
    metrics,
    stream: options.outcomeStream,
    onDrift: options.onDrift ?? (() => undefined),
    onFailure: options.onLearningFailure ?? (() => undefined),
  });
  const onOutcome = async (outcome: AnswerOutcome): Promise<void> => {
    await notePosted(state, metrics, outcome);
    await outcomes.take(outcome);
  };
  const shadow = new ShadowCalls({
    ...{ store, metrics, now, onFailure },
    onCall: (call) => {
      activity.noteShadow(call);
      options.onShadowCall?.(call);
    },
  });
  const page = (): PageState => pageState(state, activity, isDraining);

  /** Answers a request, and keeps an account of it until the last byte of its answer. */
  const handle: Handle = ({ path, answer, access, protocol = CHAT }) => {
    const route = shownPath(path);
    return async ({ req: { raw }, env }) => {
      const begun = state;
      const signal = inFlight.add();
      const client = watchClient(raw, env, (reason) => signal.abort(reason));
      const headers = requestHeaders(raw, env);
      const exchange = new Exchange({
        raw,
        headers,
        Response: responseClass(env),
        body: bodySource(raw, env),
        route,
        protocol,
        requestId: requestId(headers),
        state: begun,
        signal,
        span: startSpan(begun.openTelemetry, raw, route),
        metrics,
        routing: options.routing,
        random,
        now,
        decisionLog,
        onOutcome,
        toQuestion: options.toQuestion,
        onRouted: (routed, request) => shadow.consider(routed, request),
        onSettled: (log, { question, decision }) => {
          if (question !== undefined) decisionLog?.note({ log, question, decision });
          activity.note(log, { decision });
          onRequest(log);
        },
      });
      exchange.hold(() => inFlight.end(signal));
      let response: Response;
      try {
        const needed = access(begun);
        const { addressHeader } = begun.configuration.authentication.lockout ?? {};
        const address = clientAddress(headers, env, addressHeader);
        exchange.notes.address = address;
        const origin = { lockouts, onLockout, address };
        if (needed === 'page') await checkPageAccess(exchange, env, origin);
        else if (needed !== 'everyone') {
          const name = await identifyClient(headers, begun, origin);
          const known = name === undefined ? undefined : begun.clients.get(name);
          exchange.notes.client = name;
          exchange.account = known && new KeyAccount({ key: known.key, store, onFailure });
        }
        if (needed === 'operators' && !begun.authenticator.isAdmin(exchange.notes.client)) {
          throw notAnOperator();
        }
        response = await answer(exchange);
      } catch (error) {
        const shown = signal.aborted ? shuttingDown() : toApiError(error);
        exchange.notes.code = shown.options.code;
        if (shown.status === 500) exchange.notes.error = error;
        response = shown.toResponse(protocol.errorBody(shown, exchange.requestId));
      }
      if (response !== exchange.headed) {
        for (const [name, value] of Object.entries(exchange.ownHeaders())) {
          response.headers.set(name, value);
        }
      }
      if (isDraining) response.headers.set('connection', 'close');
      if (exchange.isStreamed) joinFirstWrites(env);
      else exchange.settle(client.isGone ? CLIENT_GONE : response.status);
      return response;
    };
  };

  const app = new Hono();
  app.use('/v1/*', async (context, next) => {
    const { origins } = state.configuration.cors;
    if (origins.length === 0) return await next();
    const allow = cors({
      origin: (origin) => (origins.includes(origin) ? origin : null),
      allowMethods: ['GET', 'POST'],
      // None listed: those that the browser asks for, because clients have headers of their own.
      allowHeaders: [],
      exposeHeaders: [
        'x-request-id',
        'x-embedllm-model',
        'x-embedllm-attempts',
        'x-embedllm-probability',
        'x-embedllm-cascade',
        'x-embedllm-session-choice',
        'retry-after',
        ...RATE_LIMIT_HEADERS,
      ],
    });
    return await allow(context, next);
  });
  const routes = routesOf({
    async metrics() {
      const own = await metrics.render();
      return (await siblings?.metrics(own)) ?? own;
    },
    async page() {
      const own = page();
      return (await siblings?.page(own)) ?? own;
    },
    isDraining: () => isDraining,
  });
  addRoutes(app, routes, handle);

  return {
    app,
    fetch: (request, bindings) => app.fetch(request, bindings),
    get inFlight() {
      return inFlight.size;
    },
    replace(contents) {
      const next = buildState(contents, surroundings, state);
      next.limit.adjust(next.configuration.limits);
      next.heldBytes.adjust(next.configuration.limits);
      state = next;
      outcomes.restart();
      metrics.reloads.add({ result: 'success' });
    },
    countFailedReload: () => metrics.reloads.add({ result: 'failure' }),
    metrics: () => metrics.render(),
    page,
    drain() {
      isDraining = true;
      shadow.stop();
      circuits?.leave();
    },
    idle: () => inFlight.idle(),
    abort: (reason) => inFlight.abort(reason),
  };
}

function notAnOperator(): ApiError {
  return new ApiError(403, 'This requires a key with `admin: true`.', { code: 'not_an_operator' });
}

function shuttingDown(): ApiError {
  return new ApiError(503, 'The gateway is shutting down.', {
    code: 'shutting_down',
    isFinal: true,
  });
}
