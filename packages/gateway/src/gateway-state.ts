import { DataError } from '@embedllm/core';
import type { Policy, Router } from '@embedllm/router';
import type { Learner } from '@embedllm/router/learning';
import { createPolicy } from '@embedllm/router/settings';
import type { ClientKey } from './configuration/client-key.js';
import type { GatewayConfiguration, UpstreamConfiguration } from './configuration/configuration.js';
import { modelsForRouting } from './configuration/models-for-routing.js';
import { ROUTED_NAMES } from './configuration/routed-names.js';
import { factsOf, type ModelFacts } from './costs/model-facts.js';
import type { ModelPrice } from './costs/model-price.js';
import { Authenticator } from './http/authentication.js';
import { Turns } from './http/turns.js';
import type { AnswerStore } from './idempotency/answer-store.js';
import { checkKeys } from './limits/check-keys.js';
import { HeldBytes } from './limits/held-bytes.js';
import type { OpenTelemetry } from './observe/telemetry.js';
import { backendOf } from './provider/backends.js';
import { providerFetch } from './provider/provider-fetch.js';
import { checkSessions } from './session/check-sessions.js';
import type { SessionStore } from './session/session-store.js';
import { checkShadow } from './shadow/check-shadow.js';
import type { CircuitNews } from './upstream/circuit-store.js';
import { ConcurrencyLimit } from './upstream/concurrency-limit.js';
import type { GatewayFetch } from './upstream/gateway-fetch.js';
import { type CircuitChange, Upstream, type UpstreamOptions } from './upstream/upstream.js';

/** What a gateway serves; replaced as a whole. */
export interface GatewayContents {
  readonly configuration: GatewayConfiguration;
  /**
   * Chooses among the configured models of its pool. Without it clients must name a model.
   */
  readonly router?: Pick<Router, 'models' | 'route'> | undefined;
  /** What learns from outcomes, such as `new Learner(router)`. @default nothing learns */
  readonly learner?: Pick<Learner, 'update'> | undefined;
  /** The package `@opentelemetry/api`, or a compatible object, for spans. @default no spans */
  readonly openTelemetry?: OpenTelemetry | undefined;
}

/** All that a request needs; a request keeps the one that it began with. */
export interface GatewayState extends GatewayContents {
  readonly authenticator: Authenticator;
  readonly upstreams: ReadonlyMap<string, Upstream>;
  /** Answers by idempotency key, the same from reload to reload. */
  readonly answers: AnswerStore;
  /** What is remembered of sessions, the same from reload to reload. */
  readonly sessions: SessionStore;
  /** In which long work is done, the same from reload to reload. */
  readonly turns: Turns;
  /** What long requests may hold, the same from reload to reload. */
  readonly heldBytes: HeldBytes;
  /** The gateway's own limit, the same from reload to reload. */
  readonly limit: ConcurrencyLimit;
  /** Names among which the router chooses. */
  readonly routable: readonly string[];
  /** By model. */
  readonly facts: ReadonlyMap<string, ModelFacts>;
  /** By name. */
  readonly clients: ReadonlyMap<string, Client>;
  /** The price of `routing.baseline`. */
  readonly baseline: ModelPrice | undefined;
  /** The policies of the names that are routed; `undefined` for the router's own. */
  readonly policies: ReadonlyMap<string, Policy | undefined>;
}

/** A client's key with what it takes to keep its limits. */
export interface Client {
  readonly key: ClientKey;
  /** Of its own, for `auto`. */
  readonly policy: Policy | undefined;
  /** Its requests that run and wait, where their number is limited. */
  readonly places: ConcurrencyLimit | undefined;
}

/** What a state is built with. */
export interface StateSurroundings {
  readonly transport: (upstream: UpstreamConfiguration) => GatewayFetch;
  readonly answers: AnswerStore;
  readonly sessions: SessionStore;
  /** Milliseconds from any origin. */
  readonly now: () => number;
  readonly onCircuitChange: (change: CircuitChange) => void;
  /** Passes on to other gateways what was found out about a model. */
  readonly tell: (news: CircuitNews) => void;
}

/**
 * Builds the state for new contents. Upstreams whose configuration did not change keep their
 * circuit breakers and limits.
 *
 * @throws DataError `invalid-data` when the router could choose none of the configured models.
 */
export function buildState(
  { configuration, router, learner, openTelemetry }: GatewayContents,
  { transport, answers, sessions, ...ofUpstreams }: StateSurroundings,
  previous?: GatewayState,
): GatewayState {
  const { now } = ofUpstreams;
  const upstreams = new Map<string, Upstream>();
  for (const [name, upstream] of configuration.upstreams) {
    const before = previous?.upstreams.get(name);
    upstreams.set(
      name,
      before?.fits(upstream)
        ? before
        : new Upstream(upstream, { ...fetchesOf(upstream, transport), ...ofUpstreams }),
    );
  }
  const pool = new Set(router?.models.map(({ name }) => name));
  const routable = modelsForRouting(configuration).filter((name) => pool.has(name));
  if (router && routable.length === 0) {
    const examples = [...pool].slice(0, 5).join(', ');
    throw new DataError(
      `None of the models for routing is in the router's pool of ${pool.size} (${examples}, ...).`,
      { field: configuration.routing.models ? 'routing.models' : 'models' },
    );
  }
  const facts = buildFacts(configuration, router);
  checkKeys(configuration, facts);
  checkSessions(configuration, facts, routable);
  checkShadow(configuration, facts);
  const limit = previous?.limit ?? new ConcurrencyLimit(configuration.limits, now);
  return {
    configuration,
    router,
    learner,
    openTelemetry,
    authenticator: new Authenticator(configuration.authentication.keys),
    upstreams,
    limit,
    heldBytes: previous?.heldBytes ?? new HeldBytes(configuration.limits),
    turns: previous?.turns ?? new Turns(),
    sessions,
    answers,
    routable,
    facts,
    clients: buildClients(configuration, now, previous),
    baseline: baselinePrice(configuration, facts),
    policies: buildPolicies(configuration.routing),
  };
}

/** Where they are translated at all, the protocols that an upstream does not speak. */
function fetchesOf(
  upstream: UpstreamConfiguration,
  transport: StateSurroundings['transport'],
): Pick<UpstreamOptions, 'fetch' | 'translate'> {
  const fetch = transport(upstream);
  const backend = backendOf(upstream);
  const translate = backend && providerFetch(upstream, backend, fetch);
  return { fetch, translate };
}

function buildFacts(
  { models, upstreams }: GatewayConfiguration,
  router: GatewayContents['router'],
): Map<string, ModelFacts> {
  const infos = new Map(router?.models.map((info) => [info.name, info]));
  const provider = (upstream: string): string => upstreams.get(upstream)?.provider ?? '';
  return new Map(
    [...models].map(([name, model]) => [
      name,
      factsOf(model, infos.get(name), provider(model.upstream)),
    ]),
  );
}

/** A client keeps its places from reload to reload, under the limit that then holds. */
function buildClients(
  { authentication }: GatewayConfiguration,
  now: () => number,
  previous: GatewayState | undefined,
): Map<string, Client> {
  const clients = new Map<string, Client>();
  for (const key of authentication.keys) {
    const { concurrency } = key.limits;
    const before = previous?.clients.get(key.name)?.places;
    if (concurrency) before?.adjust(concurrency);
    const places = concurrency && (before ?? new ConcurrencyLimit(concurrency, now));
    clients.set(key.name, { key, policy: key.policy && createPolicy(key.policy), places });
  }
  return clients;
}

/** @throws DataError where there is a baseline whose price nobody knows. */
function baselinePrice(
  { routing: { baseline } }: GatewayConfiguration,
  facts: ReadonlyMap<string, ModelFacts>,
): ModelPrice | undefined {
  if (baseline === undefined) return undefined;
  const price = facts.get(baseline)?.price;
  if (price) return price;
  throw new DataError(
    `The price of ${baseline} is unknown. Set models.${baseline}.pricePerMillionInputTokens and pricePerMillionOutputTokens.`,
    { field: 'routing.baseline' },
  );
}

function buildPolicies({
  policy,
  aliases,
}: GatewayConfiguration['routing']): Map<string, Policy | undefined> {
  const policies = new Map<string, Policy | undefined>();
  for (const name of ROUTED_NAMES) policies.set(name, policy && createPolicy(policy));
  for (const [name, settings] of aliases) policies.set(name, createPolicy(settings));
  return policies;
}
