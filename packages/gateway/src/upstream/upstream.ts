import type { UpstreamConfiguration } from '../configuration/configuration.js';
import { CircuitBreaker } from './circuit-breaker.js';
import { ConcurrencyLimit } from './concurrency-limit.js';
import type { GatewayFetch } from './gateway-fetch.js';

/** An upstream with what is known of its present condition. */
export class Upstream {
  readonly configuration: UpstreamConfiguration;
  readonly breaker: CircuitBreaker;
  readonly limit: ConcurrencyLimit;
  readonly fetch: GatewayFetch;
  readonly #now: () => number;
  readonly #restUntil = new Map<string, number>();

  constructor(configuration: UpstreamConfiguration, fetch: GatewayFetch, now: () => number) {
    this.configuration = configuration;
    this.fetch = fetch;
    this.#now = now;
    this.breaker = new CircuitBreaker(configuration.breaker, now);
    this.limit = new ConcurrencyLimit(configuration.limits, now);
  }

  /** The upstream asked to be left alone with a model for a while; limits are counted by model. */
  rest(model: string, ms: number): void {
    this.#restUntil.set(model, this.#now() + ms);
  }

  /** Milliseconds until a model may be asked again, 0 for now. */
  restMs(model: string): number {
    return Math.max(0, (this.#restUntil.get(model) ?? 0) - this.#now());
  }

  /** Whether this one can go on under another configuration, with what it knows. */
  fits(other: UpstreamConfiguration): boolean {
    const same = (configuration: UpstreamConfiguration): string =>
      JSON.stringify({ ...configuration, apiKey: configuration.apiKey?.reveal() });
    return same(this.configuration) === same(other);
  }
}
