import { DataError } from '@embedllm/core';
import type { Policy, Router } from '@embedllm/router';
import type { GatewayConfiguration, UpstreamConfiguration } from './configuration/configuration.js';
import { ROUTED_NAMES } from './configuration/read-routing.js';
import { createPolicy } from './configuration/routing-policy.js';
import { type ModelPrice, priceOf } from './costs/model-price.js';
import { Authenticator } from './http/authentication.js';
import type { OpenTelemetry } from './observe/telemetry.js';
import { ConcurrencyLimit } from './upstream/concurrency-limit.js';
import type { GatewayFetch } from './upstream/gateway-fetch.js';
import { type CircuitChange, Upstream } from './upstream/upstream.js';

/** What a gateway serves; replaced as a whole. */
export interface GatewayContents {
  readonly configuration: GatewayConfiguration;
  /**
   * Chooses among the configured models of its pool. Without it clients must name a model.
   */
  readonly router?: Pick<Router, 'models' | 'route'> | undefined;
  /** The package `@opentelemetry/api`, or what stands for it, for spans. @default no spans */
  readonly openTelemetry?: OpenTelemetry | undefined;
}

/** All that a request needs; a request keeps the one that it began with. */
export interface GatewayState extends GatewayContents {
  readonly authenticator: Authenticator;
  readonly upstreams: ReadonlyMap<string, Upstream>;
  /** The gateway's own limit, the same from reload to reload. */
  readonly limit: ConcurrencyLimit;
  /** Names among which the router chooses. */
  readonly routable: readonly string[];
  /** By model, where the price is known. */
  readonly prices: ReadonlyMap<string, ModelPrice>;
  /** The price of `routing.baseline`. */
  readonly baseline: ModelPrice | undefined;
  /** The policies of the names that are routed; `undefined` for the router's own. */
  readonly policies: ReadonlyMap<string, Policy | undefined>;
}

/** What a state is built with. */
export interface StateSurroundings {
  readonly transport: (upstream: UpstreamConfiguration) => GatewayFetch;
  /** Milliseconds from any origin. */
  readonly now: () => number;
  readonly onCircuitChange: (change: CircuitChange) => void;
}

/**
 * Builds the state for new contents. Upstreams whose configuration did not change keep their
 * circuit breakers and limits.
 *
 * @throws DataError `invalid-data` when the router could choose none of the configured models.
 */
export function buildState(
  { configuration, router, openTelemetry }: GatewayContents,
  { transport, now, onCircuitChange }: StateSurroundings,
  previous?: GatewayState,
): GatewayState {
  const upstreams = new Map<string, Upstream>();
  for (const [name, upstream] of configuration.upstreams) {
    const before = previous?.upstreams.get(name);
    upstreams.set(
      name,
      before?.fits(upstream)
        ? before
        : new Upstream(upstream, { fetch: transport(upstream), now, onCircuitChange }),
    );
  }
  const pool = new Set(router?.models.map(({ name }) => name));
  const allowed = configuration.routing.models ?? [...configuration.models.keys()];
  const routable = allowed.filter((name) => pool.has(name));
  if (router && routable.length === 0) {
    const examples = [...pool].slice(0, 5).join(', ');
    throw new DataError(
      `None of the models that may be routed to is in the router's pool of ${pool.size} (${examples}, ...).`,
      { field: configuration.routing.models ? 'routing.models' : 'models' },
    );
  }
  const limit = previous?.limit ?? new ConcurrencyLimit(configuration.limits, now);
  return {
    configuration,
    router,
    openTelemetry,
    authenticator: new Authenticator(configuration.authentication.keys),
    upstreams,
    limit,
    routable,
    prices: buildPrices(configuration, router),
    baseline: baselinePrice(configuration, router),
    policies: buildPolicies(configuration.routing),
  };
}

function buildPrices(
  { models }: GatewayConfiguration,
  router: GatewayContents['router'],
): Map<string, ModelPrice> {
  const infos = new Map(router?.models.map((info) => [info.name, info]));
  const prices = new Map<string, ModelPrice>();
  for (const [name, model] of models) {
    const price = priceOf(model, infos.get(name));
    if (price) prices.set(name, price);
  }
  return prices;
}

/** @throws DataError where there is a baseline whose price nobody knows. */
function baselinePrice(
  { models, routing: { baseline } }: GatewayConfiguration,
  router: GatewayContents['router'],
): ModelPrice | undefined {
  const model = baseline === undefined ? undefined : models.get(baseline);
  if (model === undefined) return undefined;
  const info = router?.models.find(({ name }) => name === baseline);
  const price = priceOf(model, info);
  if (price) return price;
  throw new DataError(
    `The price of ${baseline} is not known. Set models.${baseline}.pricePerMillionInputTokens and pricePerMillionOutputTokens.`,
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
