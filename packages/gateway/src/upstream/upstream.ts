import type { UpstreamConfiguration } from '../configuration/configuration.js';
import type { Protocol } from '../protocol/protocol.js';
import { isVendor } from '../provider/vendors.js';
import { CircuitBreaker } from './circuit-breaker.js';
import type { CircuitNews } from './circuit-store.js';
import { ConcurrencyLimit } from './concurrency-limit.js';
import type { GatewayFetch } from './gateway-fetch.js';

/** A circuit opened or closed. */
export interface CircuitChange {
  readonly upstream: string;
  /** The model's name at the gateway. */
  readonly model: string;
  readonly state: 'closed' | 'open';
}

/** What an upstream works with. */
export interface UpstreamOptions {
  /** Calls it in the protocols that it speaks. */
  readonly fetch: GatewayFetch;
  /** Calls it in others, where they are translated. */
  readonly translate?: ((protocol: Protocol) => GatewayFetch | undefined) | undefined;
  /** Milliseconds from any origin. */
  readonly now: () => number;
  readonly onCircuitChange: (change: CircuitChange) => void;
  /** Passes on to other gateways what was found out about a model. */
  readonly tell: (news: CircuitNews) => void;
}

/** The longest rest that a single answer may ask for, whatever its `Retry-After` says. */
export const LONGEST_REST_MS = 600_000;

/** An upstream with what is known of its present condition. */
export class Upstream {
  readonly configuration: UpstreamConfiguration;
  readonly limit: ConcurrencyLimit;
  readonly #options: UpstreamOptions;
  readonly #breakers = new Map<string, CircuitBreaker>();
  readonly #restUntil = new Map<string, number>();

  constructor(configuration: UpstreamConfiguration, options: UpstreamOptions) {
    this.configuration = configuration;
    this.#options = options;
    this.limit = new ConcurrencyLimit(configuration.limits, options.now);
  }

  /** Whether requests of a protocol reach its models. */
  takes(protocol: Protocol): boolean {
    return this.speaks(protocol) || this.#options.translate?.(protocol) !== undefined;
  }

  /** Whether it takes them as they are. */
  speaks({ spoken }: Pick<Protocol, 'spoken'>): boolean {
    const { provider, protocols } = this.configuration;
    return spoken === undefined ? !isVendor(provider) : protocols.includes(spoken);
  }

  /** How requests of a protocol that it takes are made. */
  reach(protocol: Protocol): { readonly fetch: GatewayFetch; readonly isTranslated: boolean } {
    const { fetch, translate } = this.#options;
    const translated = this.speaks(protocol) ? undefined : translate?.(protocol);
    return { fetch: translated ?? fetch, isTranslated: translated !== undefined };
  }

  /** One for each model: a model that fails must not take the others along. */
  breaker(model: string): CircuitBreaker {
    let breaker = this.#breakers.get(model);
    if (!breaker) {
      const { now, onCircuitChange, tell } = this.#options;
      const { name: upstream, breaker: settings } = this.configuration;
      breaker = new CircuitBreaker(settings, now, (state) => {
        onCircuitChange({ upstream, model, state });
        tell({ upstream, model, state, forMs: state === 'open' ? settings.openMs : 0 });
      });
      this.#breakers.set(model, breaker);
    }
    return breaker;
  }

  /** The upstream is rate-limiting a model (Retry-After); limits are counted by model. */
  rest(model: string, ms: number): void {
    this.#restUntil.set(model, this.#options.now() + ms);
    const { name: upstream } = this.configuration;
    this.#options.tell({ upstream, model, state: 'resting', forMs: ms });
  }

  /** Takes over what another gateway found out about a model. */
  learn({ model, state, forMs }: CircuitNews): void {
    if (state !== 'resting') this.breaker(model).learn(state, forMs);
    else if (forMs > this.restMs(model)) this.#restUntil.set(model, this.#options.now() + forMs);
  }

  /** Milliseconds until a model may be asked again, 0 for now. */
  restMs(model: string): number {
    return Math.max(0, (this.#restUntil.get(model) ?? 0) - this.#options.now());
  }

  /** Takes what another one wrote free of what it was sent to identify the gateway. */
  redact(text: string): string {
    const { apiKey, headers } = this.configuration;
    const secrets = [...(apiKey ? [apiKey] : []), ...Object.values(headers)];
    return secrets.reduce((shown, secret) => secret.redactFrom(shown), text);
  }

  /** Whether this one can serve another configuration too, with what it knows. */
  fits(other: UpstreamConfiguration): boolean {
    return fingerprint(this.configuration) === fingerprint(other);
  }
}

function fingerprint({ apiKey, headers, ...configuration }: UpstreamConfiguration): string {
  const values = Object.entries(headers).map(([name, value]) => [name, value.reveal()]);
  return JSON.stringify([configuration, apiKey?.reveal(), values]);
}
